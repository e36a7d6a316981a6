/** A printer with its roll, in three drawings: open the cover, put the roll in, close it. */

import { styled, useTheme } from "@mui/material/styles";
import { px } from "../theme/tokens";

export type RollStep = "open" | "roll" | "close";

const Picture = styled("svg")({
  width: "100%",
  maxHeight: px(210),
  "& [data-moves]": { transition: "transform 400ms ease-out" },
  "@media (orientation: landscape)": { maxHeight: px(124) },
});

export function RollDrawing({ step }: { step: RollStep }) {
  const { look } = useTheme();
  const line = { stroke: look.ink, strokeWidth: 6, strokeLinejoin: "round" as const };
  return (
    <Picture viewBox="0 0 300 220" aria-hidden>
      <rect x="60" y="110" width="180" height="90" rx="14" fill={look.tint} {...line} />
      {step !== "open" && (
        <g>
          <circle cx="150" cy={step === "roll" ? 92 : 122} r="38" fill={look.surface} {...line} />
          <circle cx="150" cy={step === "roll" ? 92 : 122} r="10" fill={look.ink} />
          <path
            d={step === "roll" ? "M188 92 v-52" : "M188 122 v-84"}
            fill="none"
            {...line}
            stroke={look.primary}
          />
        </g>
      )}
      {step === "close" ? (
        <path d="M60 110 q0 -34 34 -34 h88 q58 0 58 34 z" fill={look.tint} {...line} />
      ) : (
        <path d="M60 110 l-34 -74 q-6 -16 12 -18 l28 -4 z" fill={look.tint} {...line} />
      )}
      <Arrow step={step} colour={look.accent} />
    </Picture>
  );
}

function Arrow({ step, colour }: { step: RollStep; colour: string }) {
  const ways = {
    open: "M150 96 q-20 -60 -84 -62 m24 -18 l-26 18 l24 22",
    roll: "M236 20 v56 m-20 -22 l20 24 l20 -24",
    close: "M40 26 q70 -20 110 34 m-30 -4 l30 6 l2 -30",
  };
  return (
    <path
      d={ways[step]}
      fill="none"
      stroke={colour}
      strokeWidth="10"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  );
}
