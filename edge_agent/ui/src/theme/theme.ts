/** The tokens as MUI's theme: no ripple, no upper case, one family, our own colours. */

import { createTheme, type Theme } from "@mui/material/styles";
import { type Look, standardLook, text } from "./tokens";

declare module "@mui/material/styles" {
  interface Theme {
    look: Look;
  }
  interface ThemeOptions {
    look?: Look;
  }
}

export function themeOf(look: Look = standardLook("")): Theme {
  return createTheme({
    look,
    palette: {
      primary: { main: look.primary, contrastText: look.onPrimary },
      error: { main: look.error },
      warning: { main: look.accent },
      background: { default: look.paper, paper: look.surface },
      text: { primary: look.ink, secondary: look.soft },
    },
    typography: {
      fontFamily: '"Atkinson Hyperlegible Next Variable", sans-serif',
      allVariants: { lineHeight: 1.25 },
    },
    components: {
      MuiModal: { defaultProps: { container: () => document.getElementById("stage") } },
      MuiButtonBase: { defaultProps: { disableRipple: true, disableTouchRipple: true } },
      MuiSvgIcon: { styleOverrides: { root: { fontSize: text.answer } } },
    },
  });
}
