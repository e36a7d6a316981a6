/** What the pages of the corner are built of: cards, facts, lines with a deed, large tiles. */

import CheckIcon from "@mui/icons-material/CheckCircleRounded";
import { styled } from "@mui/material/styles";
import type { ReactNode } from "react";
import { edge, px, radius, text } from "../theme/tokens";
import { Touchable } from "./Button";

/** What a finger needs between two things it may touch. */
const GAP = `max(16px, ${px(20)})`;
const LARGE = "html[data-large] &";

export const Column = styled("section")({
  display: "grid",
  gap: px(28),
  alignContent: "start",
  width: "100%",
});

/** Two columns where the panel is wide. */
export const Columns = styled("div")({
  display: "grid",
  gap: px(28),
  alignItems: "start",
  "@media (orientation: landscape)": {
    gridTemplateColumns: "minmax(0, 1fr) minmax(0, 1fr)",
    gap: px(32),
  },
});

export const Card = styled("section")(({ theme: { look } }) => ({
  display: "grid",
  gap: GAP,
  padding: px(36),
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  fontSize: text.body,
  "& h2": { fontSize: text.answer, fontWeight: 700, lineHeight: 1.15 },
  "& small": { fontSize: text.small, color: look.soft },
  "@media (orientation: landscape)": { padding: px(28) },
}));

export const Deeds = styled("div")({
  display: "flex",
  flexWrap: "wrap",
  gap: GAP,
  "& > button": { flex: "1 1 auto", whiteSpace: "normal", paddingBlock: px(8) },
});

/** What there is, and at its right what may be done with it. */
export const WithDeed = styled("div")({
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr) auto",
  alignItems: "center",
  gap: GAP,
  "& > div": { display: "grid", gap: px(16) },
  "& > button": { maxWidth: px(340) },
  [LARGE]: { gridTemplateColumns: "minmax(0, 1fr)", "& > button": { maxWidth: "none" } },
});

const List = styled("dl")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr)",
  gap: `${px(12)} ${px(32)}`,
  fontSize: text.small,
  "& dt": { color: look.soft },
  "& dd": { fontWeight: 600, textAlign: "right", overflowWrap: "anywhere" },
  [LARGE]: {
    gridTemplateColumns: "minmax(0, 1fr)",
    rowGap: 0,
    "& dd": { textAlign: "left", marginBottom: px(16) },
  },
}));

export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <List>
      {facts.map(([name, value], place) => (
        <Fact key={place} name={name} value={value} />
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
  boxShadow: look.outlined ? edge(look) : "none",
  color: well ? look.primary : look.ink,
  fontSize: text.small,
  fontWeight: 700,
  "&::before": {
    content: '""',
    flex: "none",
    width: "0.75em",
    height: "0.75em",
    borderRadius: well ? "50%" : px(4),
    background: well ? look.primary : look.accent,
  },
}));

/** Marks beside each other: how it stands, and what to mind. */
export const Marks = styled("div")({ display: "flex", flexWrap: "wrap", gap: px(16) });

/** Somebody to be minded. */
export const Mark = styled("p")(({ theme: { look } }) => ({
  display: "inline-flex",
  alignItems: "center",
  gap: px(12),
  padding: `${px(10)} ${px(24)}`,
  borderRadius: px(60),
  background: look.ink,
  color: look.paper,
  fontSize: text.small,
  fontWeight: 700,
  "& svg": { fontSize: "1.25em" },
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
  "& svg": { fontSize: `min(1.6em, ${px(104)})`, color: look.primary },
  "@media (orientation: landscape)": { minHeight: px(112) },
}));

const Count = styled("span")(({ theme: { look } }) => ({
  display: "grid",
  placeItems: "center",
  minWidth: "2em",
  minHeight: "2em",
  padding: "0 0.5em",
  borderRadius: "1em",
  background: look.accent,
  color: look.outlined ? look.onPrimary : look.ink,
  fontSize: text.body,
}));

interface TileProps {
  /** Where it leads. */
  readonly page: string;
  readonly icon: ReactNode;
  readonly name: string;
  readonly what: string;
  readonly count?: number;
  readonly onTouch: () => void;
}

export function Tile({ page, icon, name, what, count = 0, onTouch }: TileProps) {
  return (
    <Big data-page={page} onClick={onTouch}>
      {icon}
      <span>
        {name}
        <small>{what}</small>
      </span>
      {count > 0 && <Count>{count}</Count>}
    </Big>
  );
}

const Empty = styled("p")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(24),
  justifyItems: "center",
  padding: px(48),
  textAlign: "center",
  fontSize: text.answer,
  color: look.soft,
  "& svg": { fontSize: text.display, color: look.primary },
}));

/** Nothing to do here, said kindly. */
export function Nothing({ children }: { children: ReactNode }) {
  return (
    <Empty>
      <CheckIcon aria-hidden />
      {children}
    </Empty>
  );
}
