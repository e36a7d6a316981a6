"""Seals in PostgreSQL: each is computed again from the rows held, in the push that brings it."""

from typing import Any

from asyncpg import Connection
from msgspec import json

from central.domain import seals
from central.domain.seals import Finding, SealedRow
from central.domain.standing import REPEAT, Reading
from sync_protocol.events import DaySealed, Event
from sync_protocol.messages import Push, SealAnswer
from sync_protocol.seal import Leaf


async def examine(connection: Connection, totem: str, epoch: int, readings: list[Reading]) -> None:
    """Every seal among the new events, in order."""
    for reading in readings:
        if isinstance(reading.body, DaySealed) and reading.status == "posted":
            place = (epoch, reading.event.seq)
            rows = await _rows(connection, totem, reading.body)
            before_minor = await _before(connection, totem, place)
            finding = seals.examine(reading.body, rows, before_minor)
            await _keep(connection, totem, place, reading.body, finding)


async def answers(connection: Connection, totem: str, push: Push) -> list[SealAnswer]:
    """What was found of the seals in this push, new or repeated."""
    rows = await connection.fetch(
        "SELECT epoch, seq, verdict, detail, aside_minor FROM seals"
        " WHERE totem = $1 AND epoch = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq",
        totem,
        push.epoch,
        push.from_seq,
        push.from_seq + len(push.events) - 1,
    )
    return [SealAnswer(*row) for row in rows]


async def faults(connection: Connection, totem: str) -> list[str]:
    """Every seal of this totem, computed again: what does not hold, in words."""
    rows = await connection.fetch(
        "SELECT e.epoch, e.seq, e.body, s.business_day, s.rows, s.sums::text, s.perpetual_minor,"
        " s.verdict FROM events e LEFT JOIN seals s USING (totem, epoch, seq)"
        " WHERE e.totem = $1 AND e.type = 'DaySealed' AND e.status = 'posted'"
        " ORDER BY e.epoch, e.seq",
        totem,
    )
    found = []
    for epoch, seq, raw, *stored in rows:
        body = json.decode(raw, type=DaySealed)
        place = (epoch, seq)
        fault = _stored_fault(body, stored)
        if not fault:
            before_minor = await _before(connection, totem, place)
            covered = await _rows(connection, totem, body)
            fault = seals.examine(body, covered, before_minor).fault
        if fault:
            found.append(f"seals {epoch}/{seq} ({body.business_day}): {fault}")
    return found


def _stored_fault(body: DaySealed, stored: list[Any]) -> str:
    """What the stored row of a seal says otherwise than its event."""
    day, rows, sums, perpetual_minor, verdict = stored
    if verdict is None:
        return "the row is missing"
    said = (body.business_day, body.rows, body.sums_by_method, body.perpetual_minor)
    if (day, rows, json.decode(sums, type=dict[str, int]), perpetual_minor) != said:
        return "the row does not say what its event says"
    return ""


async def _rows(connection: Connection, totem: str, body: DaySealed) -> list[SealedRow]:
    rows = await connection.fetch(
        "SELECT e.epoch, e.seq, e.hash, e.type, e.tver, e.body, e.status, e.reason"
        " FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS r(epoch, first, last)"
        " JOIN events e ON e.totem = $1 AND e.epoch = r.epoch AND e.seq BETWEEN r.first AND r.last"
        " ORDER BY e.epoch, e.seq",
        totem,
        [it.epoch for it in body.ranges],
        [it.first for it in body.ranges],
        [it.last for it in body.ranges],
    )
    return [
        SealedRow(
            Leaf(*row[:3]),
            Event(row[1], row[3], row[4], 0, "", 0, "", row[5]),
            row[6],
            row[7] != REPEAT,
        )
        for row in rows
    ]


async def _before(connection: Connection, totem: str, place: tuple[int, int]) -> int:
    found: int | None = await connection.fetchval(
        "SELECT perpetual_minor FROM seals WHERE totem = $1 AND (epoch, seq) < ($2, $3)"
        " ORDER BY epoch DESC, seq DESC LIMIT 1",
        totem,
        *place,
    )
    return found or 0


async def _keep(
    connection: Connection, totem: str, place: tuple[int, int], body: DaySealed, finding: Finding
) -> None:
    await connection.execute(
        "INSERT INTO seals VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8, $9, $10)",
        totem,
        *place,
        body.business_day,
        body.rows,
        json.encode(body.sums_by_method).decode(),
        body.perpetual_minor,
        finding.verdict,
        finding.detail,
        finding.aside_minor,
    )
