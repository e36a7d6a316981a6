"""Keeps running time on disk, and what the lease allows at hand."""

from collections.abc import Callable

import structlog

from edge_agent.domain import lease
from edge_agent.journal.journal import Journal
from edge_agent.journal.running import Running, advance, read_running


class Lease:
    """``heard_s`` is the monotonic moment of central's last ack, None before the first."""

    def __init__(
        self,
        journal: Journal,
        monotonic: Callable[[], float],
        heard_s: Callable[[], float | None],
        changed: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._monotonic = monotonic
        self._heard_s = heard_s
        self._changed = changed
        self._at_s = monotonic()
        self._known = Running(0, 0)
        self._log = structlog.get_logger("lease")

    def open(self) -> None:
        """Read what earlier boots left."""
        self._known, self._at_s = read_running(self._journal), self._monotonic()

    async def tick(self) -> None:
        """Persist what passed since the last tick."""
        now_s, heard_s = self._monotonic(), self._heard_s()
        was_heard = heard_s is not None and heard_s >= self._at_s
        passed_ms = int((now_s - self._at_s) * 1000)
        before = self.standing()
        self._known = await self._journal.do(lambda it: advance(it, passed_ms, was_heard))
        self._at_s = now_s
        if self.standing() != before:
            self._log.warning("lease", standing=self.standing(), days_left=self.days_left())
            self._changed()

    def standing(self) -> lease.Standing:
        return lease.standing(self._known.unheard_ms)

    def days_left(self) -> int:
        """Whole days in which money may still be taken without a word from headquarters."""
        return lease.days_left(self._known.unheard_ms)
