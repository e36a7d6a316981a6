import Box from "@mui/material/Box";
import type { ReactNode } from "react";

export type Tone = "good" | "waiting" | "bad" | "quiet";

const TONES: Record<Tone, { color: string; bgcolor: string }> = {
  good: { color: "success.main", bgcolor: "success.light" },
  waiting: { color: "warning.dark", bgcolor: "warning.light" },
  bad: { color: "error.main", bgcolor: "error.light" },
  quiet: { color: "text.secondary", bgcolor: "action.hover" },
};

export function Tag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <Box
      component="span"
      sx={{
        display: "inline-block",
        px: 1,
        py: "1px",
        borderRadius: "6px",
        fontSize: 13,
        fontWeight: 550,
        ...TONES[tone],
      }}
    >
      {children}
    </Box>
  );
}
