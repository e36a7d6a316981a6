"""The thread that owns a device: what it does when the device comes, goes, hangs and lies."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib.metadata import EntryPoint, EntryPoints

import pytest
from structlog.testing import capture_logs

from edge_agent.clock import SystemClock
from edge_agent.devices import registry
from edge_agent.devices.care import Care, Pulse, printer_care
from edge_agent.devices.errors import (
    DeviceAbandonedError,
    DeviceGoneError,
    DeviceRefusedError,
)
from edge_agent.devices.ports import (
    Paper,
    Printer,
    PrinterStatus,
    PrintResult,
    Reading,
)
from edge_agent.devices.supervisor import Pace, Supervisor
from edge_agent.settings import DeviceSettings

PATIENCE_S = 20.0
PACE = Pace(first_s=0.01, most_s=0.05, healthy_s=60.0, trouble_s=0.01, stop_s=PATIENCE_S)
CLOCK = SystemClock()


class Lamp:
    """A device as simple as can be. ``fault`` is raised by whatever is asked next."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.trouble = ""
        self.opened = 0
        self.closed = 0
        self.beats = 0
        self.freed = threading.Event()

    def open(self) -> dict[str, str]:
        self._check()
        self.opened += 1
        return {"model": "lamp"}

    def close(self) -> None:
        self.closed += 1
        self.freed.set()

    def beat(self) -> Pulse:
        self._check()
        self.beats += 1
        return Pulse("ok", self.trouble)

    def blink(self) -> str:
        self._check()
        return "blinked"

    def hang(self) -> str:
        """Until the wire is closed under it, as a driver that reads without an end."""
        self.freed.clear()
        assert self.freed.wait(PATIENCE_S)
        return "too late"

    def _check(self) -> None:
        if self.fault:
            raise self.fault


def lamp_care(heartbeat_s: float = 60.0, deadline_s: float = 60.0) -> Care[Lamp]:
    return Care(
        "lamp",
        lambda it: it.open(),
        lambda it: it.beat(),
        lambda it: it.close(),
        heartbeat_s,
        deadline_s,
        False,
    )


@contextmanager
def supervised(
    lamp: Lamp, care: Care[Lamp] | None = None, told: list[str] | None = None
) -> Iterator[Supervisor[Lamp]]:
    """``told`` takes the state of each news."""

    def tell() -> None:
        if told is not None:
            told.append(supervisor.health().state)

    supervisor = Supervisor(lamp, care or lamp_care(), CLOCK, tell, PACE)
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()


def until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.002)


def is_in(supervisor: Supervisor[Lamp], state: str) -> Callable[[], bool]:
    return lambda: supervisor.health().state == state


def test_a_deed_runs_on_the_devices_own_thread() -> None:
    with supervised(Lamp()) as supervisor:
        name = supervisor.submit(lambda _: threading.current_thread().name).result(PATIENCE_S)
        assert name == "lamp"
        until(is_in(supervisor, "ready"))
        assert supervisor.health().facts == {"model": "lamp"}


def test_what_is_asked_while_opening_waits_for_the_device() -> None:
    supervisor = Supervisor(Lamp(), lamp_care(), CLOCK, pace=PACE)
    future = supervisor.submit(Lamp.blink)
    supervisor.start()
    assert future.result(PATIENCE_S) == "blinked"
    supervisor.stop()


def test_a_lost_device_refuses_at_once_and_comes_back_by_itself() -> None:
    lamp = Lamp()
    with supervised(lamp) as supervisor, capture_logs() as lines:
        until(is_in(supervisor, "ready"))
        lamp.fault = DeviceGoneError("unplugged")
        with pytest.raises(DeviceGoneError, match="unplugged"):
            supervisor.submit(Lamp.blink).result(PATIENCE_S)
        until(is_in(supervisor, "fault"))
        with pytest.raises(DeviceGoneError):
            supervisor.submit(Lamp.blink).result(PATIENCE_S)
        assert supervisor.submit(Lamp.blink).done()
        opened = lamp.opened
        time.sleep(0.1)
        lamp.fault = None
        until(is_in(supervisor, "ready"))
        assert lamp.opened == opened + 1
        assert supervisor.submit(Lamp.blink).result(PATIENCE_S) == "blinked"
    events = [line["event"] for line in lines]
    assert events.count("device lost") == 1
    assert events[-1] == "device ready"


def test_a_heartbeat_finds_a_silent_loss() -> None:
    lamp = Lamp()
    with supervised(lamp, lamp_care(heartbeat_s=0.01)) as supervisor:
        until(lambda: lamp.beats > 2)
        lamp.fault = DeviceGoneError("dead")
        until(is_in(supervisor, "fault"))
        assert supervisor.health().reason == "dead"


def test_heartbeats_of_a_healthy_device_are_no_news() -> None:
    lamp, told = Lamp(), list[str]()
    with supervised(lamp, lamp_care(heartbeat_s=0.01), told):
        until(lambda: told[-1:] == ["ready"])
        news, beats = len(told), lamp.beats
        until(lambda: lamp.beats > beats + 3)
        assert len(told) == news


@pytest.mark.parametrize(("is_listener", "news"), [(True, 0), (False, 6)])
def test_listening_is_no_news_and_work_is(is_listener: bool, news: int) -> None:
    told, care = list[str](), lamp_care()._replace(is_listener=is_listener)
    with supervised(Lamp(), care, told) as supervisor:
        until(lambda: told[-1:] == ["ready"])
        before, health = len(told), supervisor.health()
        for _ in range(3):
            supervisor.submit(Lamp.blink).result(PATIENCE_S)
        until(lambda: len(told) == before + news)
        assert not is_listener or supervisor.health() == health


def test_trouble_keeps_the_device_open_and_goes_away_by_itself() -> None:
    lamp = Lamp()
    lamp.trouble = "cover_open"
    with supervised(lamp) as supervisor:
        until(is_in(supervisor, "fault"))
        assert supervisor.health().reason == "cover_open"
        assert supervisor.submit(Lamp.blink).result(PATIENCE_S) == "blinked"
        lamp.trouble = ""
        until(is_in(supervisor, "ready"))
        assert lamp.opened == 1


def test_a_refusal_does_not_cost_the_device() -> None:
    lamp = Lamp()
    with supervised(lamp) as supervisor:
        until(is_in(supervisor, "ready"))
        lamp.fault = DeviceRefusedError("paper_end", "no paper")
        with pytest.raises(DeviceRefusedError):
            supervisor.submit(Lamp.blink).result(PATIENCE_S)
        lamp.fault = None
        assert supervisor.submit(Lamp.blink).result(PATIENCE_S) == "blinked"
        assert lamp.opened == 1


def test_a_drivers_bug_leaves_the_outcome_unknown_and_the_thread_alive() -> None:
    lamp = Lamp()
    with supervised(lamp) as supervisor:
        until(is_in(supervisor, "ready"))
        lamp.fault = KeyError("bug")
        with pytest.raises(DeviceAbandonedError, match="bug"):
            supervisor.submit(Lamp.blink).result(PATIENCE_S)
        lamp.fault = None
        until(is_in(supervisor, "ready"))
        assert supervisor.submit(Lamp.blink).result(PATIENCE_S) == "blinked"


def test_a_hanging_driver_is_given_up_and_its_wire_closed_under_it() -> None:
    lamp = Lamp()
    with supervised(lamp, lamp_care(deadline_s=1.5)) as supervisor:
        until(is_in(supervisor, "ready"))
        hanging = supervisor.submit(Lamp.hang)
        waiting = supervisor.submit(Lamp.blink)
        with pytest.raises(DeviceAbandonedError, match="no end"):
            hanging.result(PATIENCE_S)
        with pytest.raises(DeviceGoneError):
            waiting.result(PATIENCE_S)
        until(is_in(supervisor, "ready"))
        assert lamp.opened == 2


def test_a_deed_that_ends_while_it_is_given_up_lets_the_next_one_alone() -> None:
    """The wire is opened anew only once the closing of the old one is over."""
    lamp, reopened, overtaken = Lamp(), threading.Event(), list[bool]()

    def start(it: Lamp) -> dict[str, str]:
        if it.opened:
            reopened.set()
        return it.open()

    def close(it: Lamp) -> None:
        it.close()
        if not overtaken:
            overtaken.append(reopened.wait(0.5))

    care = lamp_care(deadline_s=1.5)._replace(open=start, close=close)
    with supervised(lamp, care) as supervisor:
        until(is_in(supervisor, "ready"))
        with pytest.raises(DeviceAbandonedError, match="no end"):
            supervisor.submit(Lamp.hang).result(PATIENCE_S)
        until(reopened.is_set)
        until(is_in(supervisor, "ready"))
        assert supervisor.submit(Lamp.blink).result(PATIENCE_S) == "blinked"
    assert overtaken == [False]


def test_a_cancelled_deed_is_not_run() -> None:
    lamp = Lamp()
    with supervised(lamp) as supervisor:
        until(is_in(supervisor, "ready"))
        gate = threading.Event()
        supervisor.submit(lambda _: gate.wait(PATIENCE_S))
        ran: list[None] = []
        cancelled: Future[None] = supervisor.submit(lambda _: ran.append(None))
        assert cancelled.cancel()
        gate.set()
        assert supervisor.submit(Lamp.blink).result(PATIENCE_S) == "blinked"
        assert ran == []


def test_stop_closes_the_device_and_refuses_the_rest() -> None:
    lamp = Lamp()
    with supervised(lamp) as supervisor:
        until(is_in(supervisor, "ready"))
        supervisor.stop()
        assert lamp.closed == 1
        assert supervisor.health().state == "stopped"
        with pytest.raises(DeviceGoneError, match="stopped"):
            supervisor.submit(Lamp.blink).result(0)


class StatusPrinter:
    """A printer that only has a status."""

    def __init__(self, status: PrinterStatus) -> None:
        self._status = status

    def open(self) -> None: ...

    def close(self) -> None: ...

    def status(self) -> PrinterStatus:
        return self._status

    def print(self, paper: Paper, process_id: str) -> PrintResult:
        return PrintResult("printed")

    def recover(self) -> None: ...

    def examine(self) -> list[Reading]:
        return []

    def store_logo(self) -> None: ...

    def describe(self) -> dict[str, str]:
        return {}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (PrinterStatus(True, "ok"), ("ready", "", "ok", None)),
        (PrinterStatus(True, "near_end"), ("ready", "", "near_end", None)),
        (PrinterStatus(True, "near_end", tickets_left=7), ("ready", "", "near_end", 7)),
        (PrinterStatus(False, "end", "paper_end"), ("ready", "paper_end", "end", None)),
        (PrinterStatus(False, "ok", "cover_open"), ("fault", "cover_open", "ok", None)),
        (PrinterStatus(False, "ok", "overheated"), ("ready", "", "ok", None)),
    ],
)
def test_what_a_printer_says_is_its_health(
    status: PrinterStatus, expected: tuple[str, str, str, int | None]
) -> None:
    printer: Printer = StatusPrinter(status)
    supervisor = Supervisor(printer, printer_care("printer"), CLOCK, pace=PACE)
    supervisor.start()
    until(lambda: supervisor.health().state not in ("opening", "probing"))
    health = supervisor.health()
    supervisor.stop()
    assert (health.state, health.reason, health.paper, health.tickets_left) == expected


def test_the_installed_drivers_are_found_and_usable() -> None:
    found = {it.name: (it.kind, it.fault) for it in registry.list_drivers()}
    readers = dict.fromkeys(("abecs", "cielo", "tef", "zvt"), ("card_reader", ""))
    assert found == {**readers, "escpos": ("printer", ""), "serial-scanner": ("scanner", "")}


def test_a_broken_driver_is_listed_as_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    points = EntryPoints(
        [
            EntryPoint("absent", "no.such.module:DRIVER", registry.GROUP),
            EntryPoint("wrong", "edge_agent.clock:SystemClock", registry.GROUP),
        ]
    )
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    absent, wrong = registry.list_drivers()
    assert "ModuleNotFoundError" in absent.fault
    assert wrong.fault == "edge_agent.clock:SystemClock is not a Driver"


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (DeviceSettings("missing", "tcp:127.0.0.1:1"), "no driver 'missing'; installed: abecs"),
        (DeviceSettings("abecs", "tcp:127.0.0.1:1"), "drives a card_reader, not a printer"),
        (DeviceSettings("escpos", "bus:1"), "is not one of: serial:"),
        (DeviceSettings("escpos", "usb:1"), "is not usb:VID:PID"),
        (DeviceSettings("escpos", "tcp:127.0.0.1:1", {"x": "1"}), "unknown options"),
    ],
)
def test_a_device_that_cannot_be_built_says_why_and_stops_nobody(
    wanted: DeviceSettings, reason: str
) -> None:
    printer = registry.printer_for(wanted, CLOCK)
    supervisor = Supervisor(printer, printer_care("printer"), CLOCK, pace=PACE)
    supervisor.start()
    until(lambda: supervisor.health().state == "fault")
    supervisor.stop()
    with pytest.raises(DeviceGoneError, match=reason):
        printer.open()


def test_a_path_that_is_not_there_is_absent_and_is_taken_up_as_soon_as_it_appears() -> None:
    lamp, plugged = Lamp(), threading.Event()
    lamp.fault = DeviceGoneError("no such path")
    pace = Pace(first_s=60.0, most_s=60.0, healthy_s=60.0, stop_s=PATIENCE_S, plug_s=0.01)
    care = lamp_care()._replace(is_there=plugged.is_set)
    supervisor = Supervisor(lamp, care, CLOCK, pace=pace)
    supervisor.start()
    until(lambda: supervisor.health().state == "absent")
    lamp.fault = None
    plugged.set()
    until(lambda: supervisor.health().state == "ready")
    supervisor.stop()
