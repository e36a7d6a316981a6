"""Projection rows between PostgreSQL and the fold: loaded by name before a push, stored in batches
after it.

Columns are the fields of the row Structs; the SQL is made from them once, at import.
"""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from asyncpg import Connection, Record
from msgspec import Struct, json

from central.domain.rows import Books, Case, LegRow, Payment, Sale, Ticket

_JSON = "jsonb"


class Table(Struct, frozen=True):
    """One projection: its rows, the column that names them, and each column's type."""

    name: str
    key: str
    row: type[Struct]
    columns: dict[str, str]

    @property
    def select(self) -> str:
        """Columns in field order; JSON as text."""
        return ", ".join(
            f'"{column}"::text' if kind == _JSON else f'"{column}"'
            for column, kind in self.columns.items()
        )

    @property
    def upsert(self) -> str:
        """All rows in one statement: $1 is the totem, then one array per column."""
        names = ", ".join(f'"{column}"' for column in self.columns)
        arrays = ", ".join(
            f"${place}::{'text' if kind == _JSON else kind}[]"
            for place, kind in enumerate(self.columns.values(), 2)
        )
        values = ", ".join(f'n."{column}"::{kind}' for column, kind in self.columns.items())
        changed = ", ".join(
            f'"{column}" = excluded."{column}"' for column in self.columns if column != self.key
        )
        return (
            f"INSERT INTO {self.name} (totem, {names})"
            f" SELECT $1, {values} FROM unnest({arrays}) AS n({names})"
            f' ON CONFLICT (totem, "{self.key}") DO UPDATE SET {changed}'
        )

    def read(self, record: Record) -> Any:
        """A row Struct from a record of ``select``."""
        values = [
            json.decode(value) if kind == _JSON and value is not None else value
            for value, kind in zip(record, self.columns.values(), strict=True)
        ]
        return self.row(*values)

    def arrays(self, rows: Iterable[Struct]) -> list[list[Any]]:
        """One array per column, as ``upsert`` takes them."""
        listed = list(rows)
        return [
            [_plain(getattr(row, column), kind) for row in listed]
            for column, kind in self.columns.items()
        ]


def _table(name: str, key: str, row: type[Struct], **special: str) -> Table:
    columns = {column: special.get(column, "text") for column in row.__struct_fields__}
    return Table(name, key, row, columns)


SALES = _table(
    "sales",
    "sale",
    Sale,
    opened_at="timestamptz",
    opened_seq="bigint",
    total_minor="bigint",
    lines=_JSON,
)
PAYMENTS = _table("payments", "payment", Payment, amount_minor="bigint", proof=_JSON)
TICKETS = _table("tickets", "ticket", Ticket)
CASES = _table("cases", "case", Case, open="boolean")
TABLES = (SALES, PAYMENTS, TICKETS, CASES)

_LEGS = (
    "INSERT INTO legs (totem, epoch, seq, place, account, entity, currency, amount_minor,"
    " business_day) SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::int[], $5::text[],"
    " $6::text[], $7::text[], $8::bigint[], $9::text[]) ON CONFLICT DO NOTHING"
)
_UPSERTS = {table.name: table.upsert for table in TABLES}


def rows_of(books: Books) -> dict[str, dict[str, Any]]:
    """The books' rows by table and name."""
    return {
        "sales": books.sales,
        "payments": books.payments,
        "tickets": books.tickets,
        "cases": books.cases,
    }


async def load(connection: Connection, books: Books, names: dict[str, set[str]]) -> None:
    """Put the rows of these names (by table) into the books; a name without a row is left out."""
    held = rows_of(books)
    for table in TABLES:
        wanted = names.get(table.name)
        if wanted:
            records = await connection.fetch(
                f"SELECT {table.select} FROM {table.name}"
                f' WHERE totem = $1 AND "{table.key}" = ANY($2)',
                books.totem,
                list(wanted),
            )
            for record in records:
                row = table.read(record)
                held[table.name][getattr(row, table.key)] = row


async def store(connection: Connection, books: Books) -> None:
    """Write every row of the books, one statement per table."""
    for table, rows in rows_of(books).items():
        if rows:
            arrays = next(t for t in TABLES if t.name == table).arrays(rows.values())
            await connection.execute(_UPSERTS[table], books.totem, *arrays)
    if books.legs:
        fields = LegRow.__struct_fields__
        columns = [[getattr(leg, field) for leg in books.legs] for field in fields]
        await connection.execute(_LEGS, books.totem, *columns)


async def stream(connection: Connection, table: Table, totem: str) -> AsyncIterator[Any]:
    """Every stored row of one totem's projection, by name. Needs a transaction."""
    sql = f'SELECT {table.select} FROM {table.name} WHERE totem = $1 ORDER BY "{table.key}"'
    async for record in connection.cursor(sql, totem):
        yield table.read(record)


def _plain(value: Any, kind: str) -> Any:
    return json.encode(value).decode() if kind == _JSON and value is not None else value
