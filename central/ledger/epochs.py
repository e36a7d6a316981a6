"""Epochs in PostgreSQL: what a totem may write, what was held of it, and what is kept aside.

Everything that decides runs under the lock of the totem's head, the same that posting takes.
"""

from typing import Any

from asyncpg import Connection
from msgspec import Struct, json, msgpack

from central.ledger.database import Database
from central.ledger.identity import next_series
from sync_protocol import chain
from sync_protocol.epochs import Standing
from sync_protocol.events import Event, Origin
from sync_protocol.messages import Grant, Held

_EVENT = (
    "seq, type, tver, wall_ms, boot_id, mono_ms, business_day, body,"
    " origin_epoch, origin_seq, origin_hash"
)


class Opening(Struct, frozen=True):
    """A new epoch: why, and whether an operator had given leave."""

    grant: Grant
    reason: str
    by_operator: bool


async def lock(connection: Connection, totem: str) -> Standing:
    """What is known of this totem's epochs, locked until the transaction ends."""
    head = await connection.fetchrow(
        "SELECT h.held_seq, t.leave, t.status,"
        " extract(epoch FROM now() - greatest(h.last_contact_at, e.opened_at))::float8 * 1000"
        " FROM heads h JOIN totems t USING (totem) JOIN epochs e USING (totem, epoch)"
        " WHERE h.totem = $1 FOR UPDATE OF h",
        totem,
    )
    rows = await connection.fetch(
        "SELECT grant_json, NOT by_operator AND epoch > 1 AND opened_at > now() - interval '1 day'"
        " FROM epochs WHERE totem = $1 ORDER BY epoch",
        totem,
    )
    return Standing(
        [json.decode(row[0], type=Grant) for row in rows],
        head[0],
        int(head[3]),
        sum(row[1] for row in rows),
        head[1],
        head[2] == "revoked",
    )


async def site_series(connection: Connection, totem: str) -> int:
    """Index of a ticket series that the totem's site never used."""
    site = await connection.fetchval("SELECT site FROM totems WHERE totem = $1", totem)
    return await next_series(connection, site)


async def open_epoch(connection: Connection, opening: Opening) -> None:
    """Close what is open and begin the granted epoch; leave of an operator is used up."""
    grant = opening.grant
    await connection.execute(
        "UPDATE epochs SET closed_at = now() WHERE totem = $1 AND closed_at IS NULL", grant.totem
    )
    await connection.execute(
        "INSERT INTO epochs (totem, epoch, grant_json, genesis, series, reason, by_operator)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        grant.totem,
        grant.epoch,
        json.encode(grant),
        chain.genesis(grant),
        grant.series,
        opening.reason,
        opening.by_operator,
    )
    await connection.execute(
        "UPDATE heads SET epoch = $2, held_seq = 0, held_hash = $3, declared_seq = 0,"
        " declared_sums = '{}' WHERE totem = $1",
        grant.totem,
        grant.epoch,
        chain.genesis(grant),
    )
    await connection.execute(
        "UPDATE totems SET instance_id = $2, leave = '' WHERE totem = $1",
        grant.totem,
        grant.instance_id,
    )


async def held(connection: Connection, totem: str) -> list[Held]:
    """The end of every epoch as held, oldest first."""
    rows = await connection.fetch(
        "SELECT p.epoch, coalesce(e.seq, 0), coalesce(e.hash, p.genesis) FROM epochs p"
        " LEFT JOIN LATERAL (SELECT seq, hash FROM events WHERE totem = p.totem"
        " AND epoch = p.epoch ORDER BY seq DESC LIMIT 1) e ON true"
        " WHERE p.totem = $1 ORDER BY p.epoch",
        totem,
    )
    return [Held(*row) for row in rows]


async def lock_held(connection: Connection, totem: str) -> list[Held]:
    """The same under the lock of the totem's head, until the transaction ends."""
    await connection.execute("SELECT FROM heads WHERE totem = $1 FOR UPDATE", totem)
    return await held(connection, totem)


async def run(database: Database, totem: str, start: Held, count: int) -> list[tuple[bytes, Event]]:
    """Up to ``count`` events of an epoch from ``start.seq`` on, each with its hash."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            f"SELECT hash, {_EVENT} FROM events WHERE totem = $1 AND epoch = $2 AND seq >= $3"
            " ORDER BY seq LIMIT $4",
            totem,
            start.epoch,
            start.seq,
            count,
        )
    return [(row[0], _event(list(row)[1:])) for row in rows]


async def hash_before(database: Database, totem: str, epoch: int, seq: int) -> bytes | None:
    """The hash at ``seq``; 0 is the genesis. None when it is not held."""
    async with database.connection() as connection:
        found: bytes | None = await connection.fetchval(
            "SELECT hash FROM events WHERE totem = $1 AND epoch = $2 AND seq = $3 UNION ALL"
            " SELECT genesis FROM epochs WHERE totem = $1 AND epoch = $2 AND $3 = 0",
            totem,
            epoch,
            seq,
        )
    return found


async def keep_aside(
    database: Database, totem: str, epoch: int, run: list[tuple[bytes, Event]]
) -> None:
    """Store events of a machine that may not post; the same ones again change nothing."""
    async with database.transaction() as connection:
        instance = await connection.fetchval(
            "SELECT coalesce((SELECT detail->>'instance_id' FROM incidents WHERE totem = $1"
            " AND kind IN ('clone', 'totem-revoked') ORDER BY id DESC LIMIT 1), t.instance_id, '')"
            " FROM totems t WHERE t.totem = $1",
            totem,
        )
        await connection.execute(
            "INSERT INTO forensic (totem, epoch, seq, hash, instance_id, type, wall_ms, event)"
            " SELECT $1, $2, n.seq, n.hash, $3, n.type, n.wall_ms, n.event"
            " FROM unnest($4::bigint[], $5::bytea[], $6::text[], $7::bigint[], $8::bytea[])"
            " AS n(seq, hash, type, wall_ms, event) ON CONFLICT DO NOTHING",
            totem,
            epoch,
            instance,
            [event.seq for _, event in run],
            [digest for digest, _ in run],
            [event.type for _, event in run],
            [event.wall_ms for _, event in run],
            [msgpack.encode(event) for _, event in run],
        )


async def give_leave(database: Database, totem: str, instance_id: str) -> bool:
    """An operator chooses the machine that may go on; False when there is no such totem."""
    async with database.connection() as connection:
        done = await connection.execute(
            "UPDATE totems SET leave = $2 WHERE totem = $1 AND status = 'active'",
            totem,
            instance_id,
        )
    return bool(done == "UPDATE 1")


async def asked_by(database: Database, totem: str) -> list[str]:
    """Machines that were refused as copies, the newest first."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT detail->>'instance_id' FROM incidents WHERE totem = $1 AND kind = 'clone'"
            " GROUP BY 1 ORDER BY max(id) DESC",
            totem,
        )
    return [row[0] for row in rows]


def _event(row: list[Any]) -> Event:
    origin = None if row[8] is None else Origin(*row[8:11])
    return Event(*row[:8], origin)  # type: ignore[call-arg] # eight columns in field order
