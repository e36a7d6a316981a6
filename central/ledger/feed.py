"""The feed in PostgreSQL: items with dense versions, taken in the transaction that makes the
change.

``UPDATE … SET version = version + 1 RETURNING`` locks the scope's head until commit, so commit
order is version
order and no reader can pass a version that is not committed yet.
"""

from datetime import datetime
from hashlib import sha256

from asyncpg import Connection
from msgspec import Struct

from central.ledger.database import Database
from sync_protocol.feed import FeedItem, Kind

OWN_KEYS = frozenset({"privacy"})
"""Central's own items: no file of an operator's names or withdraws them."""


class Change(Struct, frozen=True):
    """An item before it has a version."""

    kind: Kind
    key: str
    body: bytes


async def put(database: Database, scope: str, changes: list[Change]) -> int:
    """Append every change; the scope's version after them."""
    async with database.transaction() as connection:
        return await _append(connection, scope, changes)


async def replace(database: Database, scope: str, wanted: dict[str, bytes]) -> list[Change]:
    """Make ``wanted`` (key -> body) the scope's live items; what had to change for that.

    An item that is the same already is not published again; one that is missing is deleted.
    """
    async with database.transaction() as connection:
        await _lock(connection, scope)
        live = await _live(connection, scope)
        changes = [
            Change("put", key, body)
            for key, body in wanted.items()
            if live.get(key) != sha256(body).digest()
        ]
        gone = live.keys() - wanted.keys() - OWN_KEYS
        changes += [Change("del", key, b"") for key in live if key in gone]
        await _append(connection, scope, changes)
    return changes


async def put_changed(database: Database, scope: str, key: str, body: bytes) -> None:
    """Publish one item unless it is live as it is."""
    async with database.transaction() as connection:
        await _lock(connection, scope)
        if (await _live(connection, scope)).get(key) != sha256(body).digest():
            await _append(connection, scope, [Change("put", key, body)])


async def heads(database: Database, scopes: list[str] | None = None) -> dict[str, int]:
    """Version of each of these scopes (0 when nothing was published), or of all that have items."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT scope, version FROM feed_heads WHERE $1::text[] IS NULL OR scope = ANY($1)",
            scopes,
        )
    return {**dict.fromkeys(scopes or [], 0), **dict(rows)}


async def tails(database: Database, scopes: list[str]) -> dict[str, int]:
    """Up to which version superseded items of these scopes are gone."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT scope, tail FROM feed_heads WHERE scope = ANY($1) AND tail > 0", scopes
        )
    return dict(rows)


async def trim(database: Database, before: datetime) -> int:
    """Remove changes older than ``before`` that no longer say what is live; how many.

    A cursor behind them is expired: a snapshot replaces it.
    """
    async with database.transaction() as connection:
        rows = await connection.fetch(
            "DELETE FROM feed_items i WHERE made_at < $1 AND (kind <> 'put' OR EXISTS ("
            " SELECT FROM feed_items n WHERE n.scope = i.scope AND n.key = i.key"
            " AND n.version > i.version)) RETURNING scope, version",
            before,
        )
        await connection.execute(
            "UPDATE feed_heads h SET tail = greatest(h.tail, n.tail) FROM"
            " (SELECT scope, max(version) AS tail FROM unnest($1::text[], $2::bigint[])"
            " AS gone(scope, version) GROUP BY scope) AS n WHERE h.scope = n.scope",
            [row[0] for row in rows],
            [row[1] for row in rows],
        )
    return len(rows)


async def items(
    database: Database, cursor: dict[str, int], most: int, bytes_most: int
) -> tuple[list[FeedItem], bool]:
    """At most ``most`` items after the cursor, scope by scope in the cursor's order, and whether
    they are all there are. Their bodies are ``bytes_most`` together, or one item alone is more.
    """
    async with database.connection() as connection:
        rows = await connection.fetch(
            "WITH next AS (SELECT i.*, c.place FROM unnest($1::text[], $2::bigint[])"
            " WITH ORDINALITY AS c(scope, version, place)"
            " JOIN feed_items i ON i.scope = c.scope AND i.version > c.version"
            " ORDER BY c.place, i.version LIMIT $3 + 1),"
            " sized AS (SELECT *, sum(length(body)) OVER w - length(body) AS before,"
            " sum(length(body)) OVER w AS whole FROM next WINDOW w AS (ORDER BY place, version))"
            " SELECT scope, version, version - 1, kind, key,"
            " CASE WHEN whole <= $4 OR before = 0 THEN body END, hash FROM sized"
            " ORDER BY place, version",
            list(cursor),
            list(cursor.values()),
            most,
            bytes_most,
        )
    fitting = [FeedItem(*row) for row in rows[:most] if row[5] is not None]
    return fitting, len(fitting) == len(rows)


async def snapshot(database: Database, scopes: list[str]) -> tuple[list[FeedItem], dict[str, int]]:
    """Every live item of these scopes, and their versions, at one moment."""
    async with (
        database.connection() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        rows = await connection.fetch(
            "SELECT scope, version, version - 1, kind, key, body, hash FROM (SELECT DISTINCT ON"
            " (scope, key) * FROM feed_items WHERE scope = ANY($1)"
            " ORDER BY scope, key, version DESC) AS latest WHERE kind = 'put'"
            " ORDER BY scope, version",
            scopes,
        )
        versions = await connection.fetch(
            "SELECT scope, version FROM feed_heads WHERE scope = ANY($1)", scopes
        )
    return [FeedItem(*row) for row in rows], {**dict.fromkeys(scopes, 0), **dict(versions)}


async def digest(database: Database, scope: str) -> str:
    """Hex SHA-256 over (key, NUL, item hash) of the scope's live items in key order."""
    async with database.connection() as connection:
        live = await _live(connection, scope)
    total = sha256()
    for key in sorted(live, key=str.encode):
        total.update(key.encode() + b"\0" + live[key])
    return total.hexdigest()


async def _lock(connection: Connection, scope: str) -> None:
    await connection.execute(
        "INSERT INTO feed_heads (scope) VALUES ($1) ON CONFLICT DO NOTHING", scope
    )
    await connection.execute("SELECT FROM feed_heads WHERE scope = $1 FOR UPDATE", scope)


async def _live(connection: Connection, scope: str) -> dict[str, bytes]:
    rows = await connection.fetch(
        "SELECT key, hash FROM (SELECT DISTINCT ON (key) key, kind, hash FROM feed_items"
        " WHERE scope = $1 ORDER BY key, version DESC) AS latest WHERE kind = 'put'",
        scope,
    )
    return dict(rows)


async def _append(connection: Connection, scope: str, changes: list[Change]) -> int:
    version: int = await connection.fetchval(
        "INSERT INTO feed_heads AS h (scope, version) VALUES ($1, $2)"
        " ON CONFLICT (scope) DO UPDATE SET version = h.version + excluded.version"
        " RETURNING version",
        scope,
        len(changes),
    )
    first = version - len(changes) + 1
    await connection.execute(
        "INSERT INTO feed_items (scope, version, kind, key, body, hash)"
        " SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bytea[], $6::bytea[])",
        scope,
        list(range(first, version + 1)),
        [change.kind for change in changes],
        [change.key for change in changes],
        [change.body for change in changes],
        [sha256(change.body).digest() for change in changes],
    )
    return version
