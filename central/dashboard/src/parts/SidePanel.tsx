import IconButton from "@mui/material/IconButton";
import { styled } from "@mui/material/styles";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "./Icon";

interface Props {
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** Detail beside the table, never over it. Escape closes it. */
export function SidePanel({ label, onClose, children }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") onClose();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [onClose]);
  return (
    <Panel aria-label={label}>
      <IconButton
        aria-label={t("common.close")}
        title={`${t("common.close")} (Esc)`}
        onClick={onClose}
        sx={{ position: "absolute", top: 20, right: 20 }}
      >
        <Icon name="close" />
      </IconButton>
      {children}
    </Panel>
  );
}

const Panel = styled("aside")(({ theme }) => ({
  position: "relative",
  flex: "0 0 500px",
  height: "100%",
  overflow: "auto",
  padding: "24px 28px 40px",
  background: theme.vars.palette.background.paper,
  borderLeft: `1px solid ${theme.vars.palette.divider}`,
  animation: "panel-in 180ms ease-out",
  "@keyframes panel-in": { from: { opacity: 0, transform: "translateX(16px)" } },
  "@media (prefers-reduced-motion: reduce)": { animation: "none" },
}));
