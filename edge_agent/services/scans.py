"""What the scanner reads, for whoever waits for it now: never for who comes later.

A code is for the page that asked last. One that nobody took is forgotten after ``FRESH_S``, and
when the corner is left: a badge must not open the door to the next person. The same code again
within that time is one code that the scanner read twice.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from edge_agent.devices.errors import DeviceError
from edge_agent.devices.ports import Scanner
from edge_agent.devices.supervisor import Supervisor

READ_S = 1.0
REST_S = 1.0
FRESH_S = 2.0


class Read(NamedTuple):
    code: str
    at_s: float


class Scans:
    """One background task that reads for ever; ``next_code`` hands out each code once. Lives on the
    event loop; ``monotonic`` in seconds.
    """

    def __init__(self, scanner: Supervisor[Scanner] | None, monotonic: Callable[[], float]) -> None:
        self._scanner = scanner
        self._monotonic = monotonic
        self._newest: Read | None = None
        self._is_taken = True
        self._waiter: asyncio.Future[str] | None = None

    async def run(self) -> None:
        """Cancel to stop. Returns at once where there is no scanner."""
        while self._scanner is not None:
            try:
                code = await asyncio.wrap_future(self._scanner.submit(lambda it: it.read(READ_S)))
            except DeviceError:
                await asyncio.sleep(REST_S)
                continue
            if code:
                self._put(code)

    async def next_code(self, wait_s: float) -> str:
        """The code that was just read, or the next one; empty when none came in time or somebody
        asks later.
        """
        self._answer("")
        now_s = self._monotonic()
        if self._newest is not None and not self._is_taken and self._is_fresh(now_s):
            self._is_taken = True
            return self._newest.code
        waiter: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiter = waiter
        try:
            async with asyncio.timeout(wait_s):
                return await waiter
        except TimeoutError:
            return ""

    def forget(self) -> None:
        """Somebody entered or left: nobody waits, and what was read is nobody's."""
        self._answer("")
        self._is_taken = True

    def _put(self, code: str) -> None:
        before, now_s = self._newest, self._monotonic()
        is_again = before is not None and before.code == code and self._is_fresh(now_s)
        self._newest = Read(code, now_s)
        if not is_again:
            self._is_taken = self._answer(code)

    def _is_fresh(self, now_s: float) -> bool:
        return self._newest is not None and now_s - self._newest.at_s <= FRESH_S

    def _answer(self, code: str) -> bool:
        """Whether somebody waited."""
        waiter, self._waiter = self._waiter, None
        if waiter is None or waiter.done():
            return False
        waiter.set_result(code)
        return True
