import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

interface Props {
  title: string;
  /** The one figure that matters on this page. */
  figure: ReactNode;
  note: string;
  /** What waits behind the figure, in words. */
  live: ReactNode;
  children: ReactNode;
}

/** A page fills the window; its table scrolls, the rest stays. */
export function Page({ title, figure, note, live, children }: Props) {
  return (
    <Box
      component="main"
      sx={{
        display: "flex",
        flexDirection: "column",
        height: "100%",
        minWidth: 0,
        px: 4,
        pt: 3,
        pb: 3,
        gap: 2.5,
      }}
    >
      <Box component="header" sx={{ display: "flex", flexDirection: "column", gap: 0.75 }}>
        <Box
          sx={{
            display: "flex",
            alignItems: "center",
            justifyContent: "space-between",
            minHeight: 24,
          }}
        >
          <Typography component="h1" variant="h3" color="textSecondary">
            {title}
          </Typography>
          {live}
        </Box>
        <Box sx={{ display: "flex", alignItems: "baseline", gap: 1.25, flexWrap: "wrap" }}>
          <Typography component="p" variant="h1" sx={{ fontVariantNumeric: "tabular-nums" }}>
            {figure}
          </Typography>
          <Typography variant="body1" color="textSecondary">
            {note}
          </Typography>
        </Box>
      </Box>
      {children}
    </Box>
  );
}
