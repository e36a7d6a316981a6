"""The posting path: a push becomes rows exactly once, in one transaction under the totem's head
lock.

Raw asyncpg, whole runs by ``unnest``. What was lost or refused leaves no trace but an incident;
what was
committed is what the ack may promise.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from asyncpg import Connection
from msgspec import Struct, json

from central.domain import standing
from central.domain.errors import LedgerBrokenError
from central.domain.rows import Books
from central.domain.standing import Place, Reading
from central.ledger import openers, projections, replay, seals
from central.ledger.database import Database
from sync_protocol.messages import Held, Push, SealAnswer
from sync_protocol.uplink import Judgement, judge


class Arrival(Struct, frozen=True):
    """A push whose signatures were verified, and when it came."""

    totem: str
    push: Push
    agent_version: str
    at: datetime


class Incident(Struct, frozen=True):
    """Something a person must hear of, as it was found."""

    seen_at: datetime
    totem: str
    kind: str
    detail: dict[str, Any]


class Taken(Struct, frozen=True):
    """The verdict. ``held`` is the head after it; ``fresh`` counts new events by status."""

    judgement: Judgement
    held: Held
    server_gen: int
    quarantined: list[int]
    fresh: dict[str, int]
    duplicates: int
    seals: list[SealAnswer] = []


async def post(database: Database, arrival: Arrival) -> Taken:
    """Judge and post a push. Committed when this returns. Raises LedgerUnavailableError."""
    push = arrival.push
    async with database.transaction() as connection:
        held, server_gen = await _lock_head(connection, arrival.totem)
        verdict = judge(push, held, await _held_hashes(connection, arrival.totem, push, held))
        if verdict.judgement is not Judgement.ACCEPT:
            await _record_incident(connection, arrival, verdict.judgement, held)
            return Taken(verdict.judgement, held, server_gen, [], {}, 0)
        readings = [
            standing.read(event, Place(arrival.totem, push.epoch, hashed))
            for event, hashed in list(zip(push.events, verdict.hashes, strict=True))[verdict.skip :]
        ]
        await _post_run(connection, arrival, readings)
        quarantined = await _quarantined_before(connection, arrival, verdict.skip)
        quarantined += [r.event.seq for r in readings if r.status == "quarantined"]
        if readings:
            held = Held(push.epoch, readings[-1].event.seq, readings[-1].hash)
        await _move_head(connection, arrival, held, bool(readings))
        await _replay_brought_back(connection, arrival.totem, held, readings)
        await seals.examine(connection, arrival.totem, push.epoch, readings)
        sealed = await seals.answers(connection, arrival.totem, push)
    counts: dict[str, int] = {}
    for reading in readings:
        counts[reading.status] = counts.get(reading.status, 0) + 1
    return Taken(Judgement.ACCEPT, held, server_gen, quarantined, counts, verdict.skip, sealed)


async def record_incident(database: Database, totem: str, kind: str, detail: object) -> None:
    """Keep what a person must hear of; the same thing told twice is kept once."""
    async with database.connection() as connection:
        await _insert_incident(connection, totem, kind, detail)


async def incidents(database: Database, last: int) -> list[Incident]:
    """The newest incidents, oldest first."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT seen_at, totem, kind, detail::text FROM incidents ORDER BY id DESC LIMIT $1",
            last,
        )
    return [
        Incident(at, totem, kind, json.decode(detail, type=dict[str, Any]))
        for at, totem, kind, detail in rows[::-1]
    ]


async def _lock_head(connection: Connection, totem: str) -> tuple[Held, int]:
    row = await connection.fetchrow(
        "SELECT h.epoch, h.held_seq, h.held_hash, s.server_gen"
        " FROM heads h CROSS JOIN server s WHERE h.totem = $1 FOR UPDATE OF h",
        totem,
    )
    if row is None:
        raise LedgerBrokenError(f"totem {totem} has a key but no head")
    return Held(*row[:3]), row[3]


async def _held_hashes(
    connection: Connection, totem: str, push: Push, held: Held
) -> Callable[[int], bytes | None]:
    """The held hash of every place that the push touches; 0 is the genesis."""
    known = {held.seq: held.hash}
    if push.epoch == held.epoch and push.from_seq <= held.seq:
        rows = await connection.fetch(
            "SELECT seq, hash FROM events WHERE totem = $1 AND epoch = $2"
            " AND seq BETWEEN $3 AND $4 UNION ALL"
            " SELECT 0, genesis FROM epochs WHERE totem = $1 AND epoch = $2 AND $3 = 0",
            totem,
            push.epoch,
            push.from_seq - 1,
            push.from_seq + len(push.events) - 1,
        )
        known.update(dict(rows))
    return known.get


async def _post_run(connection: Connection, arrival: Arrival, readings: list[Reading]) -> None:
    if not readings:
        return
    books = Books(arrival.totem)
    await openers.load(connection, books, readings)
    for reading in readings:
        standing.settle(books, reading, arrival.push.epoch)
    await _insert_events(connection, arrival, readings)
    await projections.store(connection, books)


async def _insert_events(connection: Connection, arrival: Arrival, readings: list[Reading]) -> None:
    run = [(r.event, r.event.origin, r) for r in readings]
    columns: list[list[Any]] = [
        [event.seq for event, _, _ in run],
        [r.hash for _, _, r in run],
        [event.type for event, _, _ in run],
        [event.tver for event, _, _ in run],
        [event.wall_ms for event, _, _ in run],
        [event.boot_id for event, _, _ in run],
        [event.mono_ms for event, _, _ in run],
        [event.business_day for event, _, _ in run],
        [event.body for event, _, _ in run],
        [origin.epoch if origin else None for _, origin, _ in run],
        [origin.seq if origin else None for _, origin, _ in run],
        [origin.hash if origin else None for _, origin, _ in run],
        [r.sale for _, _, r in run],
        [r.status for _, _, r in run],
        [r.reason for _, _, r in run],
    ]
    done = await connection.execute(
        _INSERT_EVENTS, arrival.totem, arrival.push.epoch, arrival.at, *columns
    )
    if done != f"INSERT 0 {len(run)}":
        raise LedgerBrokenError(f"{done} of {len(run)} events of {arrival.totem} under its lock")


_INSERT_EVENTS = (
    "INSERT INTO events (totem, epoch, posted_at, seq, hash, type, tver, wall_ms, boot_id, mono_ms,"
    " business_day, body, origin_epoch, origin_seq, origin_hash, sale, status, reason)"
    " SELECT $1, $2, $3, * FROM unnest($4::bigint[], $5::bytea[], $6::text[], $7::int[],"
    " $8::bigint[], $9::text[], $10::bigint[], $11::text[], $12::bytea[], $13::bigint[],"
    " $14::bigint[], $15::bytea[], $16::text[], $17::text[], $18::text[])"
    " ON CONFLICT DO NOTHING"
)


async def _replay_brought_back(
    connection: Connection, totem: str, held: Held, readings: list[Reading]
) -> None:
    """Earlier facts came back: perhaps these are what some event was held up for."""
    if any(reading.event.origin is not None for reading in readings):
        await replay.replay(connection, totem, held)


async def _quarantined_before(connection: Connection, arrival: Arrival, skip: int) -> list[int]:
    """Quarantined events among the push's duplicates: the same push gets the same answer."""
    if not skip:
        return []
    push = arrival.push
    rows = await connection.fetch(
        "SELECT seq FROM events WHERE totem = $1 AND epoch = $2 AND seq BETWEEN $3 AND $4"
        " AND status = 'quarantined' ORDER BY seq",
        arrival.totem,
        push.epoch,
        push.from_seq,
        push.from_seq + skip - 1,
    )
    return [row[0] for row in rows]


async def _move_head(connection: Connection, arrival: Arrival, held: Held, posted: bool) -> None:
    push = arrival.push
    await connection.execute(
        "UPDATE heads SET held_seq = $2, held_hash = $3, declared_seq = $4,"
        " declared_sums = $5::text::jsonb, applied = $6::text::jsonb, agent_version = $7,"
        " last_contact_at = $8, last_posted_at = CASE WHEN $9 THEN $8 ELSE last_posted_at END"
        " WHERE totem = $1",
        arrival.totem,
        held.seq,
        held.hash,
        push.declared.seq,
        json.encode(push.declared.sums_by_method).decode(),
        json.encode(push.applied).decode(),
        arrival.agent_version,
        arrival.at,
        posted,
    )


async def _record_incident(
    connection: Connection, arrival: Arrival, judgement: Judgement, held: Held
) -> None:
    push = arrival.push
    kind = "held-behind-ack" if judgement is Judgement.GAP else judgement.value
    detail = {
        "held_epoch": held.epoch,
        "held_seq": held.seq,
        "pushed_epoch": push.epoch,
        "from_seq": push.from_seq,
        "head_seq": push.head.seq,
        "head_hash": push.head.hash.hex(),
    }
    await _insert_incident(connection, arrival.totem, kind, detail)
    if judgement is not Judgement.EPOCH_CLOSED:
        await connection.execute(
            "UPDATE heads SET last_contact_at = $2 WHERE totem = $1", arrival.totem, arrival.at
        )


async def _insert_incident(connection: Connection, totem: str, kind: str, detail: object) -> None:
    await connection.execute(
        "INSERT INTO incidents (totem, kind, detail)"
        " SELECT $1::text, $2::text, $3::text::jsonb WHERE NOT EXISTS (SELECT FROM incidents"
        " WHERE totem = $1 AND kind = $2 AND detail = $3::text::jsonb)",
        totem,
        kind,
        json.encode(detail).decode(),
    )
