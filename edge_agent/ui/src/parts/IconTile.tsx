/** A single-colour icon on a tinted square; never alone, so it says nothing to a screen reader. */

import { styled } from "@mui/material/styles";
import { px } from "../theme/tokens";
import { icons, unknownIcon } from "./icons";

const Tile = styled("span", { shouldForwardProp: (name) => name !== "tone" })<{
  tone: "primary" | "accent" | "error" | "off";
}>(({ theme: { look }, tone }) => ({
  flex: "none",
  display: "grid",
  placeItems: "center",
  width: px(96),
  height: px(96),
  borderRadius: px(26),
  background: {
    primary: look.tint,
    accent: look.accentTint,
    error: look.errorTint,
    off: look.line,
  }[tone],
  color: { primary: look.primary, accent: look.ink, error: look.error, off: look.soft }[tone],
  "& svg": { fontSize: px(60) },
  "@media (orientation: landscape)": {
    width: px(76),
    height: px(76),
    borderRadius: px(22),
    "& svg": { fontSize: px(48) },
  },
}));

interface IconTileProps {
  readonly icon: string;
  readonly tone?: "primary" | "accent" | "error" | "off";
}

export function IconTile({ icon, tone = "primary" }: IconTileProps) {
  const Icon = icons[icon] ?? unknownIcon;
  return (
    <Tile tone={tone} aria-hidden>
      <Icon />
    </Tile>
  );
}
