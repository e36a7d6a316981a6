"""Is a day's seal true? Headquarters computes it again from its own rows."""

from collections.abc import Sequence

from msgspec import Struct

from sync_protocol import accounts, seal
from sync_protocol.errors import RemoteProtocolError
from sync_protocol.events import DaySealed, Event, decode_body
from sync_protocol.messages import SealAnswer, Verdict
from sync_protocol.seal import Leaf


class SealedRow(Struct, frozen=True):
    """A row in the ranges of a seal. ``counts`` is false where the fact is held elsewhere too."""

    leaf: Leaf
    event: Event
    status: str
    counts: bool = True


def examine(
    place: tuple[int, int], body: DaySealed, rows: Sequence[SealedRow], before_minor: int
) -> SealAnswer:
    """The answer to a seal at ``place``. ``before_minor`` is what earlier seals took."""
    epoch, seq = place
    fault = _fault(body, rows, before_minor)
    if fault:
        return SealAnswer(epoch, seq, "mismatch", fault)
    aside = [row for row in rows if row.status != "posted"]
    aside_minor = sum(sum(_settled([row]).values()) for row in aside)
    verdict: Verdict = "confirmed_with_quarantine" if aside else "confirmed"
    detail = f"{len(aside)} rows are set aside" if aside else ""
    return SealAnswer(epoch, seq, verdict, detail, aside_minor)


def _fault(body: DaySealed, rows: Sequence[SealedRow], before_minor: int) -> str:
    if len(rows) != body.rows:
        return f"the seal covers {body.rows} rows, {len(rows)} are held"
    if seal.root([row.leaf for row in rows]).hex() != body.root:
        return "the root over the rows held here is another"
    sums = _settled(rows)
    declared = {method: minor for method, minor in body.sums_by_method.items() if minor}
    if sums != declared:
        return f"the seal says {declared}, the rows say {sums}"
    if before_minor + sum(sums.values()) != body.perpetual_minor:
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
