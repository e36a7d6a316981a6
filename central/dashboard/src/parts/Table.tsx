import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { styled } from "@mui/material/styles";
import type { KeyboardEvent, ReactNode } from "react";

export interface Column<Row> {
  key: string;
  title: string;
  hint?: string;
  end?: boolean;
  width?: number | string;
  cell: (row: Row) => ReactNode;
  total?: ReactNode;
}

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey: (row: Row) => string;
  onOpen: (row: Row) => void;
  selected?: string | undefined;
  /** Shown instead of rows when there are none. */
  empty: ReactNode;
}

/**
 * Dense, with a sticky head and a sticky row of totals. Enter opens a row, the arrows move between
 * rows.
 */
export function Table<Row>(props: Props<Row>) {
  const { label, columns, rows, rowKey, onOpen, selected, empty } = props;
  if (rows?.length === 0) return <>{empty}</>;
  const totals = rows !== undefined && columns.some((column) => column.total !== undefined);
  return (
    <Scroll>
      <Grid aria-label={label} aria-busy={rows === undefined}>
        <thead>
          <tr>
            {columns.map(({ key, title, hint, end, width }) => (
              <th key={key} scope="col" title={hint} data-end={end} style={{ width }}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined && <Waiting columns={columns.length} />}
          {rows?.map((row) => (
            <tr
              key={rowKey(row)}
              tabIndex={0}
              aria-current={rowKey(row) === selected}
              onClick={() => onOpen(row)}
              onKeyDown={(event) => onKey(event, () => onOpen(row))}
            >
              {columns.map(({ key, end, cell }) => (
                <td key={key} data-end={end}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {totals && (
          <tfoot>
            <tr>
              {columns.map(({ key, end, total }) => (
                <td key={key} data-end={end}>
                  {total}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </Grid>
    </Scroll>
  );
}

function Waiting({ columns }: { columns: number }) {
  return Array.from({ length: 8 }, (_, row) => (
    <tr key={row}>
      {Array.from({ length: columns }, (_, column) => (
        <td key={column}>
          <Skeleton width={column === 1 ? "80%" : "55%"} />
        </td>
      ))}
    </tr>
  ));
}

function onKey(event: KeyboardEvent<HTMLTableRowElement>, open: () => void): void {
  const row = event.currentTarget;
  if (event.target !== row) return;
  const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[
    event.key
  ];
  if (event.key === "Enter") open();
  else if (next instanceof HTMLElement) next.focus();
  else return;
  event.preventDefault();
}

const Scroll = styled(Box)(({ theme }) => ({
  flex: "0 1 auto",
  minHeight: 0,
  overflow: "auto",
  border: `1px solid ${theme.vars.palette.divider}`,
  borderRadius: 10,
  background: theme.vars.palette.background.paper,
}));

const Grid = styled("table")(({ theme }) => ({
  width: "100%",
  borderCollapse: "separate",
  borderSpacing: 0,
  fontSize: 14,
  "& th, & td": { padding: "0 9px", textAlign: "left", whiteSpace: "nowrap" },
  "& th:first-of-type, & td:first-of-type": { paddingLeft: 16 },
  "& th:last-of-type, & td:last-of-type": { paddingRight: 16 },
  "& [data-end=true]": { textAlign: "right" },
  "& thead th": {
    position: "sticky",
    top: 0,
    zIndex: 1,
    height: 38,
    fontWeight: 550,
    color: theme.vars.palette.text.secondary,
    background: theme.vars.palette.background.paper,
    borderBottom: `1px solid ${theme.vars.palette.divider}`,
  },
  "& tbody td": { height: 46, borderBottom: `1px solid ${theme.vars.palette.divider}` },
  "& tbody tr": { cursor: "pointer", outlineOffset: -2 },
  "& tbody tr:hover": { background: theme.vars.palette.action.hover },
  "& tbody tr[aria-current=true]": { background: theme.vars.palette.action.selected },
  "& tbody tr:last-of-type td": { borderBottom: 0 },
  "& tfoot td": {
    position: "sticky",
    bottom: 0,
    height: 42,
    fontWeight: 650,
    background: theme.vars.palette.background.paper,
    borderTop: `1px solid ${theme.vars.palette.divider}`,
  },
}));
