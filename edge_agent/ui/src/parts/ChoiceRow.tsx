/** One answer to the screen's question: an icon, its name, and who it is for. */

import ChevronRightIcon from "@mui/icons-material/ChevronRightRounded";
import { styled } from "@mui/material/styles";
import { edge, px, radius, text } from "../theme/tokens";
import { Touchable } from "./Button";
import { IconTile } from "./IconTile";

const Row = styled(Touchable)(({ theme: { look } }) => ({
  whiteSpace: "normal",
  width: "100%",
  minHeight: px(200),
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr) auto",
  alignItems: "center",
  columnGap: px(32),
  padding: `${px(28)} ${px(28)} ${px(28)} ${px(36)}`,
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  color: look.ink,
  "&:active": { background: look.tint },
  "&[aria-pressed=true]": { boxShadow: `inset 0 0 0 ${look.outline_px + 3}px ${look.primary}` },
  "& > svg": { fontSize: px(56), color: look.soft },
  "@media (orientation: landscape)": { minHeight: px(116), padding: `${px(12)} ${px(28)}` },
}));

const Name = styled("span")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(6),
  fontSize: text.answer,
  fontWeight: 700,
  lineHeight: 1.15,
  "& small": { fontSize: text.small, fontWeight: 400, lineHeight: 1.25, color: look.soft },
}));

interface ChoiceRowProps {
  readonly icon: string;
  readonly name: string;
  readonly who: string;
  readonly chosen: boolean;
  readonly onTouch: () => void;
}

export function ChoiceRow({ icon, name, who, chosen, onTouch }: ChoiceRowProps) {
  return (
    <Row aria-pressed={chosen} onClick={onTouch}>
      <IconTile icon={icon} />
      <Name>
        {name}
        <small>{who}</small>
      </Name>
      <ChevronRightIcon aria-hidden />
    </Row>
  );
}
