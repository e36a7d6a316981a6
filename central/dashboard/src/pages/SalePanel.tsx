import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useSale } from "../api/queries";
import type { SaleDetail, SaleLine, SaleRow } from "../api/types";
import { Copy } from "../parts/Copy";
import { Money } from "../parts/Money";
import { SidePanel } from "../parts/SidePanel";
import { paymentTone, printTone, saleTone } from "../parts/states";
import { Tag } from "../parts/Tag";
import { exact } from "../words/format";
import { wordFor } from "../words/words";
import { Journal } from "./Journal";
import { Postings } from "./Postings";

interface Props {
  sale: string;
  onClose: () => void;
}

/** One sale: what it is, what was sold, its journal, and its postings that sum to 0. */
export function SalePanel({ sale, onClose }: Props) {
  const { t } = useTranslation();
  const { data, isError } = useSale(sale);
  return (
    <SidePanel label={sale} onClose={onClose}>
      {data ? <Detail detail={data} /> : isError ? <p>{t("sale.missing")}</p> : <Waiting />}
    </SidePanel>
  );
}

function Detail({ detail }: { detail: SaleDetail }) {
  const { t } = useTranslation();
  const { sale, lines, events, legs } = detail;
  return (
    <Box sx={{ display: "grid", gap: 3.5 }}>
      <Head sale={sale} />
      <Part title={t("sale.lines")}>
        <Lines lines={lines} currency={sale.currency} />
      </Part>
      <Part title={t("sale.journal")} why={t("sale.journalWhy")}>
        <Journal events={events} sale={sale} />
      </Part>
      <Part title={t("sale.ledger")}>
        <Postings legs={legs} />
      </Part>
    </Box>
  );
}

function Head({ sale }: { sale: SaleRow }) {
  return (
    <Box sx={{ display: "grid", gap: 1.25 }}>
      <Box sx={{ display: "flex", alignItems: "baseline", gap: 2, pr: 5 }}>
        <Typography component="h2" sx={{ fontSize: 36, fontWeight: 700, lineHeight: 1.1 }}>
          {sale.ticket_number || "—"}
        </Typography>
        <Typography sx={{ fontSize: 20, fontWeight: 600 }}>
          <Money minor={sale.total_minor} currency={sale.currency} />
        </Typography>
      </Box>
      <Box sx={{ display: "flex", gap: 0.75, flexWrap: "wrap" }}>
        <Tag tone={saleTone(sale.state)}>{wordFor("state", sale.state)}</Tag>
        {sale.method && <Tag tone="quiet">{wordFor("method", sale.method)}</Tag>}
        {sale.payment_state && (
          <Tag tone={paymentTone(sale.payment_state)}>{wordFor("payment", sale.payment_state)}</Tag>
        )}
        {sale.print_outcome && (
          <Tag tone={printTone(sale.print_outcome)}>{wordFor("print", sale.print_outcome)}</Tag>
        )}
      </Box>
      <Typography variant="body2" color="textSecondary">
        {sale.totem_name} · {sale.site_name} · {exact(new Date(sale.opened_at), sale.timezone)}
      </Typography>
      <Copy text={sale.sale} />
    </Box>
  );
}

function Part({ title, why, children }: { title: string; why?: string; children: ReactNode }) {
  return (
    <Box component="section" sx={{ display: "grid", gap: 1.25 }}>
      <div>
        <Typography component="h3" variant="h3">
          {title}
        </Typography>
        {why && (
          <Typography variant="body2" color="textSecondary">
            {why}
          </Typography>
        )}
      </div>
      {children}
    </Box>
  );
}

function Lines({ lines, currency }: { lines: SaleLine[]; currency: string }) {
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
      {lines.map(({ name, quantity, total_minor, options = [] }, place) => (
        <Box
          component="li"
          key={place}
          sx={{
            display: "flex",
            gap: 1.5,
            py: 0.75,
            borderBottom: "1px solid",
            borderColor: "divider",
          }}
        >
          <Box component="span" sx={{ color: "text.secondary", minWidth: 28 }}>
            {quantity} ×
          </Box>
          <Box component="span" sx={{ flex: 1 }}>
            {name}
            {options.map((option) => (
              <Box component="span" key={option.id} sx={{ display: "block", color: "text.secondary" }}>
                + {option.name}
              </Box>
            ))}
          </Box>
          <Money minor={total_minor} currency={currency} />
        </Box>
      ))}
    </Box>
  );
}

function Waiting() {
  return (
    <Box aria-busy sx={{ display: "grid", gap: 1 }}>
      <Skeleton width={140} height={48} />
      <Skeleton width={260} />
      <Skeleton variant="rounded" height={120} sx={{ mt: 3 }} />
      <Skeleton variant="rounded" height={280} sx={{ mt: 2 }} />
    </Box>
  );
}
