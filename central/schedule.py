"""What central does by the clock, how often, and that it never overlaps. APScheduler's only
door.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from central import logs
from central.domain.errors import LedgerUnavailableError
from central.services.publishing import POLL_S, TRIM_S, FeedWatch, Publishing

_log = logs.get(__name__)


class Schedule:
    """Runs inside the event loop that starts it."""

    def __init__(self, watch: FeedWatch, publishing: Publishing) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._add(watch.poll, POLL_S)
        self._add(publishing.trim, TRIM_S)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    def _add(self, job: Callable[[], Awaitable[None]], every_s: float) -> None:
        self._scheduler.add_job(
            _patient(job), "interval", seconds=every_s, max_instances=1, coalesce=True
        )


def _patient(job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """The job, missing a turn while the ledger is away; lost and found are logged once each."""
    away = False

    async def run() -> None:
        nonlocal away
        try:
            await job()
        except LedgerUnavailableError as error:
            if not away:
                _log.warning("ledger lost", error=str(error))
            away = True
            return
        if away:
            _log.info("ledger found again")
        away = False

    return run
