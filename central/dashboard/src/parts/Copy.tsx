import ButtonBase from "@mui/material/ButtonBase";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "./Icon";

const SHOWN_MS = 1500;

/** A code that one click copies. */
export function Copy({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);

  async function copy() {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  }

  return (
    <ButtonBase
      onClick={() => void copy()}
      title={t("common.copy")}
      sx={{
        justifySelf: "start",
        gap: 0.75,
        borderRadius: 1,
        fontFamily: "ui-monospace, monospace",
        fontSize: 13,
        color: "text.secondary",
        "&:hover": { color: "text.primary" },
      }}
    >
      {text}
      <Icon name={copied ? "done" : "copy"} sx={{ fontSize: 15 }} />
    </ButtonBase>
  );
}
