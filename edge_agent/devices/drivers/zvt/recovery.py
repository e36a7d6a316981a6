"""Judges an attempt whose end nobody saw by the terminal's last transaction.

The terminal stores a sale only after we acknowledged its approval, and before we acknowledge we
keep which one it is. So an attempt without such notes was reversed, unless its approval was
acknowledged while it was being resolved.
"""

from collections.abc import Mapping

from msgspec import Struct

from edge_agent.devices.drivers.zvt.payment import is_amount
from edge_agent.devices.drivers.zvt.results import failed
from edge_agent.devices.drivers.zvt.status import (
    APPROVED,
    Mark,
    Status,
    is_newer,
    is_same,
    noted,
)
from edge_agent.devices.ports import Attempt, CardIntent, CardOutcome

LAST = "last_"
UNKNOWN = CardOutcome("unknown")
REVERSED = failed("reversed")


def snapshot(status: Status | None) -> Mapping[str, str]:
    """Notes of the last transaction before a payment; empty ones where there was none."""
    return (status.mark if status else Mark()).notes(LAST)


class Evidence(Struct):
    """``before``: the last transaction of before the attempt. ``own``: the one whose approval was,
    or was about to be, acknowledged.
    """

    intent: CardIntent
    currency: str
    before: Mark
    own: Mark | None

    def is_ours(self, status: Status) -> bool:
        """Whether an approval that comes late is this attempt's; it is remembered then."""
        if not is_amount(status, self.intent, self.currency) or not self._came_after(status):
            return False
        if self.own is not None and not is_same(status.mark, self.own):
            return False
        self.own = status.mark
        return True

    def judge(self, last: Status | None) -> CardOutcome:
        """``last`` is the terminal's last transaction, None where it has none or will not say."""
        if last is None:
            is_bare = self.own is None and self.before == Mark()
            return REVERSED if is_bare else UNKNOWN
        if last.result != APPROVED:
            return REVERSED
        if self.own is not None:
            return self._judge_known(last, self.own)
        if not self._came_after(last) or not is_amount(last, self.intent, self.currency):
            return REVERSED
        return self._approved(last) if self.before != Mark() else UNKNOWN

    def _judge_known(self, last: Status, own: Mark) -> CardOutcome:
        """Another transaction that came after ours hides what became of it."""
        if is_same(last.mark, own):
            is_right = is_amount(last, self.intent, self.currency)
            return self._approved(last) if is_right else UNKNOWN
        return UNKNOWN if self.before == Mark() or self._came_after(last) else REVERSED

    def _came_after(self, status: Status) -> bool:
        return self.before == Mark() or is_newer(status.mark, self.before)

    def _approved(self, last: Status) -> CardOutcome:
        return CardOutcome("approved", data=last.data, amount_minor=self.intent.amount_minor)


def evidence_of(attempt: Attempt, currency: str) -> Evidence | None:
    """What the notes hold, or None where no snapshot was kept: then nothing was sent either."""
    before = noted(attempt.notes, LAST)
    if before is None:
        return None
    return Evidence(attempt.intent, currency, before, noted(attempt.notes))
