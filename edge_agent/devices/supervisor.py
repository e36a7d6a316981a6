"""One worker thread per device: it owns the handle, opens it, keeps it alive, and runs what is
asked.

A device that is gone is reopened with back-off; what is asked of it meanwhile fails at once, so a
broken device never delays a sale on another one. A call beyond its deadline is given up and its
wire closed under it; whoever waited hears that the outcome is unknown. Lost is said once, back is
said once.
"""

import queue
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import structlog
from msgspec import Struct, field, structs

from edge_agent import metrics
from edge_agent.devices.care import Care
from edge_agent.devices.errors import (
    DeviceAbandonedError,
    DeviceError,
    DeviceGoneError,
    DeviceRefusedError,
)
from edge_agent.devices.ports import Clock

D = TypeVar("D")
T = TypeVar("T")
State = Literal["absent", "opening", "probing", "ready", "busy", "fault", "stopped"]


class Pace(NamedTuple):
    """Seconds. Back-off is ``first_s`` doubled up to ``most_s``, and starts again after
    ``healthy_s``. A device in trouble is looked at every ``trouble_s``, a path that is not there
    every ``plug_s``.
    """

    first_s: float = 0.5
    most_s: float = 30.0
    healthy_s: float = 60.0
    trouble_s: float = 1.0
    stop_s: float = 5.0
    plug_s: float = 1.0


PACE = Pace()


class DeviceHealth(Struct, frozen=True):
    """How a device is. ``paper`` is ok, near_end or end for printers, empty for others;
    ``tickets_left`` as in PrinterStatus; ``facts`` say which device it is.
    """

    state: State
    reason: str
    since_ms: int
    paper: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    tickets_left: int | None = None


class _Job(NamedTuple):
    deed: Callable[[Any], Any]
    future: "Future[Any]"


class _Limit:
    """Which came first, the end of a call or its deadline. What the deadline does is done before
    the call's thread goes on: it must not strike the next call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_over = False
        self._is_passed = False

    def end(self) -> bool:
        """The call has ended. Whether its deadline came before."""
        with self._lock:
            self._is_over = True
            return self._is_passed

    @contextmanager
    def passing(self) -> Iterator[bool]:
        """Whether the call had ended already."""
        with self._lock:
            self._is_passed = not self._is_over
            yield self._is_over


class Supervisor(Generic[D]):
    """Looks after one device. ``submit`` from any thread; ``told`` is called when its health
    changes, on a thread of the supervisor's.
    """

    def __init__(
        self,
        device: D,
        care: Care[D],
        clock: Clock,
        told: Callable[[], None] = lambda: None,
        pace: Pace = PACE,
    ) -> None:
        self._device = device
        self._care = care
        self._clock = clock
        self._told = told
        self._pace = pace
        self.back: Callable[[], None] = lambda: None
        """Told each time the device is there again, the first time too."""

        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._refusing = ""
        self._is_stopping = False
        self._said: State = "opening"
        self._health = DeviceHealth("opening", "", clock.wall_ms())
        self._log = structlog.get_logger("device").bind(device=care.name)
        self._thread = threading.Thread(target=self._run, name=care.name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the device after what it is doing; what still waits is refused. Idempotent."""
        self._is_stopping = True
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join(self._pace.stop_s)
        self._refuse_all(f"{self._care.name} was stopped")
        self._become("stopped", "")

    def health(self) -> DeviceHealth:
        return self._health

    def submit(self, deed: Callable[[D], T]) -> "Future[T]":
        """Run ``deed`` on the device's thread.

        The future raises DeviceError: DeviceGoneError when the device is not there,
        DeviceAbandonedError when nobody knows what came of it.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._refusing:
                future.set_exception(DeviceGoneError(self._refusing))
            else:
                self._jobs.put(_Job(deed, future))
        return future

    def _run(self) -> None:
        failures = 0
        while not self._is_stopping:
            opened_s = self._clock.monotonic()
            if self._open():
                self._serve()
            self._close()
            if self._is_stopping:
                return
            if self._clock.monotonic() - opened_s >= self._pace.healthy_s:
                failures = 0
            self._rest(failures)
            failures += 1

    def _open(self) -> bool:
        if self._health.state in ("opening", "absent") and self._care.is_there():
            self._become("probing", "")
        try:
            facts = self._call(self._care.open)
            self._health = structs.replace(self._health, facts=facts)
            with self._lock:
                self._refusing = ""
            if self._care.beats_on_open:
                self._beat()
            else:
                self._become("ready", "")
        except DeviceError as error:
            self._lost(str(error), "fault" if self._care.is_there() else "absent")
            return False
        return True

    def _close(self) -> None:
        try:
            self._call(self._care.close)
        except DeviceError as error:
            self._log.debug("device does not close", reason=str(error))

    def _serve(self) -> None:
        """Until the device is lost or we are asked to stop."""
        try:
            while self._turn():
                continue
        except DeviceError as error:
            self._lost(str(error))

    def _turn(self) -> bool:
        """One deed or one heartbeat; False when we are asked to stop. Raises DeviceError."""
        is_well = self._health.state == "ready" and not self._health.reason
        try:
            job = self._jobs.get(
                timeout=self._care.heartbeat_s if is_well else self._pace.trouble_s
            )
        except queue.Empty:
            self._beat()
            return True
        if job is None:
            return False
        self._do(job)
        if self._care.beats_after_deeds:
            self._beat()
        return True

    def _beat(self) -> None:
        pulse = self._call(self._care.beat)
        state: State = "fault" if pulse.trouble else "ready"
        reason = pulse.trouble or ("paper_end" if pulse.paper == "end" else "")
        self._become(state, reason, pulse.paper, pulse.tickets_left)

    def _do(self, job: _Job) -> None:
        """Run one deed. Raises DeviceError when the device was lost over it."""
        if not job.future.set_running_or_notify_cancel():
            return
        before = self._health
        if not self._care.is_listener:
            self._become("busy", "", before.paper, before.tickets_left)
        try:
            result = self._call(job.deed, job.future)
        except DeviceRefusedError as error:
            _settle(job.future, error)
        except DeviceError as error:
            _settle(job.future, error)
            raise
        else:
            _settle(job.future, result)
        self._become(before.state, before.reason, before.paper, before.tickets_left)

    def _call(self, deed: Callable[[D], T], future: "Future[Any] | None" = None) -> T:
        """The task boundary of devices: whatever a driver does, what comes out is a DeviceError."""
        limit = _Limit()
        timer = threading.Timer(self._care.deadline_s, self._give_up, (limit, future))
        timer.daemon = True
        timer.start()
        try:
            result = deed(self._device)
        except DeviceError as error:
            if limit.end():
                raise DeviceAbandonedError(str(error)) from error
            raise
        except Exception as error:
            self._log.error("driver failed", exc_info=error)
            raise DeviceAbandonedError(f"driver failed: {error!r}") from error
        finally:
            timer.cancel()
            limit.end()
        if limit.end():
            raise DeviceAbandonedError("no end in time")
        return result

    def _give_up(self, limit: "_Limit", future: "Future[Any] | None") -> None:
        """On the timer's thread: free whoever waits, and shake the driver by closing its wire."""
        with limit.passing() as is_over:
            if is_over:
                return
            reason = f"no end within {self._care.deadline_s:.0f} s"
            if future is not None:
                _settle(future, DeviceAbandonedError(reason))
            self._lost(reason)
            self._care.close(self._device)

    def _lost(self, reason: str, state: State = "fault") -> None:
        self._become(state, reason)
        self._refuse_all(reason)

    def _refuse_all(self, reason: str) -> None:
        """From now on nothing is taken; what waits already is refused."""
        with self._lock:
            self._refusing = reason
            while not self._jobs.empty():
                job = self._jobs.get()
                if job is not None and job.future.set_running_or_notify_cancel():
                    job.future.set_exception(DeviceGoneError(reason))

    def _rest(self, failures: int) -> None:
        ceiling_s = min(self._pace.most_s, self._pace.first_s * 2 ** min(failures, 10))
        end_s = self._clock.monotonic() + ceiling_s * random.uniform(0.5, 1.0)
        was_there = self._health.state != "absent"
        while not self._is_stopping and (left_s := end_s - self._clock.monotonic()) > 0:
            try:
                self._jobs.get(timeout=min(left_s, self._pace.plug_s))
            except queue.Empty:
                if not was_there and self._care.is_there():
                    return

    def _become(
        self, state: State, reason: str, paper: str = "", tickets_left: int | None = None
    ) -> None:
        before = self._health
        since_ms = before.since_ms if before.state == state else self._clock.wall_ms()
        now = DeviceHealth(state, reason, since_ms, paper, before.facts, tickets_left)
        if now == before:
            return
        self._health = now
        metrics.DEVICE_UP.labels(self._care.name).set(state in ("ready", "busy"))
        if state in ("fault", "absent") and self._said != "fault":
            self._said = "fault"
            self._log.warning("device lost", reason=reason)
        if state == "ready" and self._said != "ready":
            self._said = "ready"
            self._log.info("device ready", **before.facts)
            self.back()
        self._told()


def _settle(future: "Future[Any]", outcome: object) -> None:
    """Resolve a future that the deadline may have resolved already."""
    try:
        if isinstance(outcome, DeviceError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
    except InvalidStateError:
        return
