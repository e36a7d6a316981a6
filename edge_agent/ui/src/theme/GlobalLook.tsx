/**
 * What holds on every screen: sizes by orientation, no selecting, no scrolling past the edge, calm
 * motion.
 */

import GlobalStyles from "@mui/material/GlobalStyles";
import { useTheme } from "@mui/material/styles";
import type { PanelView } from "../api/schemas";
import { landscapeSizes, portraitSizes, text } from "./tokens";

const LARGE_TEXT = 2;
/** A part of a panel is drawn smaller, down to what a hand still hits. */
const LOW_MIN = 0.62;
const ROOMY = 1.15;

interface GlobalLookProps {
  readonly large: boolean;
  readonly low: boolean;
  readonly panel: PanelView;
}

export function GlobalLook({ large, low, panel: { band_top, band_bottom } }: GlobalLookProps) {
  const share = low ? Math.min(1, Math.max(LOW_MIN, (band_bottom - band_top) * ROOMY)) : 1;
  const { look, typography } = useTheme();
  return (
    <GlobalStyles
      styles={{
        ":root": {
          "--t": String(large ? LARGE_TEXT : 1),
          "--low": String(share),
          "--band-top": `${band_top * 100}%`,
          "--band-below": `${(1 - band_bottom) * 100}%`,
          "--access-room": "0px",
          ...portraitSizes,
        },
        "@media (orientation: landscape)": {
          ":root": landscapeSizes,
          "html:not([data-large]):not([data-speech])": { "--access-room": "calc(11.5 * var(--small))" },
        },
        "html[data-speech]": { touchAction: "none" },
        "*, *::before, *::after": { boxSizing: "border-box" },
        "html, body, #root": { height: "100%", margin: 0, overflow: "hidden" },
        body: {
          background: look.paper,
          color: look.ink,
          fontFamily: typography.fontFamily,
          fontSize: text.body,
          lineHeight: 1.25,
          fontVariantNumeric: "tabular-nums",
          WebkitFontSmoothing: "antialiased",
          userSelect: "none",
          touchAction: "manipulation",
          overscrollBehavior: "none",
          WebkitTapHighlightColor: "transparent",
        },
        "h1, h2, p, ul, ol, dl, dd": { margin: 0, padding: 0 },
        "h1, h2": { textWrap: "balance" },
        ":focus-visible": { outline: `5px solid ${look.focus}`, outlineOffset: 4 },
        "html:not([data-keys]):not([data-speech]) [tabindex='-1']:focus-visible": { outline: "none" },
        "@media (prefers-reduced-motion: reduce)": {
          "*, *::before, *::after": {
            animationDuration: "1ms !important",
            animationIterationCount: "1 !important",
            transition: "none !important",
          },
        },
      }}
    />
  );
}
