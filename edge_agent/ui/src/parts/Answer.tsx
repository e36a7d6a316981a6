/**
 * What happened, what it means for your money, what to do: the calm composition of every bad
 * moment.
 */

import { styled } from "@mui/material/styles";
import type { ReactNode } from "react";
import { px, text } from "../theme/tokens";

/** On a wide panel a code to keep takes the room of the sign, so that all of it is in view. */
export const Answer = styled("div")({
  display: "grid",
  justifyItems: "center",
  gap: px(40),
  textAlign: "center",
  "@media (orientation: landscape)": {
    gap: px(24),
    "&:has(> [data-claim]) > [data-sign]": { display: "none" },
  },
});

const Disc = styled("span", { shouldForwardProp: (name) => name !== "tone" })<{
  tone: "accent" | "error" | "primary";
}>(({ theme: { look }, tone }) => ({
  display: "grid",
  placeItems: "center",
  width: px(280),
  height: px(280),
  borderRadius: "50%",
  background: { accent: look.accentTint, error: look.errorTint, primary: look.tint }[tone],
  color: { accent: look.accent, error: look.error, primary: look.primary }[tone],
  "& svg": { fontSize: px(152) },
  "@media (orientation: landscape)": {
    width: px(128),
    height: px(128),
    "& svg": { fontSize: px(76) },
  },
}));

interface SignProps {
  readonly tone: "accent" | "error" | "primary";
  readonly children: ReactNode;
}

/** The round sign on top; its colour says whose turn it is: amber ours, red did not work. */
export function Sign({ tone, children }: SignProps) {
  return (
    <Disc tone={tone} data-sign aria-hidden>
      {children}
    </Disc>
  );
}

export const Happened = styled("h1")({
  maxWidth: "18em",
  fontSize: `calc(1.2 * ${text.title})`,
  fontWeight: 700,
  lineHeight: 1.12,
  letterSpacing: "-0.015em",
  "html[data-large] &": { fontSize: text.title },
  "@media (orientation: landscape)": { fontSize: text.title },
});

export const Meaning = styled("p")({ fontSize: text.answer, fontWeight: 700 });

/** What it means for your money, when the news is good. */
export const Safe = styled("p")(({ theme: { look } }) => ({
  display: "inline-flex",
  alignItems: "center",
  gap: px(20),
  padding: `${px(20)} ${px(40)} ${px(20)} ${px(32)}`,
  borderRadius: px(60),
  background: look.tint,
  color: look.primary,
  fontSize: text.answer,
  fontWeight: 700,
  "& svg": { fontSize: "1.3em" },
}));

export const Advice = styled("p")(({ theme: { look } }) => ({
  maxWidth: "26em",
  textWrap: "balance",
  fontSize: text.body,
  color: look.soft,
}));

/** The code a technician asks for, small: it belongs in the upper corner. */
export const CornerCode = styled("p")(({ theme: { look } }) => ({
  fontSize: text.small,
  color: look.soft,
}));

/** A page without question and without bar, its content in the middle. */
export const StillPage = styled("main")({
  height: "100%",
  padding: "var(--gutter)",
  display: "grid",
  alignContent: "center",
  "html[data-large] &": { overflowY: "auto", alignContent: "safe center" },
});
