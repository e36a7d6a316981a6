"""Reads incidents, events that are set aside, and day seals."""

from datetime import UTC, datetime

from asyncpg import Pool, Record
from msgspec import json

from central.domain.agreement import Agreement, AsideRow, IncidentRow, SealRow
from central.domain.incidents import LANGUAGES, in_words

INCIDENTS = """
SELECT id, seen_at, totem, kind, detail::text AS detail FROM incidents
WHERE $1 = '' OR totem = $1 ORDER BY id DESC LIMIT $2
"""

ASIDE = """
SELECT totem, epoch, seq, type, tver, wall_ms, status, reason, coalesce(sale, '') AS sale
FROM events WHERE status <> 'posted' AND ($1 = '' OR totem = $1)
ORDER BY wall_ms DESC LIMIT $2
"""

SEALS = """
SELECT totem, business_day, epoch, seq, rows, sums::text AS sums, perpetual_minor,
       verdict, detail, aside_minor
FROM seals WHERE $1 = '' OR totem = $1 ORDER BY business_day DESC, totem LIMIT $2
"""


async def agreement(pool: Pool, currency: str, totem: str, limit: int) -> Agreement:
    """At most ``limit`` of each kind; of one totem, or of all when ``totem`` is empty."""
    return Agreement(
        currency,
        [_incident(row) for row in await pool.fetch(INCIDENTS, totem, limit)],
        [_aside(row) for row in await pool.fetch(ASIDE, totem, limit)],
        [_seal(row) for row in await pool.fetch(SEALS, totem, limit)],
    )


def _incident(row: Record) -> IncidentRow:
    detail = json.decode(row["detail"])
    totem, kind = row["totem"], row["kind"]
    words = {language: in_words(totem, kind, detail, language) for language in LANGUAGES}
    return IncidentRow(row["id"], row["seen_at"], totem, kind, words, detail)


def _aside(row: Record) -> AsideRow:
    columns = dict(row)
    at = datetime.fromtimestamp(columns.pop("wall_ms") / 1000, UTC)
    return AsideRow(**columns, at=at)


def _seal(row: Record) -> SealRow:
    return SealRow(**{**row, "sums": json.decode(row["sums"])})
