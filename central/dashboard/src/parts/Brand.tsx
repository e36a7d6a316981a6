import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

export function Brand() {
  const { t } = useTranslation();
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1.25 }}>
      <Box component="svg" viewBox="0 0 32 32" aria-hidden sx={{ width: 28 }}>
        <rect width="32" height="32" rx="8" fill="#0B6E4F" />
        <path d="M8 9h16v4.5h-5.6V24h-4.8V13.5H8z" fill="#fff" />
      </Box>
      <Box component="span" sx={{ fontSize: 16, fontWeight: 650 }}>
        Totem{" "}
        <Box component="span" sx={{ color: "text.secondary", fontWeight: 450 }}>
          {t("brand")}
        </Box>
      </Box>
    </Box>
  );
}
