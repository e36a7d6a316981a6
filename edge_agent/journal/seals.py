"""Sealing a business day: every row that no seal covers yet, as central holds or will hold them.

Rows of earlier epochs count as far as central holds them, what it gave back included; facts it
lacked stand again in the current epoch. Nothing is sealed while an epoch's agenda is open.
"""

from typing import NamedTuple

from msgspec import json

from edge_agent.journal.rows import EVENT_COLUMNS, event_of
from edge_agent.journal.writer import Deed, Writing
from sync_protocol import accounts, seal
from sync_protocol.errors import RemoteProtocolError
from sync_protocol.events import DaySealed, Event, SealedRange, decode_body
from sync_protocol.messages import SealAnswer
from sync_protocol.seal import Leaf

_HELD = (
    f"SELECT {EVENT_COLUMNS}, j.epoch, j.hash FROM journal j LEFT JOIN agenda a USING (epoch) "
    "WHERE (j.epoch = :current OR j.seq <= a.common_seq) {more} UNION ALL "
    f"SELECT {EVENT_COLUMNS}, epoch, hash FROM foreign_events j "
    "WHERE held = 1 AND epoch < :current {more} ORDER BY 12, 1"
)
"""Rows as central holds or will hold them, in order."""


class _Row(NamedTuple):
    leaf: Leaf
    event: Event


def seal_day(today: str) -> Deed[str | None]:
    """The deed: seal the newest day with a sale before ``today``; its event's name, or None when
    there is nothing to seal. A clock that went back keeps the day open.
    """

    def deed(writing: Writing) -> str | None:
        if writing.row("SELECT 1 FROM agenda WHERE state <> 'done'"):
            return None
        if not _has_older_sale(writing, today):
            return None
        perpetual_minor, covered = _seals(writing)
        rows = [row for row in _held(writing) if row.leaf.seq > covered.get(row.leaf.epoch, 0)]
        days = {row.event.business_day for row in rows if row.event.type == "SaleOpened"}
        if not days or max(days) >= today:
            return None
        sums = _settled(writing, rows)
        leaves = [row.leaf for row in rows]
        return writing.append(
            DaySealed(
                max(days),
                [SealedRange(*it) for it in seal.ranges(leaves)],
                len(rows),
                sums,
                perpetual_minor + accounts.taken(sums),
                seal.root(leaves).hex(),
            )
        )

    return deed


def keep_answers(answers: list[SealAnswer]) -> Deed[None]:
    """The deed: what central found of our seals."""

    def deed(writing: Writing) -> None:
        for answer in answers:
            writing.db.execute(
                "INSERT OR REPLACE INTO seal_answers VALUES (?, ?, ?, ?, ?)",
                (answer.epoch, answer.seq, answer.verdict, answer.detail, answer.aside_minor),
            )

    return deed


def _has_older_sale(writing: Writing, today: str) -> bool:
    """Cheap, as it is asked every minute: a sale of an earlier day after the last seal?"""
    row = writing.row(
        "SELECT 1 FROM journal WHERE epoch = ?1 AND type = 'SaleOpened' AND business_day < ?2 "
        "AND seq > coalesce((SELECT max(seq) FROM journal WHERE epoch = ?1 AND type = 'DaySealed'),"
        " 0) LIMIT 1",
        writing.head.epoch,
        today,
    )
    return row is not None or _is_unsealed_epoch(writing)


def _is_unsealed_epoch(writing: Writing) -> bool:
    """The first seal of an epoch covers what earlier ones left."""
    row = writing.row(
        "SELECT 1 FROM journal WHERE epoch = ?1 AND type = 'DaySealed'", writing.head.epoch
    )
    return writing.head.epoch > 1 and row is None


def _held(writing: Writing, more: str = "") -> list[_Row]:
    sql = _HELD.replace("{more}", more)
    found = writing.db.execute(sql, {"current": writing.head.epoch}).fetchall()
    return [_Row(Leaf(row[11], row[0], bytes(row[12])), event_of(row)) for row in found]


def _seals(writing: Writing) -> tuple[int, dict[int, int]]:
    """The perpetual total of the last seal, and how far each epoch is covered."""
    perpetual_minor, covered = 0, dict[int, int]()
    for row in _held(writing, "AND type = 'DaySealed'"):
        body = json.decode(row.event.body, type=DaySealed)
        perpetual_minor = body.perpetual_minor
        for it in body.ranges:
            covered[it.epoch] = max(covered.get(it.epoch, 0), it.last)
    return perpetual_minor, covered


def _settled(writing: Writing, rows: list[_Row]) -> dict[str, int]:
    """Settled money by method; a fact that central holds under two places counts once."""
    sums: dict[str, int] = {}
    for row in rows:
        try:
            body = decode_body(row.event.type, row.event.tver, row.event.body)
        except RemoteProtocolError:
            continue
        gained = accounts.settled(body)
        if gained is not None and gained[1] and not _is_repeat(writing, row):
            sums[gained[0]] = sums.get(gained[0], 0) + gained[1]
    return sums


def _is_repeat(writing: Writing, row: _Row) -> bool:
    origin = row.event.origin
    if origin is None:
        return False
    same = _held(
        writing,
        f"AND ((j.epoch = {origin.epoch} AND j.seq = {origin.seq}) OR "
        f"(origin_epoch = {origin.epoch} AND origin_seq = {origin.seq}))",
    )
    first = next(
        it.leaf
        for it in same
        if origin.hash in (it.leaf.hash, it.event.origin.hash if it.event.origin else b"")
    )
    return first != row.leaf
