/** What the pages of the corner are built of: cards, facts, lines with a deed, large tiles. */

import { styled } from "@mui/material/styles";
import type { ReactNode } from "react";
import { edge, px, radius, text } from "../theme/tokens";
import { Touchable } from "./Button";

export const Column = styled("section")({
  display: "grid",
  gap: px(28),
  alignContent: "start",
  width: "100%",
  maxWidth: px(984),
  margin: "0 auto",
});

/** Two columns where the panel is wide. */
export const Columns = styled("div")({
  display: "grid",
  gap: px(32),
  alignItems: "start",
  "@media (orientation: landscape)": {
    gridTemplateColumns: "minmax(0, 1fr) minmax(0, 1fr)",
    gap: px(40),
  },
});

export const Card = styled("section")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(20),
  padding: px(36),
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  fontSize: text.body,
  "& h2": { fontSize: text.answer, fontWeight: 700, lineHeight: 1.15 },
  "& small": { fontSize: text.small, color: look.soft },
  "@media (orientation: landscape)": { padding: px(28), gap: px(16) },
}));

export const Deeds = styled("div")({
  display: "flex",
  flexWrap: "wrap",
  gap: "max(16px, calc(16 * var(--u)))",
  "& > button": { flex: "1 1 auto", whiteSpace: "normal" },
});

const List = styled("dl")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr)",
  gap: `${px(12)} ${px(32)}`,
  fontSize: text.small,
  "& dt": { color: look.soft },
  "& dd": { fontWeight: 600, textAlign: "right", overflowWrap: "anywhere" },
}));

export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <List>
      {facts.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </List>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** Green is well, amber waits for somebody, with a word each. */
export const Standing = styled("p", { shouldForwardProp: (name) => name !== "well" })<{
  well: boolean;
}>(({ theme: { look }, well }) => ({
  display: "inline-flex",
  alignItems: "center",
  justifySelf: "start",
  gap: px(14),
  padding: `${px(10)} ${px(24)}`,
  borderRadius: px(60),
  background: well ? look.tint : look.accentTint,
  color: well ? look.primary : look.ink,
  fontSize: text.small,
  fontWeight: 700,
  "&::before": {
    content: '""',
    width: px(20),
    height: px(20),
    borderRadius: well ? "50%" : px(4),
    background: well ? look.primary : look.accent,
  },
}));

const Big = styled(Touchable)(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr) auto",
  alignItems: "center",
  gap: px(28),
  width: "100%",
  minHeight: px(152),
  padding: `${px(24)} ${px(32)}`,
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  color: look.ink,
  fontSize: text.answer,
  fontWeight: 700,
  textAlign: "left",
  whiteSpace: "normal",
  "&:active": { background: look.tint },
  "& small": { display: "block", fontSize: text.small, fontWeight: 400, color: look.soft },
  "& svg": { fontSize: px(64), color: look.primary },
  "@media (orientation: landscape)": { minHeight: px(112), "& svg": { fontSize: px(48) } },
}));

const Count = styled("span")(({ theme: { look } }) => ({
  display: "grid",
  placeItems: "center",
  minWidth: px(64),
  height: px(64),
  padding: `0 ${px(16)}`,
  borderRadius: px(32),
  background: look.accent,
  color: look.outlined ? look.onPrimary : look.ink,
  fontSize: text.body,
}));

interface TileProps {
  readonly icon: ReactNode;
  readonly name: string;
  readonly what: string;
  readonly count?: number;
  readonly onTouch: () => void;
}

export function Tile({ icon, name, what, count = 0, onTouch }: TileProps) {
  return (
    <Big onClick={onTouch}>
      {icon}
      <span>
        {name}
        <small>{what}</small>
      </span>
      {count > 0 && <Count>{count}</Count>}
    </Big>
  );
}

/** Nothing to do here, said kindly. */
export const Nothing = styled("p")(({ theme: { look } }) => ({
  padding: px(48),
  textAlign: "center",
  fontSize: text.answer,
  color: look.soft,
}));
