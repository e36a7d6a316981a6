"""Drivers and emulators in a hurry: their seconds last a fraction of ours, all of them alike."""

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from edge_agent.devices.wire import SerialWire, TcpWire

HURRY = 5.0
"""How many of their seconds go into one of ours."""

T = TypeVar("T")


class HurriedClock:
    """A driver's clock."""

    def __init__(self, hurry: float = HURRY) -> None:
        self._hurry = hurry

    def monotonic(self) -> float:
        return time.monotonic() * self._hurry

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self._hurry)


class HurriedWire(TcpWire):
    """A driver's line to an emulator on this machine."""

    def __init__(self, port: int, hurry: float = HURRY) -> None:
        super().__init__("127.0.0.1", port)
        self._hurry = hurry

    def write(self, data: bytes, deadline_s: float) -> None:
        super().write(data, deadline_s / self._hurry)

    def read(self, most: int, deadline_s: float) -> bytes:
        return super().read(most, deadline_s / self._hurry)


class HurriedSerial(SerialWire):
    """The same over a pseudo-terminal."""

    def __init__(self, path: str, hurry: float = HURRY) -> None:
        super().__init__(path, 9600)
        self._hurry = hurry

    def write(self, data: bytes, deadline_s: float) -> None:
        super().write(data, deadline_s / self._hurry)

    def read(self, most: int, deadline_s: float) -> bytes:
        return super().read(most, deadline_s / self._hurry)


class FarLoop:
    """An event loop of its own, for emulators: a driver that waits must not stop them."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
