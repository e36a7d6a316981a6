"""Background works: what dies is begun again, and says so."""

import asyncio
import time
from collections.abc import Callable

from edge_agent import metrics
from edge_agent.works import WorkHealth, Works

PATIENCE_S = 10.0


async def until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.001)


def test_a_work_that_dies_is_back_and_its_health_says_so() -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun <= 2:
            raise ValueError("a bug")
        await asyncio.Event().wait()

    async def live() -> None:
        works = Works(first_s=0.001)
        works.begin("frail", work)
        assert works.health() == [WorkHealth("frail")]
        await until(lambda: works.health() == [WorkHealth("frail", "running", 2, "ValueError")])
        assert b'totem_work_deaths_total{work="frail"} 2.0' in metrics.exposition()
        await works.stop()

    asyncio.run(live())


def test_a_work_that_is_down_says_why() -> None:
    async def work() -> None:
        raise KeyError("gone")

    async def live() -> None:
        works = Works(first_s=3600)
        works.begin("broken", work)
        await until(lambda: works.health() == [WorkHealth("broken", "down", 1, "KeyError")])
        await works.stop()

    asyncio.run(live())


def test_a_work_with_nothing_to_do_is_done_and_not_begun_again() -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1

    async def live() -> None:
        works = Works(first_s=0)
        works.begin("scans", work)
        await until(lambda: works.health() == [WorkHealth("scans", "done")])
        assert begun == 1
        await works.stop()

    asyncio.run(live())


def test_stopping_ends_every_work_and_none_is_begun_again() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("it")

    async def live() -> None:
        works = Works(first_s=0)
        works.begin("one", work)
        works.begin("other", work)
        await asyncio.sleep(0)
        await works.stop()
        assert len(ended) == 2
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(live())
