import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

/** An empty page says what to do. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box
      sx={{
        flex: 1,
        display: "grid",
        placeItems: "center",
        border: "1px dashed",
        borderColor: "divider",
        borderRadius: "10px",
        p: 4,
      }}
    >
      <Box sx={{ maxWidth: 520 }}>
        <Typography component="h2" variant="h2" gutterBottom>
          {title}
        </Typography>
        {children}
      </Box>
    </Box>
  );
}

/** A command to type, with its reason above it. */
export function Command({ why, children }: { why: string; children: string }) {
  return (
    <Box sx={{ mt: 2 }}>
      <Typography variant="body2" color="textSecondary">
        {why}
      </Typography>
      <Box
        component="code"
        sx={{
          display: "block",
          mt: 0.75,
          px: 1.5,
          py: 1,
          borderRadius: "8px",
          bgcolor: "action.hover",
          fontFamily: "ui-monospace, monospace",
          fontSize: 13,
          userSelect: "all",
        }}
      >
        {children}
      </Box>
    </Box>
  );
}
