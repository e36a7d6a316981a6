"""Commands to totems: queued in the totem's own feed, answered in its journal."""

import uuid
from datetime import datetime, timedelta

from msgspec import Struct, json

from central.domain.errors import OperatorError
from central.ledger import feed
from central.ledger.database import Database
from central.ledger.feed import Change
from sync_protocol.feed import Command, encode_item


class Ordered(Struct, frozen=True):
    """``state``: queued, delivered, or what the totem told: succeeded, failed, refused, expired."""

    id: str
    effect: str
    made_at: datetime
    state: str
    detail: str


async def order(
    database: Database, totem: str, effect: str, now: datetime, life: timedelta
) -> Command:
    """Queue a command for the totem's present epoch. Raises OperatorError."""
    async with database.connection() as connection:
        epoch = await connection.fetchval(
            "SELECT h.epoch FROM heads h JOIN totems t USING (totem)"
            " WHERE totem = $1 AND t.status = 'active'",
            totem,
        )
    if epoch is None:
        raise OperatorError(f"totem {totem} is not active: enrol it first")
    expires_ms = int((now + life).timestamp() * 1000)
    command = Command(uuid.uuid4().hex, effect, epoch, expires_ms)
    change = Change("command", f"command/{command.id}", encode_item(command))
    await feed.put(database, f"totem:{totem}", [change])
    return command


async def listing(database: Database, totem: str, last: int) -> list[Ordered]:
    """The newest commands with what came of them, oldest first."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "WITH told AS MATERIALIZED (SELECT body, epoch, seq,"
            " convert_from(body, 'UTF8')::jsonb->>'command' AS command FROM events"
            " WHERE totem = $1 AND type = 'CommandFinished' AND status = 'posted'),"
            " first AS (SELECT DISTINCT ON (command) command, body FROM told"
            " ORDER BY command, epoch, seq)"
            " SELECT i.body, i.made_at, e.body AS outcome,"
            " coalesce((h.applied->i.scope->>'version')::bigint >= i.version, false) AS delivered"
            " FROM feed_items i LEFT JOIN heads h ON h.totem = $1"
            " LEFT JOIN first e ON e.command = substr(i.key, 9)"
            " WHERE i.scope = 'totem:' || $1 AND i.kind = 'command'"
            " ORDER BY i.version DESC LIMIT $2",
            totem,
            last,
        )
    return [_ordered(*row) for row in rows[::-1]]


def _ordered(body: bytes, made_at: datetime, outcome: bytes | None, delivered: bool) -> Ordered:
    command = json.decode(body, type=Command)
    if outcome is None:
        state = "delivered" if delivered else "queued"
        return Ordered(command.id, command.effect, made_at, state, "")
    told = json.decode(outcome)
    return Ordered(command.id, command.effect, made_at, told["outcome"], told.get("detail", ""))
