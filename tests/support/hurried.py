"""Drivers and emulators in a hurry: their seconds last a fraction of ours, all of them alike."""

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any, NamedTuple, TypeVar

from edge_agent.devices.wire import SerialWire, TcpWire

HURRY = 5.0
"""How many of their seconds go into one of ours."""

T = TypeVar("T")


class HurriedClock:
    """A driver's clock. Its hurry may be changed while it runs; it never jumps."""

    def __init__(self, hurry: float = HURRY) -> None:
        self._run = _Run(hurry, 0.0, time.monotonic())

    @property
    def hurry(self) -> float:
        return self._run.hurry

    @hurry.setter
    def hurry(self, hurry: float) -> None:
        now = time.monotonic()
        self._run = _Run(hurry, self._run.at(now), now)

    def monotonic(self) -> float:
        return self._run.at(time.monotonic())

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.hurry)


class _Run(NamedTuple):
    """``begun_at`` of its own seconds was ``since`` of ours."""

    hurry: float
    begun_at: float
    since: float

    def at(self, now: float) -> float:
        return self.begun_at + (now - self.since) * self.hurry


class HurriedWire(TcpWire):
    """A driver's line to an emulator on this machine, as fast as its clock."""

    def __init__(self, port: int, clock: HurriedClock) -> None:
        super().__init__("127.0.0.1", port)
        self._clock = clock

    def write(self, data: bytes, deadline_s: float) -> None:
        super().write(data, deadline_s / self._clock.hurry)

    def read(self, most: int, deadline_s: float) -> bytes:
        return super().read(most, deadline_s / self._clock.hurry)


class HurriedSerial(SerialWire):
    """The same over a pseudo-terminal."""

    def __init__(self, path: str, clock: HurriedClock) -> None:
        super().__init__(path, 9600)
        self._clock = clock

    def write(self, data: bytes, deadline_s: float) -> None:
        super().write(data, deadline_s / self._clock.hurry)

    def read(self, most: int, deadline_s: float) -> bytes:
        return super().read(most, deadline_s / self._clock.hurry)


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
