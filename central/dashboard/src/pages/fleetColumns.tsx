import Box from "@mui/material/Box";

import { agreementHref, salesHref } from "../api/address";
import type { TotemRow } from "../api/types";
import { Ago } from "../parts/Ago";
import { Clipped } from "../parts/Clipped";
import { HealthMark } from "../parts/HealthMark";
import { Money } from "../parts/Money";
import type { Column } from "../parts/Table";
import { Tag } from "../parts/Tag";
import { Through } from "../parts/Through";
import { count, money } from "../words/format";
import { words } from "../words/words";

/** The fleet's columns, with totals of the rows shown. */
export function fleetColumns(rows: TotemRow[] = [], currency: string): Column<TotemRow>[] {
  const { t } = words;
  const sum = (of: (row: TotemRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  return [
    {
      key: "health",
      title: t("fleet.health"),
      width: 130,
      cell: ({ health }) => <HealthMark health={health} />,
      total: t("common.total"),
    },
    {
      key: "totem",
      title: t("fleet.totem"),
      cell: (row) => <Named row={row} currency={currency} />,
      total: t("fleet.totems", { count: rows.length }),
    },
    {
      key: "contact",
      title: t("fleet.contact"),
      cell: (row) => <Ago at={row.last_contact_at} zone={row.timezone} />,
    },
    {
      key: "waiting",
      title: t("fleet.waiting"),
      end: true,
      cell: ({ backlog }) => <Waiting backlog={backlog} />,
      total: count(sum((row) => row.backlog)),
    },
    {
      key: "away",
      title: t("fleet.away"),
      hint: t("fleet.outstandingWhy"),
      end: true,
      cell: (row) => <Money minor={row.outstanding_minor} currency={currency} waiting />,
      total: <Money minor={sum((row) => row.outstanding_minor)} currency={currency} waiting />,
    },
    {
      key: "held",
      title: t("fleet.held"),
      hint: t("fleet.heldWhy"),
      end: true,
      cell: ({ held_seq, declared_seq }) => <Held held={held_seq} declared={declared_seq} />,
    },
    {
      key: "catalogue",
      title: t("fleet.catalogue"),
      end: true,
      cell: (row) => (row.catalogue_version ? `v${row.catalogue_version}` : t("common.none")),
    },
    {
      key: "sales",
      title: t("fleet.salesToday"),
      end: true,
      cell: ({ totem, business_day, sales_today }) => (
        <Through href={salesHref({ totem, day: business_day, state: "SOLD" })}>
          {count(sales_today)}
        </Through>
      ),
      total: count(sum((row) => row.sales_today)),
    },
    {
      key: "settled",
      title: t("fleet.settledToday"),
      end: true,
      cell: (row) => <Money minor={row.settled_today_minor} currency={currency} />,
      total: <Money minor={sum((row) => row.settled_today_minor)} currency={currency} />,
    },
  ];
}

function Named({ row, currency }: { row: TotemRow; currency: string }) {
  const { t } = words;
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1.5 }}>
      <Box sx={{ lineHeight: 1.3 }}>
        <Box sx={{ fontWeight: 600 }}>
          <Clipped>{row.name}</Clipped>
        </Box>
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>
          <Clipped>{`${row.totem} · ${row.site_name}`}</Clipped>
        </Box>
      </Box>
      {row.cases_open > 0 && (
        <Through href={salesHref({ totem: row.totem, state: "CASE_OPEN" })}>
          <Tag tone="waiting">{t("fleet.case", { count: row.cases_open })}</Tag>
        </Through>
      )}
      {row.at_risk_minor > 0 && (
        <Through href={salesHref({ totem: row.totem, state: "STORED_OFFLINE" })}>
          <Tag tone="waiting">{`${t("fleet.stored")} ${money(row.at_risk_minor, currency)}`}</Tag>
        </Through>
      )}
      {row.quarantined > 0 && (
        <Through href={agreementHref({ view: "aside", totem: row.totem })}>
          <Tag tone="bad">{t("fleet.quarantine", { count: row.quarantined })}</Tag>
        </Through>
      )}
    </Box>
  );
}

function Waiting({ backlog }: { backlog: number }) {
  return (
    <Box component="span" sx={{ color: backlog ? "warning.dark" : "text.secondary" }}>
      {count(backlog)}
    </Box>
  );
}

function Held({ held, declared }: { held: number; declared: number }) {
  return (
    <span>
      {count(held)}{" "}
      <Box component="span" sx={{ color: "text.secondary" }}>
        / {count(declared)}
      </Box>
    </span>
  );
}
