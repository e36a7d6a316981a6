import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import type { EventRow, SaleRow } from "../api/types";
import { Tag } from "../parts/Tag";
import { clock, exact } from "../words/format";
import { wordFor } from "../words/words";
import { gist, tone } from "./gist";

/**
 * A sale's events in the order the totem wrote them; each opens to the whole of what was recorded.
 */
export function Journal({ events, sale }: { events: EventRow[]; sale: SaleRow }) {
  return (
    <Line>
      {events.map((event) => (
        <li key={`${event.epoch}-${event.seq}`}>
          <Box component="span" className="dot" sx={{ bgcolor: DOTS[tone(event)] }} />
          <details>
            <summary>
              <Box component="span" sx={{ fontWeight: 600 }}>
                {wordFor("event", event.type)} <Fault event={event} />
              </Box>
              <Box
                component="time"
                dateTime={event.at}
                title={exact(new Date(event.at), sale.timezone)}
                sx={{ color: "text.secondary" }}
              >
                {clock(new Date(event.at), sale.timezone)}
              </Box>
              <Box
                component="span"
                sx={{ gridColumn: "1 / -1", color: "text.secondary", minWidth: 0 }}
              >
                {gist(event, sale.currency)}
              </Box>
            </summary>
            <Whole event={event} />
          </details>
        </li>
      ))}
    </Line>
  );
}

const DOTS = {
  good: "success.main",
  waiting: "warning.main",
  bad: "error.main",
  quiet: "text.disabled",
};

function Fault({ event }: { event: EventRow }) {
  const { t } = useTranslation();
  if (event.status === "posted") return null;
  const word = event.status === "parked" ? t("sale.parked") : t("sale.quarantined");
  return (
    <span title={event.reason}>
      <Tag tone={event.status === "parked" ? "waiting" : "bad"}>{word}</Tag>
    </span>
  );
}

function Whole({ event }: { event: EventRow }) {
  return (
    <Box
      component="pre"
      sx={{
        m: 0,
        mt: 1,
        p: 1.5,
        borderRadius: "8px",
        bgcolor: "action.hover",
        overflow: "auto",
        fontFamily: "ui-monospace, monospace",
        fontSize: 12,
        lineHeight: 1.5,
      }}
    >
      {`${event.type} · ${event.epoch}-${event.seq}\n${JSON.stringify(event.body, null, 2)}\n`}
      <Box
        component="span"
        sx={{ color: "text.secondary", wordBreak: "break-all", whiteSpace: "pre-wrap" }}
      >
        sha256 {event.hash}
      </Box>
    </Box>
  );
}

const Line = styled("ol")(({ theme }) => ({
  listStyle: "none",
  margin: 0,
  padding: 0,
  "& > li": { position: "relative", padding: "0 0 14px 24px" },
  "& > li:not(:last-of-type)::before": {
    content: '""',
    position: "absolute",
    left: 5,
    top: 14,
    bottom: -6,
    width: 1,
    background: theme.vars.palette.divider,
  },
  "& .dot": { position: "absolute", left: 1, top: 6, width: 9, height: 9, borderRadius: "50%" },
  "& summary": {
    display: "grid",
    gridTemplateColumns: "1fr auto",
    columnGap: 12,
    cursor: "pointer",
    borderRadius: 6,
    listStyle: "none",
  },
  "& summary::-webkit-details-marker": { display: "none" },
  "& summary:hover": {
    background: theme.vars.palette.action.hover,
    boxShadow: `0 0 0 6px ${theme.vars.palette.action.hover}`,
  },
}));
