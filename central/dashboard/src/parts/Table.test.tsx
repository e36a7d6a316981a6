import { ThemeProvider } from "@mui/material/styles";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";

import { theme } from "../theme/theme";
import { type Column, Table } from "./Table";

interface Fruit {
  name: string;
  price: number;
}

const ROWS = [
  { name: "apple", price: 3 },
  { name: "banana", price: 4 },
];
const COLUMNS: Column<Fruit>[] = [
  { key: "name", title: "Name", cell: ({ name }) => name, total: "Total" },
  { key: "price", title: "Price", end: true, cell: ({ price }) => price, total: 7 },
];

function show(rows: Fruit[] | undefined, onOpen = jest.fn()) {
  const table = (
    <Table
      label="Fruit"
      columns={COLUMNS}
      rows={rows}
      rowKey={({ name }) => name}
      onOpen={onOpen}
      empty="Nothing"
    />
  );
  render(<ThemeProvider theme={theme}>{table}</ThemeProvider>);
  return onOpen;
}

test("rows are walked with the arrows and opened with Enter", async () => {
  const onOpen = show(ROWS);
  screen.getByText("apple").closest("tr")?.focus();
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(onOpen).toHaveBeenCalledWith(ROWS[1]);
});

test("totals stand below the rows", () => {
  show(ROWS);
  expect(screen.getAllByRole("row").at(-1)).toHaveTextContent("Total7");
});

test("while nothing is known the table is busy and shows no totals", () => {
  show(undefined);
  expect(screen.getByRole("table")).toHaveAttribute("aria-busy", "true");
  expect(screen.queryByText("Total")).toBeNull();
});

test("an empty table says so instead of showing a bare head", () => {
  show([]);
  expect(screen.getByText("Nothing")).toBeInTheDocument();
  expect(screen.queryByRole("table")).toBeNull();
});
