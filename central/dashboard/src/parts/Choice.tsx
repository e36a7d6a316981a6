import { styled } from "@mui/material/styles";
import type { ReactNode } from "react";

interface Props {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  children: ReactNode;
}

/** One filter out of a list; the first, empty entry names the filter. */
export function Choice({ label, value, onChange, children }: Props) {
  return (
    <Field data-set={Boolean(value)}>
      <select
        aria-label={label}
        value={value ?? ""}
        onChange={(event) => onChange(event.target.value || undefined)}
      >
        <option value="">{label}</option>
        {children}
      </select>
    </Field>
  );
}

/** The frame that all filters share; drawn stronger while the filter is set. */
export const Field = styled("span")(({ theme }) => ({
  display: "inline-flex",
  alignItems: "center",
  gap: 6,
  height: 36,
  padding: "0 10px",
  borderRadius: 8,
  border: `1px solid ${theme.vars.palette.divider}`,
  background: theme.vars.palette.background.paper,
  color: theme.vars.palette.text.secondary,
  "&[data-set=true]": {
    borderColor: theme.vars.palette.primary.main,
    color: theme.vars.palette.text.primary,
  },
  "&:focus-within": { outline: `2px solid ${theme.vars.palette.primary.main}`, outlineOffset: 1 },
  "& select, & input": {
    font: "inherit",
    color: "inherit",
    background: "transparent",
    border: 0,
    outline: 0,
    padding: 0,
    height: "100%",
    maxWidth: 140,
  },
  "& option, & optgroup": {
    color: theme.vars.palette.text.primary,
    background: theme.vars.palette.background.paper,
  },
  "& input[type=search]": { width: 190, maxWidth: "none" },
}));
