"""What the audit reads: a totem's events, epochs, head and stored rows, in one snapshot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asyncpg import Connection
from msgspec import Struct, json

from central.domain.rows import LegRow
from central.ledger import projections, seals
from central.ledger.database import Database
from sync_protocol.events import Event, Origin
from sync_protocol.messages import Grant, Held


class HeldEvent(Struct, frozen=True):
    """An event row as stored."""

    epoch: int
    hash: bytes
    sale: str | None
    status: str
    event: Event


class HeldEpoch(Struct, frozen=True):
    epoch: int
    genesis: bytes
    grant: Grant


class StoredHead(Struct, frozen=True):
    """``sums`` is what the totem declared, signed, together with its head."""

    held: Held
    declared_seq: int
    sums: dict[str, int]


class Evidence:
    """Reads of one totem. Everything comes from the snapshot of ``connection``."""

    def __init__(self, connection: Connection, totem: str) -> None:
        self.totem = totem
        self._connection = connection

    async def epochs(self) -> list[HeldEpoch]:
        rows = await self._connection.fetch(
            "SELECT epoch, genesis, grant_json FROM epochs WHERE totem = $1 ORDER BY epoch",
            self.totem,
        )
        return [HeldEpoch(row[0], row[1], json.decode(row[2], type=Grant)) for row in rows]

    async def head(self) -> StoredHead | None:
        row = await self._connection.fetchrow(
            "SELECT epoch, held_seq, held_hash, declared_seq, declared_sums::text"
            " FROM heads WHERE totem = $1",
            self.totem,
        )
        if row is None:
            return None
        return StoredHead(Held(*row[:3]), row[3], json.decode(row[4], type=dict[str, int]))

    async def events(self) -> AsyncIterator[HeldEvent]:
        """Every event of the totem, as it stands in the chain."""
        async for held in self._events("epoch, seq"):
            yield held

    async def folded(self) -> AsyncIterator[HeldEvent]:
        """The same in the order in which the books took them: a replayed one comes later."""
        order = "coalesce(after_epoch, epoch), coalesce(after_seq, seq), coalesce(after_place, 0)"
        async for held in self._events(order):
            yield held

    async def repeats(self) -> set[tuple[int, int]]:
        """(epoch, seq) of every row whose fact is held under an earlier place already."""
        rows = await self._connection.fetch(
            "SELECT e.epoch, e.seq FROM events e WHERE e.totem = $1 AND e.origin_epoch IS NOT NULL"
            " AND (EXISTS (SELECT FROM events o WHERE o.totem = e.totem"
            " AND o.epoch = e.origin_epoch"
            " AND o.seq = e.origin_seq AND o.hash = e.origin_hash)"
            " OR EXISTS (SELECT FROM events o WHERE o.totem = e.totem"
            " AND o.origin_epoch = e.origin_epoch AND o.origin_seq = e.origin_seq"
            " AND o.origin_hash = e.origin_hash AND (o.epoch, o.seq) < (e.epoch, e.seq)))",
            self.totem,
        )
        return {(row[0], row[1]) for row in rows}

    async def _events(self, order: str) -> AsyncIterator[HeldEvent]:
        sql = (
            "SELECT epoch, hash, sale, status, seq, type, tver, wall_ms, boot_id, mono_ms,"
            " business_day, body, origin_epoch, origin_seq, origin_hash"
            f" FROM events WHERE totem = $1 ORDER BY {order}"
        )
        async for row in self._connection.cursor(sql, self.totem):
            origin = None if row[12] is None else Origin(*list(row)[12:15])
            event = Event(*list(row)[4:12], origin)  # type: ignore[call-arg]  # eight columns
            yield HeldEvent(row[0], row[1], row[2], row[3], event)

    async def seal_faults(self) -> list[str]:
        """Seals that do not follow from the rows held, in words."""
        return await seals.faults(self._connection, self.totem)

    async def legs(self) -> list[LegRow]:
        rows = await self._connection.fetch(
            "SELECT epoch, seq, place, account, entity, currency, amount_minor, business_day"
            " FROM legs WHERE totem = $1 ORDER BY epoch, seq, place",
            self.totem,
        )
        return [LegRow(*row) for row in rows]

    async def projections(self) -> dict[str, dict[str, Any]]:
        """Stored projection rows by table and name."""
        found: dict[str, dict[str, Any]] = {}
        for table in projections.TABLES:
            rows = projections.stream(self._connection, table, self.totem)
            found[table.name] = {getattr(row, table.key): row async for row in rows}
        return found


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[list[Evidence]]:
    """Evidence of every totem anything is held of, as of one instant."""
    async with (
        database.connection() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        rows = await connection.fetch(
            "SELECT totem FROM totems UNION SELECT DISTINCT totem FROM events"
            " UNION SELECT DISTINCT totem FROM legs UNION SELECT DISTINCT totem FROM sales"
            " UNION SELECT DISTINCT totem FROM payments UNION SELECT DISTINCT totem FROM tickets"
            " ORDER BY totem"
        )
        yield [Evidence(connection, row[0]) for row in rows]
