"""APScheduler's only door: what runs how often. Jobs do not overlap and missed runs do not pile
up; what a job raises is logged and the job runs again at its next time.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Job(NamedTuple):
    """A coroutine function to call every ``seconds``, on the event loop."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]


def build_schedule(jobs: Sequence[Job]) -> AsyncIOScheduler:
    """A scheduler in memory, not started; durable state lives in the journal."""
    schedule = AsyncIOScheduler(timezone="UTC")
    for job in jobs:
        schedule.add_job(
            job.run,
            "interval",
            seconds=job.seconds,
            id=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return schedule
