import ButtonBase from "@mui/material/ButtonBase";
import { styled } from "@mui/material/styles";

/** One choice of a few, beside its count; `aria-pressed` says which is chosen. */
export const Pill = styled(ButtonBase)(({ theme }) => ({
  height: 34,
  padding: "0 12px",
  gap: 8,
  borderRadius: 8,
  fontSize: 14,
  fontFamily: "inherit",
  border: `1px solid ${theme.vars.palette.divider}`,
  background: theme.vars.palette.background.paper,
  color: theme.vars.palette.text.secondary,
  "& b": { color: theme.vars.palette.text.primary, fontWeight: 600 },
  "&:hover": { background: theme.vars.palette.action.hover },
  "&[aria-pressed=true]": {
    borderColor: theme.vars.palette.primary.main,
    background: theme.vars.palette.action.selected,
    color: theme.vars.palette.text.primary,
  },
}));
