/** One answer to a question about a service: its name, what it adds, and a mark once picked. */

import CheckIcon from "@mui/icons-material/CheckRounded";
import { styled } from "@mui/material/styles";
import type { OptionView } from "../api/schemas";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Touchable } from "./Button";

const Card = styled(Touchable)(({ theme: { look } }) => ({
  minHeight: px(148),
  width: "100%",
  padding: `${px(18)} ${px(28)}`,
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr) auto",
  alignItems: "center",
  columnGap: px(20),
  whiteSpace: "normal",
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  "&[aria-pressed=true]": { boxShadow: `inset 0 0 0 ${look.outline_px + 3}px ${look.primary}` },
  "&:active": { background: look.tint },
  "@media (orientation: landscape)": { minHeight: px(96), padding: `${px(10)} ${px(22)}` },
}));

const Name = styled("span")({
  display: "grid",
  fontSize: text.body,
  fontWeight: 700,
  lineHeight: 1.15,
  overflowWrap: "anywhere",
});

const Extra = styled("span")(({ theme: { look } }) => ({
  fontSize: text.small,
  fontWeight: 400,
  color: look.soft,
}));

const Mark = styled("span")(({ theme: { look } }) => ({
  width: px(56),
  height: px(56),
  display: "grid",
  placeItems: "center",
  borderRadius: "50%",
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.line}`,
  color: "transparent",
  "[aria-pressed=true] > &": {
    background: look.primary,
    boxShadow: "none",
    color: look.onPrimary,
  },
  "& svg": { fontSize: px(40) },
}));

interface OptionCardProps {
  readonly option: OptionView;
  readonly picked: boolean;
  readonly onTouch: () => void;
}

export function OptionCard({ option, picked, onTouch }: OptionCardProps) {
  const { say, read, money } = useSpeech();
  const extra =
    option.from_minor === 0
      ? say("options.included")
      : say("options.extra", { price: money(option.from_minor) });
  return (
    <Card aria-pressed={picked} onClick={onTouch}>
      <Name>
        {read(option.name)}
        <Extra>{extra}</Extra>
      </Name>
      <Mark aria-hidden>
        <CheckIcon />
      </Mark>
    </Card>
  );
}
