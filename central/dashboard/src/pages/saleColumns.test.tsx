import { ThemeProvider } from "@mui/material/styles";
import { render, screen } from "@testing-library/react";

import type { SaleRow } from "../api/types";
import { Table } from "../parts/Table";
import { theme } from "../theme/theme";
import { saleColumns } from "./saleColumns";

function sale(name: string, timezone: string): SaleRow {
  return {
    sale: name,
    totem: "K1",
    totem_name: "Recepção",
    site: "s",
    site_name: "Loja",
    timezone,
    ticket_number: name,
    business_day: "2026-06-10",
    opened_at: "2026-06-10T15:00:00Z",
    method: "debit",
    state: "CLOSED",
    payment_state: "CONFIRMED",
    print_outcome: "printed",
    currency: "BRL",
    total_minor: 3500,
  };
}

function show(...rows: SaleRow[]) {
  render(
    <ThemeProvider theme={theme}>
      <Table
        label="Vendas"
        columns={saleColumns(rows, undefined, "BRL", false)}
        rows={rows}
        rowKey={(row) => row.sale}
        onOpen={() => undefined}
        empty=""
      />
    </ThemeProvider>,
  );
}

test("sales of one zone are told on its clock, which the head names once", () => {
  show(sale("CA001", "America/Sao_Paulo"), sale("CA002", "America/Sao_Paulo"));
  expect(screen.getByText("Aberta (BRT)")).toBeInTheDocument();
  expect(screen.getAllByText("10 jun. 12:00:00")).toHaveLength(2);
});

test("sales of several zones name their own", () => {
  show(sale("CA001", "America/Sao_Paulo"), sale("CA002", "America/Manaus"));
  expect(screen.getByText("Aberta")).toBeInTheDocument();
  expect(screen.getByText(/11:00:00/)).toHaveTextContent("10 jun. 11:00:00 AMT");
  expect(screen.getByText(/12:00:00/)).toHaveTextContent("10 jun. 12:00:00 BRT");
});
