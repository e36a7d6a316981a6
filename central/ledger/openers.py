"""What a push refers to: the rows, print jobs and cases that its events name, loaded before the
fold.
"""

from asyncpg import Connection

from central.domain import standing
from central.domain.rows import Books
from central.domain.standing import Reading
from central.ledger import projections
from sync_protocol.errors import RemoteProtocolError
from sync_protocol.events import (
    Body,
    CaseClosed,
    CaseOpened,
    PrintFinished,
    PrintQueued,
    PrintStarted,
    decode_body,
)
from sync_protocol.ids import name_of, parse_name


async def load(connection: Connection, books: Books, readings: list[Reading]) -> None:
    """Fill the books with everything that folding ``readings`` may touch."""
    for reading in readings:
        standing.meet(books, reading)
    await _load_openers(connection, books, readings)
    await _load_known(connection, books, readings)
    for reading in readings:
        standing.meet(books, reading)
    sales = {reading.sale for reading in readings if reading.sale}
    await projections.load(connection, books, _names(books, readings, sales))
    rows = await connection.fetch(
        "SELECT DISTINCT sale FROM events"
        " WHERE totem = $1 AND sale = ANY($2) AND status <> 'posted'",
        books.totem,
        list(sales),
    )
    books.blocked.update(row[0] for row in rows)


async def _load_openers(connection: Connection, books: Books, readings: list[Reading]) -> None:
    """Bodies of print jobs and cases that were opened by an earlier push."""
    wanted = {}
    for reading in readings:
        name = _opener(reading.body)
        if name and name not in books.openers:
            wanted[name] = parse_name(name)
    if not wanted:
        return
    rows = await connection.fetch(
        "SELECT w.name, e.seq, e.epoch, e.hash, e.type, e.tver, e.body"
        " FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS w(name, epoch, seq)"
        " JOIN events e ON e.totem = $1 AND e.epoch = w.epoch AND e.seq = w.seq UNION ALL"
        " SELECT w.name, e.origin_seq, e.origin_epoch, e.origin_hash, e.type, e.tver, e.body"
        " FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS w(name, epoch, seq)"
        " JOIN events e ON e.totem = $1 AND e.origin_epoch = w.epoch AND e.origin_seq = w.seq",
        books.totem,
        list(wanted),
        [name.epoch for name in wanted.values()],
        [name.seq for name in wanted.values()],
    )
    for name, seq, epoch, hashed, kind, tver, body in rows:
        opener = _decoded(kind, tver, body)
        same = name == name_of(books.totem, epoch, seq, hashed)
        if same and isinstance(opener, PrintQueued | CaseOpened):
            books.openers[name] = opener


async def _load_known(connection: Connection, books: Books, readings: list[Reading]) -> None:
    """Which of the facts that come again are held: at their first place, or brought before."""
    again = {r.name: r.event.origin for r in readings if r.event.origin is not None}
    if not again:
        return
    rows = await connection.fetch(
        "SELECT a.name FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bytea[])"
        " AS a(name, epoch, seq, hash) WHERE EXISTS (SELECT FROM events e WHERE e.totem = $1"
        " AND e.epoch = a.epoch AND e.seq = a.seq AND e.hash = a.hash)"
        " OR EXISTS (SELECT FROM events e WHERE e.totem = $1 AND e.origin_epoch = a.epoch"
        " AND e.origin_seq = a.seq AND e.origin_hash = a.hash)",
        books.totem,
        list(again),
        [origin.epoch for origin in again.values()],
        [origin.seq for origin in again.values()],
        [origin.hash for origin in again.values()],
    )
    books.known.update(row[0] for row in rows)


def _names(books: Books, readings: list[Reading], sales: set[str]) -> dict[str, set[str]]:
    payments, tickets, cases = set(), set(), set()
    for reading in readings:
        body = reading.body
        payments.add(getattr(body, "payment", ""))
        tickets.add(getattr(body, "ticket", ""))
        cases.add(getattr(body, "case", ""))
        job = books.openers.get(_opener(body))
        tickets.add(getattr(job, "ticket", ""))
    named = {"sales": sales, "payments": payments, "tickets": tickets, "cases": cases}
    return {
        table: {name for name in names if isinstance(name, str) and name}
        for table, names in named.items()
    }


def _opener(body: Body | None) -> str:
    match body:
        case PrintStarted() | PrintFinished():
            return body.job
        case CaseClosed():
            return body.case
        case _:
            return ""


def _decoded(kind: str, tver: int, body: bytes) -> Body | None:
    try:
        return decode_body(kind, tver, body)
    except RemoteProtocolError:
        return None
