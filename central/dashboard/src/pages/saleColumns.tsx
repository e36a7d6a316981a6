import Box from "@mui/material/Box";
import type { ReactNode } from "react";

import type { SaleRow, SaleTotals } from "../api/types";
import { Money } from "../parts/Money";
import { paymentTone, printTone, saleTone } from "../parts/states";
import type { Column } from "../parts/Table";
import { Tag } from "../parts/Tag";
import { count, exact, short } from "../words/format";
import { wordFor, words } from "../words/words";

/** The columns of sales; beside an open sale the ones it repeats give way. */
export function saleColumns(
  totals: SaleTotals | undefined,
  currency: string,
  narrow: boolean,
): Column<SaleRow>[] {
  const { t } = words;
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
      title: t("sales.opened"),
      cell: (row) => <Opened at={row.opened_at} />,
      total: totals && count(totals.count),
    },
    {
      key: "totem",
      title: t("sales.totem"),
      cell: (row) => (
        <span>
          {row.totem_name}{" "}
          <Box component="span" sx={{ color: "text.secondary" }}>
            {!narrow && row.site_name}
          </Box>
        </span>
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

function Opened({ at }: { at: string }) {
  const instant = new Date(at);
  return (
    <time dateTime={at} title={exact(instant)}>
      {short(instant)}
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
