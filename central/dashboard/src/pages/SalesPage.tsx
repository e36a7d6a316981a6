import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { type SalesSearch, salesHref } from "../api/address";
import { useFleet, useSales } from "../api/queries";
import type { SalesFilter, SaleTotals } from "../api/types";
import { Empty } from "../parts/Empty";
import { type Figure, Figures } from "../parts/Figures";
import { LiveMark } from "../parts/LiveMark";
import { Money } from "../parts/Money";
import { Page } from "../parts/Page";
import { Table } from "../parts/Table";
import { count, money } from "../words/format";
import { saleColumns } from "./saleColumns";
import { SalePanel } from "./SalePanel";
import { SalesFilters } from "./SalesFilters";

interface Props {
  search: SalesSearch;
  onSearch: (search: SalesSearch) => void;
}

export function SalesPage({ search, onSearch }: Props) {
  const { t } = useTranslation();
  const { sale, ...filter } = search;
  const { data, isError, dataUpdatedAt, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useSales(filter);
  const { data: fleet } = useFleet();
  const first = data?.pages[0];
  const rows = data?.pages.flatMap((page) => page.sales);
  const currency = first?.currency ?? "BRL";
  return (
    <Box sx={{ display: "flex", height: "100%", minWidth: 0 }}>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Page
          title={t("sales.title")}
          figure={
            first
              ? `${money(first.totals.settled_minor, currency)} ${t("sales.settled")}`
              : "\u00a0"
          }
          note=""
          live={<LiveMark failing={isError} readAtMs={dataUpdatedAt} />}
        >
          <Figures figures={figures(first?.totals)} />
          <SalesFilters
            filter={filter}
            totems={fleet?.totems}
            onFilter={(next) => onSearch({ ...next, sale })}
          />
          <Table
            label={t("sales.title")}
            columns={saleColumns(rows, first?.totals, currency, sale !== undefined)}
            rows={rows}
            rowKey={(row) => row.sale}
            selected={sale}
            onOpen={(row) => onSearch({ ...filter, sale: row.sale })}
            empty={<NoSales filtered={Object.values(filter).some(Boolean)} />}
          />
          {hasNextPage && first && (
            <Box sx={{ display: "flex", alignItems: "center", gap: 2, mt: -1 }}>
              <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
                {t("sales.more")}
              </Button>
              <Typography variant="body2" color="textSecondary">
                {t("sales.shown", {
                  shown: count(rows?.length ?? 0),
                  count: count(first.totals.count) as never,
                })}
              </Typography>
            </Box>
          )}
        </Page>
      </Box>
      {sale && <SalePanel key={sale} sale={sale} onClose={() => onSearch(filter)} />}
    </Box>
  );

  function figures(totals: SaleTotals | undefined): Figure[] {
    const amount = (minor: number | undefined, waiting = false) =>
      minor === undefined ? undefined : (
        <Money minor={minor} currency={currency} waiting={waiting} />
      );
    const among = (state: string) => salesHref({ ...(filter satisfies SalesFilter), state });
    return [
      { key: "count", label: t("sales.count"), value: totals && count(totals.count) },
      {
        key: "confirmed",
        label: t("sales.confirmed"),
        hint: t("sales.confirmedWhy"),
        value: amount(totals?.confirmed_minor),
        href: among("CONFIRMED"),
      },
      {
        key: "stored",
        label: t("sales.stored"),
        hint: t("sales.storedWhy"),
        value: amount(totals?.stored_minor, true),
        href: among("STORED_OFFLINE"),
      },
      {
        key: "vouchers",
        label: t("sales.vouchers"),
        hint: t("sales.vouchersWhy"),
        value: amount(totals?.vouchers_outstanding_minor, true),
        href: among("VOUCHER_ISSUED"),
      },
    ];
  }
}

function NoSales({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  return (
    <Empty title={filtered ? t("sales.emptyTitle") : t("sales.freshTitle")}>
      <Typography variant="body1">
        {filtered ? t("sales.emptyWhy") : t("sales.emptyFresh")}
      </Typography>
    </Empty>
  );
}
