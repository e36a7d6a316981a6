/** The ticket's number, as large as its place allows: the hero of its screen. */

import { styled } from "@mui/material/styles";
import { text } from "../theme/tokens";

/** A bold character of the family with its spacing, in em. */
const CHARACTER_EM = 0.63;

const Room = styled("div")({ width: "100%", containerType: "inline-size", textAlign: "center" });

const Number = styled("p")({
  fontWeight: 800,
  lineHeight: 1,
  letterSpacing: "-0.03em",
  whiteSpace: "nowrap",
});

export function HeroNumber({ number }: { number: string }) {
  const widest = `calc(100cqw / ${(number.length * CHARACTER_EM).toFixed(2)})`;
  return (
    <Room>
      <Number style={{ fontSize: `min(${text.hero}, ${widest})` }} data-hero>
        {number}
      </Number>
    </Room>
  );
}
