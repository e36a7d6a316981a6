import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import { Problem } from "../api/problem";
import { Brand } from "../parts/Brand";

interface Props {
  onLogin: (username: string, password: string) => Promise<void>;
}

/** Both fields are needed, so neither says so. */
const FIELD = {
  required: true,
  slotProps: { inputLabel: { required: false }, input: { sx: { bgcolor: "background.paper" } } },
};

export function LoginPage({ onLogin }: Props) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      await onLogin(String(form.get("username")), String(form.get("password")));
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, "unreachable", ""));
    } finally {
      setBusy(false);
    }
  }

  function said({ status, retryAfterS }: Problem): string {
    if (status === 401) return t("login.wrong");
    return status === 429 ? t("login.wait", { seconds: retryAfterS }) : t("login.unreachable");
  }

  return (
    <Box component="main" sx={{ minHeight: "100vh", display: "grid", placeItems: "center", p: 3 }}>
      <Box component="form" onSubmit={submit} sx={{ width: 360, display: "grid", gap: 2.5 }}>
        <Brand />
        <Typography component="h1" variant="h1">
          {t("login.title")}
        </Typography>
        <TextField
          {...FIELD}
          name="username"
          label={t("login.username")}
          autoComplete="username"
          autoFocus
        />
        <TextField
          {...FIELD}
          name="password"
          type="password"
          label={t("login.password")}
          autoComplete="current-password"
        />
        <Typography
          role="alert"
          variant="body2"
          sx={{ color: "error.main", minHeight: 20, my: -1 }}
        >
          {problem && said(problem)}
        </Typography>
        <Button type="submit" variant="contained" size="large" disabled={busy}>
          {busy ? t("login.busy") : t("login.submit")}
        </Button>
      </Box>
    </Box>
  );
}
