/** A single-colour icon, or the owner's picture, on a tinted square; never alone, so it says nothing to a screen reader. */

import { styled } from "@mui/material/styles";
import { px } from "../theme/tokens";
import { icons, unknownIcon } from "./icons";

const OWN: readonly PropertyKey[] = ["tone", "small"];

const Tile = styled("span", { shouldForwardProp: (name) => !OWN.includes(name) })<{
  tone: "primary" | "accent" | "error" | "off";
  small: boolean;
}>(({ theme: { look }, tone, small }) => ({
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
    off: look.outlined ? look.paper : look.line,
  }[tone],
  color: { primary: look.primary, accent: look.ink, error: look.error, off: look.soft }[tone],
  "& svg": { fontSize: px(60) },
  "@media (orientation: landscape)": {
    width: px(76),
    height: px(76),
    borderRadius: px(22),
    "& svg": { fontSize: px(48) },
    ...(small && { width: px(56), height: px(56), "& svg": { fontSize: px(38) } }),
  },
}));

const Picture = styled("img")({
  width: "100%",
  height: "100%",
  objectFit: "cover",
  borderRadius: "inherit",
});

interface IconTileProps {
  readonly icon: string;
  /** Address of the owner's picture; the icon stands in for none. */
  readonly picture?: string;
  readonly tone?: "primary" | "accent" | "error" | "off";
  /** Smaller where the panel is low. */
  readonly small?: boolean;
}

export function IconTile({ icon, picture = "", tone = "primary", small = false }: IconTileProps) {
  const Icon = icons[icon] ?? unknownIcon;
  return (
    <Tile tone={tone} small={small} aria-hidden>
      {picture === "" ? <Icon /> : <Picture src={picture} alt="" draggable={false} />}
    </Tile>
  );
}
