"""One worker thread per device: it owns the handle, opens it, keeps it alive, and runs what is
asked.

A device that is gone is reopened with back-off; what is asked of it meanwhile fails at once, so a
broken device never delays a sale on another one. Lost is said once, back is said once.
"""

import queue
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import structlog
from msgspec import Struct

from edge_agent.devices.errors import (
    DeviceError,
    DeviceGoneError,
    DeviceProtocolError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import CardReader, Clock, Printer

D = TypeVar("D")
T = TypeVar("T")
State = Literal["opening", "ready", "busy", "fault", "stopped"]
BACKOFF_FIRST_S = 0.5
BACKOFF_MOST_S = 30.0
STOP_S = 5.0


class DeviceHealth(Struct, frozen=True):
    """How a device is. ``paper`` is ok, near_end or end for printers, empty for others."""

    state: State
    reason: str
    since_ms: int
    paper: str = ""


class Care(NamedTuple, Generic[D]):
    """How to look after one kind of device: ``ping`` returns the paper's state, or empty.

    ``looks_after_deeds``: ping right after each deed, for news that cannot wait for the heartbeat.
    """

    name: str
    open: Callable[[D], object]
    close: Callable[[D], None]
    ping: Callable[[D], str]
    heartbeat_s: float
    looks_after_deeds: bool


def printer_care(name: str) -> Care[Printer]:
    return Care(
        name, lambda it: it.open(), lambda it: it.close(), lambda it: it.status().paper, 5.0, True
    )


def reader_care(name: str) -> Care[CardReader]:
    def ping(reader: CardReader) -> str:
        reader.ping()
        return ""

    return Care(name, lambda it: it.open(), lambda it: it.close(), ping, 30.0, False)


class Supervisor(Generic[D]):
    """Looks after one device. ``submit`` from any thread; ``told`` is called when its health
    changes.
    """

    def __init__(
        self, device: D, care: Care[D], clock: Clock, told: Callable[[], None] = lambda: None
    ) -> None:
        self._device = device
        self._care = care
        self._clock = clock
        self._told = told
        self._jobs: queue.Queue[tuple[Callable[[D], Any], Future[Any]] | None] = queue.Queue()
        self._health = DeviceHealth("opening", "", clock.wall_ms())
        self._log = structlog.get_logger("device").bind(device=care.name)
        self._thread = threading.Thread(target=self._run, name=care.name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the device after what it is doing. Idempotent."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join(STOP_S)

    def health(self) -> DeviceHealth:
        return self._health

    def submit(self, deed: Callable[[D], T]) -> "Future[T]":
        """Run ``deed`` on the device's thread. The future raises DeviceError when it is not
        there.
        """
        future: Future[T] = Future()
        self._jobs.put((deed, future))
        return future

    def _run(self) -> None:
        failures = 0
        while self._health.state != "stopped":
            if not self._open():
                failures += 1
                ceiling = min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2 ** min(failures - 1, 10))
                self._refuse_for(ceiling * random.uniform(0.5, 1.0))
                continue
            failures = 0
            self._serve()
            self._care.close(self._device)
        self._refuse_for(0)

    def _open(self) -> bool:
        try:
            self._care.open(self._device)
            paper = self._care.ping(self._device)
        except DeviceError as error:
            self._care.close(self._device)
            self._lost(str(error))
            return False
        self._is("ready", "", paper)
        return True

    def _serve(self) -> None:
        """Until the device is lost or we are asked to stop."""
        is_there = True
        while is_there:
            try:
                job = self._jobs.get(timeout=self._care.heartbeat_s)
            except queue.Empty:
                is_there = self._one(self._look, Future())
                continue
            if job is None:
                self._is("stopped", "")
                return
            is_there = self._one(*job)
            if is_there and self._care.looks_after_deeds:
                is_there = self._one(self._look, Future())

    def _look(self, device: D) -> None:
        self._is("ready", "", self._care.ping(device))

    def _one(self, deed: Callable[[D], Any], future: "Future[Any]") -> bool:
        """Run one deed; False when the device was lost over it."""
        self._is("busy", "", self._health.paper)
        lost: DeviceError | None = None
        try:
            future.set_result(deed(self._device))
        except (DeviceGoneError, DeviceTimeoutError, DeviceProtocolError) as error:
            lost = error
        except DeviceError as error:
            future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - a driver's bug must not stop its device's thread
            self._log.error("driver failed", exc_info=error)
            lost = DeviceGoneError(f"driver failed: {error}")
        if lost is None:
            self._is("ready", "", self._health.paper)
            return True
        future.set_exception(lost)
        self._lost(str(lost))
        return False

    def _refuse_for(self, seconds: float) -> None:
        """Wait, refusing whatever is asked meanwhile."""
        end = self._clock.monotonic() + seconds
        while True:
            try:
                job = self._jobs.get(timeout=max(end - self._clock.monotonic(), 0.001))
            except queue.Empty:
                return
            if job is None:
                self._is("stopped", "")
                return
            reason = self._health.reason or f"{self._care.name} is not there"
            job[1].set_exception(DeviceGoneError(reason))

    def _lost(self, reason: str) -> None:
        if self._health.state != "fault":
            self._log.warning("device lost", reason=reason)
        self._is("fault", reason)

    def _is(self, state: State, reason: str, paper: str = "") -> None:
        before = self._health
        if (before.state, before.reason, before.paper) == (state, reason, paper):
            return
        if before.state in ("fault", "opening") and state == "ready":
            self._log.info("device ready")
        self._health = DeviceHealth(state, reason, self._clock.wall_ms(), paper)
        self._told()
