import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { type AgreementSearch, salesHref, type View, VIEWS } from "../api/address";
import { useAgreement, useFleet } from "../api/queries";
import type { Agreement } from "../api/types";
import { Empty } from "../parts/Empty";
import { LiveMark } from "../parts/LiveMark";
import { Page } from "../parts/Page";
import { Pill } from "../parts/Pill";
import { Table } from "../parts/Table";
import { count } from "../words/format";
import { asideColumns, sealColumns } from "./agreementColumns";
import { Incidents } from "./Incidents";

const SIZES: Record<View, (found: Agreement) => number> = {
  incidents: ({ incidents }) => incidents.length,
  aside: ({ aside }) => aside.length,
  days: ({ seals }) => seals.length,
};

interface Props {
  search: AgreementSearch;
  onSearch: (search: AgreementSearch) => void;
  onOpen: (href: string) => void;
}

/** Where totems and headquarters do not agree, and the days on which it is proved that they do. */
export function AgreementPage({ search, onSearch, onOpen }: Props) {
  const { t } = useTranslation();
  const { data: found, isError, dataUpdatedAt } = useAgreement(search.totem ?? "");
  const { data: fleet } = useFleet();
  const view = search.view ?? "incidents";
  return (
    <Page
      title={t("agreement.title")}
      figure={found ? t("agreement.figure", { count: found.incidents.length }) : "\u00a0"}
      note={found ? note(found) : ""}
      live={<LiveMark failing={isError} readAtMs={dataUpdatedAt} />}
    >
      <Box sx={{ display: "flex", gap: 1, alignItems: "center" }}>
        {VIEWS.map((one) => (
          <Pill
            key={one}
            aria-pressed={one === view}
            onClick={() => onSearch({ ...search, view: one })}
          >
            {t(`agreement.views.${one}`)} <b>{found ? count(SIZES[one](found)) : ""}</b>
          </Pill>
        ))}
        {search.totem && (
          <Button onClick={() => onSearch({ view })}>
            {search.totem} · {t("agreement.everything")}
          </Button>
        )}
      </Box>
      {view === "incidents" && (
        <Incidents
          rows={found?.incidents}
          totems={fleet?.totems}
          empty={<Nothing title={t("agreement.noIncidents")} why={t("agreement.noIncidentsWhy")} />}
        />
      )}
      {view === "aside" && (
        <Table
          label={t("agreement.views.aside")}
          columns={asideColumns(fleet?.totems)}
          rows={found?.aside}
          rowKey={({ totem, epoch, seq }) => `${totem}-${epoch}-${seq}`}
          onOpen={({ totem, sale }) => onOpen(salesHref({ totem, sale: sale || undefined }))}
          empty={<Nothing title={t("agreement.noAside")} why={t("agreement.noAsideWhy")} />}
        />
      )}
      {view === "days" && (
        <Table
          label={t("agreement.views.days")}
          columns={sealColumns(found?.currency ?? "BRL", fleet?.totems)}
          rows={found?.seals}
          rowKey={({ totem, epoch, seq }) => `${totem}-${epoch}-${seq}`}
          onOpen={({ totem, business_day }) => onOpen(salesHref({ totem, day: business_day }))}
          empty={<Nothing title={t("agreement.noDays")} why={t("agreement.noDaysWhy")} />}
        />
      )}
    </Page>
  );

  function note({ seals }: Agreement): string {
    const wrong = seals.filter(({ verdict }) => verdict === "mismatch").length;
    if (wrong) return t("agreement.noteBad", { count: wrong });
    return seals.length ? t("agreement.noteGood") : "";
  }
}

function Nothing({ title, why }: { title: string; why: string }) {
  return (
    <Empty title={title}>
      <Typography variant="body1">{why}</Typography>
    </Empty>
  );
}
