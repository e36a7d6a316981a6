import Box from "@mui/material/Box";

import { money } from "../words/format";

interface Props {
  minor: number;
  currency: string;
  /** Amber: money that waits for something. Nothing is said about an amount of 0. */
  waiting?: boolean;
}

/** An amount in tabular figures; zero steps back. */
export function Money({ minor, currency, waiting = false }: Props) {
  const colour = minor === 0 ? "text.secondary" : waiting ? "warning.dark" : "inherit";
  return (
    <Box
      component="span"
      sx={{ color: colour, whiteSpace: "nowrap", opacity: minor === 0 ? 0.7 : 1 }}
    >
      {money(minor, currency)}
    </Box>
  );
}
