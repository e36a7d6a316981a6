import Box from "@mui/material/Box";
import { Outlet } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { session } from "../api/session";
import { Rail } from "./Rail";

/** The rail on the left, the page beside it; drawn anew when the language changes. */
export function Shell() {
  useTranslation();
  const { operator } = useSyncExternalStore(session.subscribe, session.snapshot);
  if (!operator) return null;
  return (
    <Box sx={{ display: "flex", height: "100vh", minWidth: 1080 }}>
      <Rail operator={operator} onLogout={() => void session.logout()} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Outlet />
      </Box>
    </Box>
  );
}
