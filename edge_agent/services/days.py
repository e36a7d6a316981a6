"""Closing the business day: at the first idle moment after the cut-over, and at boot for one that
was missed.
"""

from collections.abc import Callable

import structlog

from edge_agent.journal.journal import Journal
from edge_agent.journal.seals import seal_day


class Days:
    """Seals what is over. ``is_idle``: nobody stands at the screen; ``may_write``: this machine may
    go on in its epoch; ``today`` is the business day by the wall clock.
    """

    def __init__(
        self,
        journal: Journal,
        today: Callable[[], str],
        is_idle: Callable[[], bool],
        may_write: Callable[[], bool],
    ) -> None:
        self._journal = journal
        self._today = today
        self._is_idle = is_idle
        self._may_write = may_write
        self._log = structlog.get_logger("days")

    async def close(self) -> None:
        """Seal the last day with sales if it is over and nobody is being served."""
        if not self._is_idle() or not self._may_write():
            return
        name = await self._journal.do(seal_day(self._today()))
        if name is not None:
            self._log.info("business day sealed", seal=name)
