"""Is a day's seal true? Headquarters computes it again from its own rows."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from sync_protocol import accounts, seal
from sync_protocol.errors import RemoteProtocolError
from sync_protocol.events import DaySealed, Event, decode_body
from sync_protocol.seal import Leaf


class SealedRow(Struct, frozen=True):
    """A row in the ranges of a seal. ``counts`` is false where the fact is held elsewhere too."""

    leaf: Leaf
    event: Event
    status: str
    counts: bool = True


class Finding(Struct, frozen=True):
    """``aside_minor`` is settled money in rows that are set aside, in minor units."""

    verdict: Literal["confirmed", "confirmed_with_quarantine", "mismatch"]
    detail: str = ""
    aside_minor: int = 0

    @property
    def fault(self) -> str:
        """Why the seal does not hold; empty when it does."""
        return self.detail if self.verdict == "mismatch" else ""


def examine(body: DaySealed, rows: Sequence[SealedRow], before_minor: int) -> Finding:
    """What our own rows say of a seal. ``before_minor`` is what earlier seals took."""
    fault = _fault(body, rows, before_minor)
    if fault:
        return Finding("mismatch", fault)
    aside = [row for row in rows if row.status != "posted"]
    aside_minor = sum(sum(_settled([row]).values()) for row in aside)
    if not aside:
        return Finding("confirmed")
    detail = f"{len(aside)} rows are set aside"
    return Finding("confirmed_with_quarantine", detail, aside_minor)


def _fault(body: DaySealed, rows: Sequence[SealedRow], before_minor: int) -> str:
    if len(rows) != body.rows:
        return f"the seal covers {body.rows} rows, {len(rows)} are held"
    if seal.root([row.leaf for row in rows]).hex() != body.root:
        return "the root over the rows held here is another"
    sums = _settled(rows)
    declared = {method: minor for method, minor in body.sums_by_method.items() if minor}
    if sums != declared:
        return f"the seal says {declared}, the rows say {sums}"
    if before_minor + accounts.taken(sums) != body.perpetual_minor:
        return f"the perpetual total is {body.perpetual_minor}, after {before_minor} before"
    return ""


def _settled(rows: Sequence[SealedRow]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        try:
            body = decode_body(row.event.type, row.event.tver, row.event.body)
        except RemoteProtocolError:
            continue
        gained = accounts.settled(body) if row.counts else None
        if gained is not None and gained[1]:
            sums[gained[0]] = sums.get(gained[0], 0) + gained[1]
    return sums
