import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { IncidentRow, TotemRow } from "../api/types";
import { Ago } from "../parts/Ago";
import { Copy } from "../parts/Copy";
import { Tag, type Tone } from "../parts/Tag";
import { language, wordFor } from "../words/words";
import { zoneOf } from "./agreementColumns";

const TONES: Record<string, Tone> = {
  clone: "bad",
  "bad-chain": "bad",
  "malformed-envelope": "bad",
  "totem-revoked": "bad",
  "held-behind-ack": "waiting",
  fork: "waiting",
};

interface Props {
  rows: IncidentRow[] | undefined;
  totems: TotemRow[] | undefined;
  empty: ReactNode;
}

/** Each with what happened and what to do, in words. */
export function Incidents({ rows = [], totems, empty }: Props) {
  const { t } = useTranslation();
  if (rows.length === 0) return <>{empty}</>;
  return (
    <Box component="ol" sx={{ m: 0, p: 0, listStyle: "none", overflow: "auto", minHeight: 0 }}>
      {rows.map(({ id, kind, seen_at, totem, words }) => (
        <Card key={id}>
          <Box sx={{ display: "flex", alignItems: "baseline", gap: 1.5 }}>
            <Tag tone={TONES[kind] ?? "quiet"}>{wordFor("incident", kind)}</Tag>
            <b>{totem}</b>
            <Box sx={{ color: "text.secondary" }}>
              <Ago at={seen_at} zone={zoneOf(totem, totems)} />
            </Box>
          </Box>
          <Typography variant="body1">{words[language()].what}</Typography>
          <Typography variant="body2" color="textSecondary">
            <b>{t("agreement.todo")}: </b>
            <Told text={words[language()].todo} />
          </Typography>
        </Card>
      ))}
    </Box>
  );
}

/** A sentence whose commands, between backticks, can be copied. */
function Told({ text }: { text: string }) {
  return text
    .split("`")
    .map((part, place) => (place % 2 ? <Copy key={place} text={part} /> : part));
}

const Card = styled("li")(({ theme }) => ({
  display: "flex",
  flexDirection: "column",
  gap: 6,
  maxWidth: 900,
  marginBottom: 10,
  padding: "14px 16px",
  border: `1px solid ${theme.vars.palette.divider}`,
  borderRadius: 10,
  background: theme.vars.palette.background.paper,
}));
