"""What the scanner read last, for whoever waits for it."""

import asyncio

from edge_agent.devices.errors import DeviceError
from edge_agent.devices.ports import Scanner
from edge_agent.devices.supervisor import Supervisor

READ_S = 1.0
REST_S = 1.0


class Scans:
    """One background task that reads for ever; ``next_code`` hands out each code once."""

    def __init__(self, scanner: Supervisor[Scanner] | None) -> None:
        self._scanner = scanner
        self._codes: asyncio.Queue[str] = asyncio.Queue(maxsize=1)

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
        """The newest code nobody has taken; empty when none came in time."""
        try:
            return await asyncio.wait_for(self._codes.get(), wait_s)
        except TimeoutError:
            return ""

    def _put(self, code: str) -> None:
        """The newest one wins: an old code must not surprise the next person."""
        while not self._codes.empty():
            self._codes.get_nowait()
        self._codes.put_nowait(code)
