import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import type { LegRow } from "../api/types";
import { Icon } from "../parts/Icon";
import { money } from "../words/format";
import { wordFor } from "../words/words";

/** Debits and credits of a sale. That they sum to 0 is computed here, from what is shown. */
export function Postings({ legs }: { legs: LegRow[] }) {
  const { t } = useTranslation();
  const currency = legs[0]?.currency;
  if (currency === undefined) return <Box sx={{ color: "text.secondary" }}>{t("sale.noLegs")}</Box>;
  const debit = sum(legs.filter((leg) => leg.amount_minor > 0));
  const credit = -sum(legs.filter((leg) => leg.amount_minor < 0));
  const balanced = debit === credit && legs.every((leg) => leg.currency === currency);
  return (
    <Grid>
      <thead>
        <tr>
          <th scope="col">{t("sale.account")}</th>
          <th scope="col">{t("sale.debit")}</th>
          <th scope="col">{t("sale.credit")}</th>
        </tr>
      </thead>
      <tbody>
        {legs.map((leg, place) => (
          <tr key={place}>
            <td>
              {wordFor("account", leg.account)}{" "}
              <Box component="span" sx={{ color: "text.secondary", fontSize: 13 }}>
                {leg.entity}
              </Box>
            </td>
            <td>{leg.amount_minor > 0 && money(leg.amount_minor, leg.currency)}</td>
            <td>{leg.amount_minor < 0 && money(-leg.amount_minor, leg.currency)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td>
            <Box
              component="span"
              sx={{
                display: "inline-flex",
                alignItems: "center",
                gap: 0.5,
                color: balanced ? "success.main" : "error.main",
              }}
            >
              <Icon name={balanced ? "done" : "warn"} sx={{ fontSize: 17 }} />
              {balanced ? t("sale.balanced") : t("sale.unbalanced")}
            </Box>
          </td>
          <td>{money(debit, currency)}</td>
          <td>{money(credit, currency)}</td>
        </tr>
      </tfoot>
    </Grid>
  );
}

function sum(legs: LegRow[]): number {
  return legs.reduce((total, leg) => total + leg.amount_minor, 0);
}

const Grid = styled("table")(({ theme }) => ({
  width: "100%",
  borderCollapse: "collapse",
  "& th, & td": {
    padding: "6px 0",
    textAlign: "right",
    whiteSpace: "nowrap",
    borderBottom: `1px solid ${theme.vars.palette.divider}`,
  },
  "& th:first-of-type, & td:first-of-type": { textAlign: "left", whiteSpace: "normal" },
  "& th": { fontWeight: 500, color: theme.vars.palette.text.secondary },
  "& tfoot td": { fontWeight: 650, borderBottom: 0 },
}));
