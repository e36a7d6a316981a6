import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import type { Health } from "../api/types";

const COLOURS: Record<Health, string> = {
  online: "success.main",
  late: "warning.main",
  silent: "error.main",
  never: "text.secondary",
};

/** Disc, triangle, square, ring: each state has its own shape, so that colour is never alone. */
const SHAPES: Record<Health, React.ReactNode> = {
  online: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  late: <path d="M6 1l5.5 10H.5z" fill="currentColor" />,
  silent: <rect x="1" y="1" width="10" height="10" rx="1.5" fill="currentColor" />,
  never: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />,
};

export function HealthMark({ health }: { health: Health }) {
  const { t } = useTranslation();
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1 }}>
      <Box
        component="svg"
        viewBox="0 0 12 12"
        aria-hidden
        sx={{ width: 11, color: COLOURS[health] }}
      >
        {SHAPES[health]}
      </Box>
      {t(`health.${health}`)}
    </Box>
  );
}
