"""The agent's background works: each runs until the agent stops. One that dies is logged, counted,
and begun again after a pause that grows while it goes on dying.
"""

import asyncio
from collections.abc import Callable, Coroutine

import structlog
from msgspec import Struct

from edge_agent import metrics

FIRST_S = 1.0
MOST_S = 60.0
HEALTHY_S = 60.0
"""Who lived this long starts with the first pause again."""

Work = Callable[[], Coroutine[None, None, None]]


class WorkHealth(Struct, frozen=True):
    """How one work is. ``state``: running, down (it died and waits to be begun again) or done.
    ``deaths`` since the agent started; ``last`` is the kind of error it died of.
    """

    name: str
    state: str = "running"
    deaths: int = 0
    last: str = ""


class Works:
    """On the event loop; ``health`` from any thread."""

    def __init__(self, first_s: float = FIRST_S) -> None:
        self._first_s = first_s
        self._tasks: list[asyncio.Task[None]] = []
        self._healths: dict[str, WorkHealth] = {}
        self._log = structlog.get_logger("works")

    def begin(self, name: str, work: Work) -> None:
        self._healths[name] = WorkHealth(name)
        self._tasks.append(asyncio.create_task(self._keep(name, work), name=name))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def health(self) -> list[WorkHealth]:
        return list(self._healths.values())

    async def _keep(self, name: str, work: Work) -> None:
        loop = asyncio.get_running_loop()
        deaths, pause_s = 0, self._first_s
        while True:
            begun_s = loop.time()
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - the boundary of every work: it is begun again
                deaths += 1
                self._healths[name] = WorkHealth(name, "down", deaths, type(error).__name__)
                metrics.WORK_DEATHS.labels(name).inc()
                self._log.error("work died", work=name, exc_info=error)
            else:
                self._healths[name] = WorkHealth(name, "done", deaths)
                return
            if loop.time() - begun_s >= HEALTHY_S:
                pause_s = self._first_s
            await asyncio.sleep(pause_s)
            pause_s = min(MOST_S, pause_s * 2)
            self._healths[name] = WorkHealth(name, "running", deaths, self._healths[name].last)
