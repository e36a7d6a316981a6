import Box from "@mui/material/Box";
import type { ReactNode } from "react";

import type { SaleRow, SaleTotals } from "../api/types";
import { Clipped } from "../parts/Clipped";
import { Money } from "../parts/Money";
import { paymentTone, printTone, saleTone } from "../parts/states";
import type { Column } from "../parts/Table";
import { Tag } from "../parts/Tag";
import { count, exact, short, zoneName } from "../words/format";
import { wordFor, words } from "../words/words";

/** The columns of sales; beside an open sale the ones it repeats give way. */
export function saleColumns(
  rows: SaleRow[] = [],
  totals: SaleTotals | undefined,
  currency: string,
  narrow: boolean,
): Column<SaleRow>[] {
  const { t } = words;
  const zones = new Set(rows.map((row) => zoneName(new Date(row.opened_at), row.timezone)));
  const [zone] = zones.size === 1 ? zones : [];
  const columns: (Column<SaleRow> & { wide?: boolean })[] = [
    {
      key: "ticket",
      title: t("sales.ticket"),
      width: 96,
      cell: (row) => (
        <Box component="span" sx={{ fontWeight: 600 }}>
          {row.ticket_number || t("common.none")}
        </Box>
      ),
      total: t("common.total"),
    },
    {
      key: "opened",
      title: zone ? `${t("sales.opened")} (${zone})` : t("sales.opened"),
      cell: (row) => <Opened row={row} named={!zone} />,
      total: totals && count(totals.count),
    },
    {
      key: "totem",
      title: t("sales.totem"),
      cell: (row) => (
        <Box sx={{ lineHeight: 1.3 }}>
          <Clipped>{row.totem_name}</Clipped>
          {!narrow && (
            <Box sx={{ color: "text.secondary", fontSize: 13 }}>
              <Clipped>{row.site_name}</Clipped>
            </Box>
          )}
        </Box>
      ),
    },
    {
      key: "method",
      title: t("sales.method"),
      cell: (row) => wordFor("method", row.method) || t("common.none"),
      wide: true,
    },
    {
      key: "state",
      title: t("sales.state"),
      cell: (row) => (
        <Quiet over={saleTone(row.state) === "quiet"}>{wordFor("state", row.state)}</Quiet>
      ),
      wide: true,
    },
    {
      key: "payment",
      title: t("sales.payment"),
      cell: (row) =>
        row.payment_state ? (
          <Tag tone={paymentTone(row.payment_state)}>{wordFor("payment", row.payment_state)}</Tag>
        ) : (
          <Quiet over>{t("common.none")}</Quiet>
        ),
    },
    {
      key: "print",
      title: t("sales.print"),
      cell: (row) =>
        printTone(row.print_outcome) === "quiet" ? (
          <Quiet over>{wordFor("print", row.print_outcome) || t("common.none")}</Quiet>
        ) : (
          <Tag tone={printTone(row.print_outcome)}>{wordFor("print", row.print_outcome)}</Tag>
        ),
      wide: true,
    },
    {
      key: "amount",
      title: t("sales.amount"),
      end: true,
      cell: (row) => <Money minor={row.total_minor} currency={row.currency} />,
      total: totals && <Settled minor={totals.settled_minor} currency={currency} />,
    },
  ];
  return columns.filter(({ wide }) => !(wide && narrow));
}

/** A word without a tag: what is over steps back, so that what waits stands out. */
function Quiet({ over, children }: { over: boolean; children: ReactNode }) {
  return (
    <Box component="span" sx={{ color: over ? "text.secondary" : "text.primary" }}>
      {children}
    </Box>
  );
}

/** On the site's clock; `named` says which clock, where the column's head cannot. */
function Opened({ row, named }: { row: SaleRow; named: boolean }) {
  const instant = new Date(row.opened_at);
  return (
    <time dateTime={row.opened_at} title={exact(instant, row.timezone)}>
      {short(instant, row.timezone)}
      {named && <Quiet over> {zoneName(instant, row.timezone)}</Quiet>}
    </time>
  );
}

function Settled({ minor, currency }: { minor: number; currency: string }) {
  return (
    <span>
      <Box component="span" sx={{ color: "text.secondary", fontWeight: 450 }}>
        {words.t("sales.settled")}{" "}
      </Box>
      <Money minor={minor} currency={currency} />
    </span>
  );
}
