"""The notice board: one revision number that changes whenever a screen should look again."""

import asyncio


class Board:
    """Lives on the event loop; ``changed_from_thread`` is safe from any thread."""

    def __init__(self) -> None:
        self.rev = 1
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turned = asyncio.Event()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def changed(self) -> None:
        """Wake everyone who waits for news."""
        self.rev += 1
        self._turned.set()
        self._turned = asyncio.Event()

    def changed_from_thread(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.changed)

    async def newer_than(self, rev: int, wait_s: float) -> None:
        """Return as soon as the revision differs from ``rev``, at the latest after ``wait_s``."""
        if rev != self.rev:
            return
        try:
            async with asyncio.timeout(wait_s):
                await self._turned.wait()
        except TimeoutError:
            return
