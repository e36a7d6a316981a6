/**
 * The touchable things: one primary action a screen, plain ones beside it, quiet ones for the
 * rest.
 */

import ButtonBase, { type ButtonBaseProps } from "@mui/material/ButtonBase";
import { styled } from "@mui/material/styles";
import { motion, px, radius, target, text } from "../theme/tokens";

export const Touchable = styled(ButtonBase)({
  fontFamily: "inherit",
  whiteSpace: "nowrap",
  fontVariantNumeric: "inherit",
  textAlign: "inherit",
  transition: `transform ${motion.press}, background-color ${motion.press}`,
  "&:active": { transform: "scale(0.98)" },
  "html[data-large] &": { whiteSpace: "normal", minWidth: 0 },
});

const Primary = styled(Touchable)(({ theme: { look } }) => ({
  minHeight: target.primary,
  minWidth: px(400),
  whiteSpace: "normal",
  textAlign: "center",
  lineHeight: 1.15,
  padding: `0 ${px(32)}`,
  gap: px(20),
  borderRadius: radius.button,
  background: look.primary,
  color: look.onPrimary,
  fontSize: text.answer,
  fontWeight: 700,
  "&:active": { background: look.pressed },
  "&.Mui-disabled": {
    background: look.outlined ? look.paper : look.line,
    boxShadow: look.outlined ? `inset 0 0 0 2px ${look.line}` : "none",
    color: look.soft,
  },
}));

const Plain = styled(Touchable)(({ theme: { look } }) => ({
  minHeight: target.primary,
  minWidth: target.primary,
  whiteSpace: "normal",
  textAlign: "center",
  lineHeight: 1.15,
  padding: `0 ${px(28)}`,
  gap: px(14),
  borderRadius: radius.button,
  background: look.surface,
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.line}`,
  color: look.ink,
  fontSize: text.body,
  fontWeight: 600,
  "&:active": { background: look.line },
  "&.Mui-disabled": { background: look.paper, color: look.soft },
}));

const Quiet = styled(Touchable)(({ theme: { look } }) => ({
  minHeight: target.any,
  minWidth: target.any,
  whiteSpace: "normal",
  textAlign: "center",
  lineHeight: 1.15,
  padding: `0 ${px(24)}`,
  gap: px(14),
  borderRadius: radius.button,
  color: look.ink,
  fontSize: text.small,
  fontWeight: 600,
  "&:active": { background: look.line },
}));

const kinds = { primary: Primary, plain: Plain, quiet: Quiet };

export interface ButtonProps extends Omit<ButtonBaseProps, "action"> {
  readonly kind: keyof typeof kinds;
}

export function Button({ kind, ...rest }: ButtonProps) {
  const Kind = kinds[kind];
  return <Kind data-kind={kind} {...rest} />;
}
