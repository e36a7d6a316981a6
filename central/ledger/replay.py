"""Replay: what was parked or quarantined is read again, in the order it was first written.

After a deploy that knows a new type or version, and at once when a totem brings back earlier facts
that something was held up for. A sale is replayed from its first event that is not posted on, until
one still cannot be read.
"""

from asyncpg import Connection

from central.domain import standing
from central.domain.rows import Books
from central.domain.standing import Place, Reading
from central.ledger import openers, projections
from central.ledger.database import Database
from sync_protocol.events import Event, Origin
from sync_protocol.messages import Held

_EVENT = (
    "epoch, hash, seq, type, tver, wall_ms, boot_id, mono_ms, business_day, body,"
    " origin_epoch, origin_seq, origin_hash"
)


async def replay_all(database: Database) -> int:
    """Every totem's unposted events; how many are posted now."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT DISTINCT totem FROM events JOIN heads USING (totem) WHERE status <> 'posted'"
        )
    posted = 0
    for (totem,) in rows:
        async with database.transaction() as connection:
            head = await connection.fetchrow(
                "SELECT epoch, held_seq, held_hash FROM heads WHERE totem = $1 FOR UPDATE", totem
            )
            posted += await replay(connection, totem, Held(*head))
    return posted


async def replay(connection: Connection, totem: str, held: Held) -> int:
    """Under the lock of the totem's head: its unposted events; how many are posted now."""
    rows = await connection.fetch(
        f"SELECT {_EVENT} FROM events WHERE totem = $1 AND status <> 'posted'"
        " ORDER BY coalesce(origin_epoch, epoch), coalesce(origin_seq, seq)",
        totem,
    )
    again = [_reading(totem, list(row)) for row in rows]
    readings = [reading for _, reading in again]
    books = Books(totem)
    await openers.load(connection, books, readings)
    books.known -= {reading.name for reading in readings}
    books.blocked -= {reading.sale for reading in readings if reading.sale}
    for epoch, reading in again:
        standing.settle(books, reading, epoch)
    await projections.store(connection, books)
    await _store(connection, totem, held, again)
    return sum(reading.status == "posted" for reading in readings)


def _reading(totem: str, row: list[object]) -> tuple[int, Reading]:
    epoch, digest = row[0], row[1]
    origin = None if row[10] is None else Origin(*row[10:13])  # type: ignore[arg-type] # three columns
    event = Event(*row[2:10], origin)  # type: ignore[arg-type,call-arg] # eight columns in order
    assert isinstance(epoch, int)
    assert isinstance(digest, bytes)
    return epoch, standing.read(event, Place(totem, epoch, digest))


async def _store(
    connection: Connection, totem: str, held: Held, again: list[tuple[int, Reading]]
) -> None:
    last = await connection.fetchval(
        "SELECT coalesce(max(after_place), 0) FROM events WHERE totem = $1", totem
    )
    await connection.execute(
        "UPDATE events e SET status = n.status, reason = n.reason, sale = n.sale,"
        " after_epoch = $2, after_seq = $3, after_place = $4 + n.place"
        " FROM unnest($5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[])"
        " WITH ORDINALITY AS n(epoch, seq, status, reason, sale, place)"
        " WHERE e.totem = $1 AND e.epoch = n.epoch AND e.seq = n.seq",
        totem,
        held.epoch,
        held.seq,
        last,
        [epoch for epoch, _ in again],
        [reading.event.seq for _, reading in again],
        [reading.status for _, reading in again],
        [reading.reason for _, reading in again],
        [reading.sale for _, reading in again],
    )
