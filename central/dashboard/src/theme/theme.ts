/**
 * The look in one file: paper and ink, one green, amber for what waits for us, red for what did
 * not work.
 */
import type {} from "@mui/material/themeCssVarsAugmentation";
import "@fontsource-variable/atkinson-hyperlegible-next/index.css";
import { createTheme } from "@mui/material/styles";

const FAMILY = '"Atkinson Hyperlegible Next Variable", system-ui, sans-serif';

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: "data-theme" },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: "#0B6E4F", contrastText: "#FFFFFF" },
        warning: { main: "#F4A300", dark: "#7A4F00", light: "#FFF4DC" },
        error: { main: "#B3261E", light: "#FBE9E7" },
        success: { main: "#0B6E4F", light: "#E3F1EB" },
        text: { primary: "#14213D", secondary: "#5C677D" },
        background: { default: "#FAF8F5", paper: "#FFFFFF" },
        divider: "#E8E3DA",
        action: { hover: "#F5F1EA", selected: "#EDF1F6" },
      },
    },
    dark: {
      palette: {
        primary: { main: "#4FC79C", contrastText: "#08130F" },
        warning: { main: "#F7B733", dark: "#F7C458", light: "#33290F" },
        error: { main: "#F2877F", light: "#3A1D1E" },
        success: { main: "#4FC79C", light: "#12302A" },
        text: { primary: "#E9EDF5", secondary: "#97A3BA" },
        background: { default: "#0E1420", paper: "#151D2C" },
        divider: "#27324A",
        action: { hover: "#1B2537", selected: "#1E2A42" },
      },
    },
  },
  shape: { borderRadius: 8 },
  typography: {
    fontFamily: FAMILY,
    fontSize: 14,
    h1: { fontSize: 28, fontWeight: 650, lineHeight: 1.25, letterSpacing: "-0.01em" },
    h2: { fontSize: 20, fontWeight: 650, lineHeight: 1.25 },
    h3: { fontSize: 14, fontWeight: 650, lineHeight: 1.25 },
    body1: { fontSize: 16, lineHeight: 1.5 },
    body2: { fontSize: 14, lineHeight: 1.45 },
    button: { textTransform: "none", fontWeight: 600 },
  },
  components: {
    MuiButtonBase: { defaultProps: { disableRipple: true } },
    MuiButton: { defaultProps: { disableElevation: true } },
    MuiCssBaseline: {
      styleOverrides: {
        body: {
          fontSize: 14,
          fontVariantNumeric: "tabular-nums",
          WebkitFontSmoothing: "antialiased",
        },
        "*:focus-visible": {
          outline: "2px solid var(--mui-palette-primary-main)",
          outlineOffset: 1,
        },
        "@media print": { "nav, button, form": { display: "none !important" } },
      },
    },
  },
});
