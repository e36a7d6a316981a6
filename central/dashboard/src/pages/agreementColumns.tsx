import Box from "@mui/material/Box";

import type { AsideRow, SealRow, TotemRow } from "../api/types";
import { Ago } from "../parts/Ago";
import { Money } from "../parts/Money";
import type { Column } from "../parts/Table";
import { Tag, type Tone } from "../parts/Tag";
import { count } from "../words/format";
import { wordFor, words } from "../words/words";

const VERDICTS: Record<SealRow["verdict"], Tone> = {
  confirmed: "good",
  confirmed_with_quarantine: "waiting",
  mismatch: "bad",
};

/** The zone whose clocks a totem's people read; UTC while the fleet is not known. */
export function zoneOf(totem: string, totems: TotemRow[] = []): string {
  return totems.find((row) => row.totem === totem)?.timezone ?? "UTC";
}

export function asideColumns(totems: TotemRow[] | undefined): Column<AsideRow>[] {
  const { t } = words;
  return [
    { key: "totem", title: t("agreement.totem"), cell: ({ totem }) => <b>{totem}</b> },
    {
      key: "at",
      title: t("agreement.at"),
      cell: ({ at, totem }) => <Ago at={at} zone={zoneOf(totem, totems)} />,
    },
    {
      key: "place",
      title: t("agreement.place"),
      hint: t("agreement.placeWhy"),
      cell: ({ epoch, seq }) => `${epoch} / ${seq}`,
    },
    {
      key: "type",
      title: t("agreement.type"),
      cell: ({ type, tver }) => <span title={`${type} v${tver}`}>{wordFor("event", type)}</span>,
    },
    {
      key: "status",
      title: t("agreement.status"),
      cell: ({ status }) => (
        <Tag tone={status === "parked" ? "waiting" : "bad"}>
          {status === "parked" ? t("sale.parked") : t("sale.quarantined")}
        </Tag>
      ),
    },
    {
      key: "reason",
      title: t("agreement.reason"),
      cell: ({ reason }) => (
        <Box sx={{ whiteSpace: "normal", minWidth: 240, py: 1 }}>{reason}</Box>
      ),
    },
  ];
}

export function sealColumns(currency: string, totems: TotemRow[] = []): Column<SealRow>[] {
  const { t } = words;
  const named = (totem: string) => totems.find((row) => row.totem === totem)?.name ?? totem;
  return [
    { key: "day", title: t("agreement.day"), cell: (row) => <b>{row.business_day}</b> },
    { key: "totem", title: t("agreement.totem"), cell: ({ totem }) => named(totem) },
    {
      key: "verdict",
      title: t("agreement.verdict"),
      cell: ({ verdict, detail }) => (
        <>
          <Tag tone={VERDICTS[verdict]}>{wordFor("verdict", verdict)}</Tag> {detail}
        </>
      ),
    },
    { key: "rows", title: t("agreement.rows"), end: true, cell: ({ rows }) => count(rows) },
    {
      key: "aside",
      title: t("agreement.asideMoney"),
      hint: t("agreement.asideMoneyWhy"),
      end: true,
      cell: (row) => <Money minor={row.aside_minor} currency={currency} waiting />,
    },
    {
      key: "sum",
      title: t("agreement.sum"),
      end: true,
      cell: ({ sums }) => (
        <Money minor={Object.values(sums).reduce((sum, one) => sum + one, 0)} currency={currency} />
      ),
    },
    {
      key: "perpetual",
      title: t("agreement.perpetual"),
      hint: t("agreement.perpetualWhy"),
      end: true,
      cell: (row) => <Money minor={row.perpetual_minor} currency={currency} />,
    },
  ];
}
