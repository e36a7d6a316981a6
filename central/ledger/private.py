"""Private records in PostgreSQL: sealed bytes by sale, and tombstones of what was erased.

Nothing here is an event, and nothing can be read without the key file. A record is kept as it first
came; an erased one never comes back.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from central.ledger.database import Connection, Database
from sync_protocol.ids import name_of, parse_name
from sync_protocol.messages import PrivateReceipt, PrivateRecord


class Held(Struct, frozen=True):
    """A record as it lies here; ``record`` is None once it was erased. ``sale`` is its name: a
    sale's, or that of the event that asks for a receipt to be sent.
    """

    sale: str
    kept_at: datetime
    erased_at: datetime | None
    record: PrivateRecord | None


class Named(Struct, frozen=True):
    """A sale that goes by a ticket's number."""

    sale: str
    number: str
    business_day: str


async def keep(database: Database, name: str, record: PrivateRecord) -> PrivateReceipt:
    """Store it, once. Any repeat gets the same receipt, whatever it brings; what belongs to a sale
    whose customer was forgotten is not kept.
    """
    totem = parse_name(name).totem
    async with database.transaction() as connection:
        gone_at = await connection.fetchval(
            "SELECT erased_at FROM private_records WHERE totem = $1 AND sale = $2",
            totem,
            await _sale_of(connection, name),
        )
        values = ("", None) if gone_at else (record.key_id, record.sealed)
        await connection.execute(
            "INSERT INTO private_records (totem, sale, key_id, sealed, erased_at)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            totem,
            name,
            *values,
            gone_at,
        )
        erased = await connection.fetchval(
            "SELECT erased_at IS NOT NULL FROM private_records WHERE totem = $1 AND sale = $2",
            totem,
            name,
        )
    return PrivateReceipt(name, "erased" if erased else "kept")


async def names_of(database: Database, sale: str) -> list[str]:
    """Whatever a record of this sale's customer may be named: the sale, and each receipt that is
    to be sent.
    """
    totem = parse_name(sale).totem
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT DISTINCT coalesce(origin_epoch, epoch), coalesce(origin_seq, seq),"
            " coalesce(origin_hash, hash) FROM events"
            " WHERE totem = $1 AND sale = $2 AND type = 'ReceiptRequested' ORDER BY 1, 2",
            totem,
            sale,
        )
    return [sale, *(name_of(totem, *row) for row in rows)]


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


async def _sale_of(connection: Connection, name: str) -> str:
    """The sale that the event of this name belongs to; the name itself when none is held."""
    totem, epoch, seq, _ = parse_name(name)
    sale = await connection.fetchval(
        "SELECT sale FROM events WHERE totem = $1 AND sale IS NOT NULL"
        " AND type = 'ReceiptRequested' AND ((epoch = $2 AND seq = $3)"
        " OR (origin_epoch = $2 AND origin_seq = $3)) LIMIT 1",
        totem,
        epoch,
        seq,
    )
    return str(sale or name)
