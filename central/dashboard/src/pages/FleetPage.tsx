import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { agreementHref, type FleetSearch, salesHref } from "../api/address";
import { useFleet, useSummary } from "../api/queries";
import type { Fleet, Health, Summary, TotemRow } from "../api/types";
import { Command, Empty } from "../parts/Empty";
import { type Figure, Figures } from "../parts/Figures";
import { LiveMark } from "../parts/LiveMark";
import { Money } from "../parts/Money";
import { Page } from "../parts/Page";
import { Table } from "../parts/Table";
import { count, money } from "../words/format";
import { fleetColumns } from "./fleetColumns";
import { HealthPills } from "./HealthPills";

/** Who needs somebody comes first; within, as headquarters orders them: by site and name. */
const URGENCY: Health[] = ["silent", "late", "online", "never"];

interface Props {
  search: FleetSearch;
  onSearch: (search: FleetSearch) => void;
  onOpen: (href: string) => void;
}

export function FleetPage({ search, onSearch, onOpen }: Props) {
  const { t } = useTranslation();
  const { data: fleet, isError, dataUpdatedAt } = useFleet();
  const { data: summary } = useSummary();
  const rows = fleet?.totems
    .filter(({ health }) => !search.health || health === search.health)
    .sort((one, other) => URGENCY.indexOf(one.health) - URGENCY.indexOf(other.health));
  return (
    <Page
      title={t("fleet.title")}
      figure={
        <span title={t("fleet.outstandingWhy")}>
          {fleet
            ? `${money(fleet.outstanding_minor, fleet.currency)} ${t("fleet.outstanding")}`
            : "\u00a0"}
        </span>
      }
      note={fleet ? note(fleet) : ""}
      live={<LiveMark failing={isError} readAtMs={dataUpdatedAt} />}
    >
      <Figures figures={figures(summary)} />
      {fleet?.totems.length !== 0 && (
        <HealthPills
          totems={fleet?.totems}
          chosen={search.health}
          onChoose={(health) => onSearch({ health })}
        />
      )}
      <Table
        label={t("fleet.title")}
        columns={fleetColumns(rows, fleet?.currency ?? "BRL")}
        rows={rows}
        rowKey={({ totem }) => totem}
        onOpen={({ totem, business_day }) => onOpen(salesHref({ totem, day: business_day }))}
        empty={fleet?.totems.length ? <NobodyHere /> : <FirstTotem />}
      />
    </Page>
  );

  function note({ backlog, totems }: Fleet): string {
    if (backlog > 0) return t("fleet.backlog", { count: backlog });
    return totems.some((totem: TotemRow) => totem.declared_seq > 0) ? t("fleet.allHome") : "";
  }

  function figures(today: Summary | undefined): Figure[] {
    const currency = today?.currency ?? "BRL";
    const sold = { day: today?.business_day, state: "SOLD" };
    return [
      {
        key: "online",
        label: t("fleet.online"),
        value: today && `${count(today.totems_online)} / ${count(today.totems)}`,
      },
      {
        key: "sales",
        label: t("fleet.salesToday"),
        value: today && count(today.sales_today),
        href: salesHref(sold),
      },
      {
        key: "settled",
        label: t("fleet.settledToday"),
        value: today && <Money minor={today.settled_today_minor} currency={currency} />,
        href: salesHref(sold),
      },
      {
        key: "stored",
        label: t("fleet.stored"),
        hint: t("fleet.storedWhy"),
        value: today && <Money minor={today.stored_minor} currency={currency} waiting />,
        href: salesHref({ state: "STORED_OFFLINE" }),
      },
      {
        key: "cases",
        label: t("fleet.cases"),
        value: today && count(today.cases_open),
        href: salesHref({ state: "CASE_OPEN" }),
      },
      {
        key: "incidents",
        label: t("fleet.incidents"),
        hint: t("fleet.incidentsWhy"),
        value: today && count(today.incidents),
        href: agreementHref(),
      },
    ];
  }
}

function NobodyHere() {
  const { t } = useTranslation();
  return <Empty title={t("fleet.noneHere")}>{null}</Empty>;
}

function FirstTotem() {
  const { t } = useTranslation();
  return (
    <Empty title={t("fleet.emptyTitle")}>
      <Typography variant="body1">{t("fleet.emptyWhy")}</Typography>
      <Command why={t("fleet.emptyServer")}>{t("fleet.emptyCreate")}</Command>
      <Command why={t("fleet.emptyTotem", { address: window.location.origin })}>
        totem enrol --data-dir /var/lib/totem --code XXXX-XXXX-XXXX
      </Command>
    </Empty>
  );
}
