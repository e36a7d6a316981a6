import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { styled, type Theme as MuiTheme, useColorScheme } from "@mui/material/styles";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Operator } from "../api/session";
import { Brand } from "../parts/Brand";
import { Icon, type IconName } from "../parts/Icon";
import { type Language, LANGUAGES, language, speak } from "../words/words";

interface Props {
  operator: Operator;
  onLogout: () => void;
}

export function Rail({ operator, onLogout }: Props) {
  const { t } = useTranslation();
  return (
    <Frame>
      <Box sx={{ px: 1, pb: 2.5 }}>
        <Brand />
      </Box>
      <Place to="/fleet" icon="fleet" word={t("nav.fleet")} />
      <Place to="/sales" icon="sales" word={t("nav.sales")} />
      <Place to="/agreement" icon="agreement" word={t("nav.agreement")} />
      <Box sx={{ flex: 1 }} />
      <Theme />
      <Languages />
      <Box
        sx={{
          display: "flex",
          alignItems: "center",
          mt: 1.5,
          pt: 1.5,
          borderTop: "1px solid",
          borderColor: "divider",
        }}
      >
        <Box sx={{ flex: 1, minWidth: 0, px: 1.25, overflow: "hidden", textOverflow: "ellipsis" }}>
          {operator.name}
        </Box>
        <Deed
          onClick={onLogout}
          aria-label={t("nav.logout")}
          title={t("nav.logout")}
          sx={{ width: 36 }}
        >
          <Icon name="leave" />
        </Deed>
      </Box>
    </Frame>
  );
}

function Place({ to, icon, word }: { to: string; icon: IconName; word: string }) {
  return (
    <Way to={to}>
      <Icon name={icon} />
      {word}
    </Way>
  );
}

function Theme() {
  const { t } = useTranslation();
  const { mode, systemMode, setMode } = useColorScheme();
  const dark = (mode === "system" ? systemMode : mode) === "dark";
  return (
    <Deed onClick={() => setMode(dark ? "light" : "dark")}>
      <Icon name={dark ? "sun" : "moon"} />
      {dark ? t("nav.light") : t("nav.dark")}
    </Deed>
  );
}

function Languages() {
  const { t } = useTranslation();
  return (
    <Box
      component="select"
      aria-label={t("nav.language")}
      value={language()}
      onChange={(event) => speak((event.target as HTMLSelectElement).value as Language)}
      sx={{
        mx: 1,
        height: 34,
        font: "inherit",
        color: "text.secondary",
        bgcolor: "transparent",
        border: 0,
      }}
    >
      {Object.entries(LANGUAGES).map(([code, word]) => (
        <option key={code} value={code}>
          {word}
        </option>
      ))}
    </Box>
  );
}

const Frame = styled("nav")(({ theme }) => ({
  flex: "0 0 212px",
  display: "flex",
  flexDirection: "column",
  gap: 2,
  padding: "22px 12px 14px",
  borderRight: `1px solid ${theme.vars.palette.divider}`,
}));

const entry = ({ theme }: { theme: MuiTheme }) => ({
  display: "flex",
  alignItems: "center",
  justifyContent: "flex-start",
  gap: 10,
  height: 36,
  padding: "0 8px",
  borderRadius: 8,
  fontSize: 14,
  fontFamily: "inherit",
  textDecoration: "none",
  color: theme.vars.palette.text.secondary,
  "&:hover": {
    background: theme.vars.palette.action.hover,
    color: theme.vars.palette.text.primary,
  },
  "&.active": {
    background: theme.vars.palette.action.selected,
    color: theme.vars.palette.text.primary,
    fontWeight: 600,
  },
});

const Way = styled(Link)(entry);
const Deed = styled(ButtonBase)(entry);
