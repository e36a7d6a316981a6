"""Private records in PostgreSQL: sealed bytes by sale, and tombstones of what was erased.

Nothing here is an event, and nothing can be read without the key file. A record is kept as it first
came; an erased one never comes back.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from central.ledger.database import Database
from sync_protocol.ids import parse_name
from sync_protocol.messages import PrivateReceipt, PrivateRecord


class Held(Struct, frozen=True):
    """A record as it lies here; ``record`` is None once it was erased."""

    sale: str
    kept_at: datetime
    erased_at: datetime | None
    record: PrivateRecord | None


class Named(Struct, frozen=True):
    """A sale that goes by a ticket's number."""

    sale: str
    number: str
    business_day: str


async def keep(database: Database, sale: str, record: PrivateRecord) -> PrivateReceipt:
    """Store it, once. Any repeat gets the same receipt, whatever it brings."""
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO private_records (totem, sale, key_id, sealed) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING",
            parse_name(sale).totem,
            sale,
            record.key_id,
            record.sealed,
        )
        erased = await connection.fetchval(
            "SELECT erased_at IS NOT NULL FROM private_records WHERE totem = $1 AND sale = $2",
            parse_name(sale).totem,
            sale,
        )
    return PrivateReceipt(sale, "erased" if erased else "kept")


async def read(database: Database, sale: str) -> Held | None:
    """None when nothing was ever kept or erased of this sale."""
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "SELECT kept_at, erased_at, key_id, sealed FROM private_records"
            " WHERE totem = $1 AND sale = $2",
            parse_name(sale).totem,
            sale,
        )
    if row is None:
        return None
    kept_at, erased_at, key_id, sealed = row
    record = None if sealed is None else PrivateRecord(key_id, sealed)
    return Held(sale, kept_at, erased_at, record)


async def erase(database: Database, sales: Iterable[str], now: datetime) -> None:
    """Leave tombstones, also of what has not come yet. Idempotent."""
    names = list(sales)
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO private_records AS r (totem, sale, erased_at)"
            " SELECT *, $3 FROM unnest($1::text[], $2::text[])"
            " ON CONFLICT (totem, sale) DO UPDATE SET sealed = NULL, key_id = '',"
            " erased_at = coalesce(r.erased_at, excluded.erased_at)",
            [parse_name(sale).totem for sale in names],
            names,
            now,
        )


async def is_known(database: Database, sale: str) -> bool:
    """Whether this names a sale, of the books or of a record that came before its events."""
    async with database.connection() as connection:
        found: bool = await connection.fetchval(
            "SELECT EXISTS (SELECT FROM sales WHERE sale = $1)"
            " OR EXISTS (SELECT FROM private_records WHERE sale = $1)",
            sale,
        )
    return found


async def named(database: Database, ticket: str) -> list[Named]:
    """Sales with a ticket of this name or number, the newest first."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT t.sale, t.number, t.business_day FROM tickets t JOIN sales s"
            " USING (totem, sale) WHERE t.number = upper($1) OR t.ticket = $1"
            " ORDER BY s.opened_at DESC, t.sale",
            ticket,
        )
    return [Named(*row) for row in rows]
