"""Waiting on the event loop for a time, or for a condition that somebody rings for."""

import asyncio
from collections.abc import Callable


class Bell:
    """``ring`` after changing what a waiter's condition looks at. Lives on one event loop."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, is_enough: Callable[[], bool], seconds: float) -> None:
        """Return once ``is_enough()``, at the latest after ``seconds``."""
        try:
            async with asyncio.timeout(seconds):
                while not is_enough():
                    await self._rung.wait()
        except TimeoutError:
            return
