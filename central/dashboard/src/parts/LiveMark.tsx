import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { clock, zoneName } from "../words/format";

interface Props {
  failing: boolean;
  /** When the figures on screen were read; 0 when there are none yet. */
  readAtMs: number;
}

/** Says whether the figures are current, and from when, on the reader's clock, if not. */
export function LiveMark({ failing, readAtMs }: Props) {
  const { t } = useTranslation();
  const readAt = new Date(readAtMs);
  const time = `${clock(readAt)} ${zoneName(readAt)}`;
  const stale = readAtMs ? t("live.stale", { time }) : t("live.first");
  return (
    <Box
      role="status"
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1,
        fontSize: 13,
        color: failing ? "warning.dark" : "text.secondary",
      }}
    >
      <Box
        sx={{
          width: 7,
          height: 7,
          borderRadius: "50%",
          bgcolor: failing ? "warning.main" : "success.main",
        }}
      />
      {failing ? stale : t("live.ok")}
    </Box>
  );
}
