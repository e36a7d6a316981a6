/**
 * What holds on every screen: sizes by orientation, no selecting, no scrolling past the edge, calm
 * motion.
 */

import GlobalStyles from "@mui/material/GlobalStyles";
import { useTheme } from "@mui/material/styles";
import { landscapeSizes, portraitSizes, text } from "./tokens";

export function GlobalLook({ textScale }: { textScale: number }) {
  const { look, typography } = useTheme();
  return (
    <GlobalStyles
      styles={{
        ":root": { "--t": String(textScale), ...portraitSizes },
        "@media (orientation: landscape)": { ":root": landscapeSizes },
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
        ":focus-visible": { outline: `4px solid ${look.accent}`, outlineOffset: 4 },
        "@media (prefers-reduced-motion: reduce)": {
          "*, *::before, *::after": {
            animationDuration: "1ms !important",
            animationIterationCount: "1 !important",
            transitionDuration: "1ms !important",
          },
        },
      }}
    />
  );
}
