"""What a customer sees and what the journal says when the printer fails: one script a fault.

``totem run`` is a real process, the printer its emulator over TCP. Nothing is ever printed twice by
itself, and what did not come out is on the screen within three seconds: exactly, by the totem's own
clock; of whole processes what is left of them beside the wait is given longer on a box that works
for others too.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from edge_agent.devices.ports import Paper, PrintResult
from edge_agent.services.visits import PAPER_S
from tests.support.desk_bench import Bench, ScriptedPrinter, ScriptedReader, lived
from tests.support.flow_bench import State, Totem, totem_at_work
from tests.support.stretch import Stretch

FALLBACK_S = 3.0
MEND = (
    "speak",
    "latency_s=0",
    "lines_per_s=0",
    "whole_again",
    "cover_close",
    "cutter_free",
    "paper_in",
)
LAST_LINE = "NÃO É DOCUMENTO FISCAL"
WELL = {"printed", "likely"}


class Script(NamedTuple):
    """``before`` the sale; ``during``: a moment after it was paid; what the paper's state then is.
    ``slow``: the printer takes its time, so that ``during`` falls into the middle.
    """

    before: tuple[str, ...] = ()
    during: tuple[str, ...] = ()
    ends: frozenset[str] = frozenset({"failed"})
    cause: str = ""
    slow: bool = False


SCRIPTS = {
    "paper out during": Script(("paper_end_after_lines=6",), cause="paper_end"),
    "paper out during, told by one bit": Script(
        ("one_status_bit", "paper_end_after_lines=6"), cause="paper_end"
    ),
    "cover opened during": Script(during=("cover_open",), cause="cover_open", slow=True),
    "cutter jams during": Script(during=("cutter_jam",), cause="cutter_error", slow=True),
    "power-cycle loses the buffer": Script(
        during=("power_cycle",), ends=frozenset({"unknown"}), slow=True
    ),
    "every answer comes late": Script(
        ("latency_s=0.2",), ends=frozenset({"printed", "likely"}), slow=False
    ),
    "half-closed during": Script(during=("half_close",), ends=frozenset({"unknown"}), slow=True),
    "mute during": Script(during=("mute",), ends=frozenset({"unknown"}), slow=True),
}
"""What strikes while a ticket prints; the others have tests of their own below."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Totem]:
    with totem_at_work(tmp_path_factory.mktemp("faults")) as totem:
        yield totem


@pytest.fixture
def totem(shared: Totem) -> Iterator[Totem]:
    """Mended before each script, at rest after it."""
    _mend(shared)
    yield shared
    if shared.state()["step"] == "ticket":
        shared.tell("finish")
    _mend(shared)


def _mend(totem: Totem) -> None:
    for deed in MEND:
        totem.far.act(deed)
    totem.until(lambda state: state["step"] == "attract")
    end = time.monotonic() + FALLBACK_S
    while totem.client.get("/v1/health")["printer"] != "ready" and time.monotonic() < end:
        time.sleep(0.05)


def _sell(totem: Totem) -> State:
    totem.choose("blood")
    return totem.pay("counter")


def _is_told(state: State) -> bool:
    """The screen stands in for the paper."""
    return bool(state["ticket"]) and state["ticket"]["print"] != "printing"


def _ended(state: State) -> bool:
    return _is_told(state) and state["ticket"]["print"] != "late"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_fault_in_mid_ticket_is_on_the_screen_in_time(totem: Totem, name: str) -> None:
    script = SCRIPTS[name]
    if script.slow:
        totem.far.act("lines_per_s=12")
    for deed in script.before:
        totem.far.act(deed)
    _sell(totem)
    if script.during:
        _await_bytes(totem)
    for deed in script.during:
        totem.far.act(deed)
    _await_told(totem)
    state = totem.until(_ended)
    assert state["ticket"]["print"] in script.ends, (
        state["ticket"]["print"],
        state["ticket"]["cause"],
    )
    assert script.cause in state["ticket"]["cause"]
    _mend_only(totem)
    time.sleep(0.5)
    assert _whole(totem, state["ticket"]["number"]) <= 1, "a second copy came out by itself"


def _await_told(totem: Totem) -> None:
    """Until the customer knows, in time."""
    begun_s = time.monotonic()
    with Stretch() as stretch:
        totem.until(_is_told)
    took_s = time.monotonic() - begun_s
    most_s = PAPER_S + (FALLBACK_S - PAPER_S) * stretch.factor + stretch.stopped_s
    assert took_s < most_s, f"{took_s:.1f} s of {most_s:.1f} s until the customer knew"


class MutePrinter(ScriptedPrinter):
    """Says nothing until it is ``over``."""

    def __init__(self) -> None:
        super().__init__(PrintResult("unknown"))
        self.over = threading.Event()

    def print(self, paper: Paper, process_id: str) -> PrintResult:
        self.over.wait()
        return super().print(paper, process_id)


def test_the_totem_looks_again_in_time_whatever_the_printer_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = MutePrinter()
    looks: list[tuple[float, float]] = []

    async def sale(bench: Bench) -> None:
        loop = asyncio.get_running_loop()
        later = loop.call_later

        def noted(delay_s: float, callback: Any, *args: Any) -> asyncio.TimerHandle:
            if callback == bench.board.changed:
                looks.append((delay_s, loop.time() + delay_s))
            return later(delay_s, callback, *args)

        monkeypatch.setattr(loop, "call_later", noted)
        await bench.buy("counter")
        assert bench.visits.current is not None
        [(delay_s, at_s)] = looks
        assert delay_s < FALLBACK_S
        assert at_s >= bench.visits.current.paper_due_s, "too early: nothing is late yet"
        printer.over.set()

    lived(tmp_path, ScriptedReader("none"), printer, sale)


def _await_bytes(totem: Totem) -> None:
    """Until the printer is in the middle of the ticket."""
    end = time.monotonic() + FALLBACK_S
    while not totem.far.printer.printer.buffered and time.monotonic() < end:
        time.sleep(0.01)


def _mend_only(totem: Totem) -> None:
    for deed in MEND:
        totem.far.act(deed)


def _whole(totem: Totem, number: str) -> int:
    """Papers with this number from the first line to the last."""
    return sum(number in paper and LAST_LINE in paper for paper in totem.far.papers())


@pytest.mark.parametrize(
    ("deed", "reason"),
    [("paper_end", "no_paper"), ("cover_open", "no_printer"), ("mute", "no_printer")],
)
def test_a_printer_that_cannot_print_sells_nothing(totem: Totem, deed: str, reason: str) -> None:
    totem.far.act(deed)
    totem.until(lambda it: it["step"] == "out_of_order" and it["reason"] == reason)


def test_paper_that_ends_after_the_ticket_changes_nothing_of_it(totem: Totem) -> None:
    _sell(totem)
    state = totem.until(_ended)
    totem.far.act("paper_end")
    assert state["ticket"]["print"] in WELL
    totem.tell("finish")
    totem.until(lambda it: it["reason"] == "no_paper")


def test_a_slow_printer_is_waited_for(totem: Totem) -> None:
    totem.far.act("lines_per_s=6")
    _sell(totem)
    assert totem.until(_is_told)["ticket"]["print"] == "late"
    totem.far.act("lines_per_s=0")
    assert totem.until(_ended)["ticket"]["print"] == "printed"


def test_a_second_copy_after_the_roll_was_changed_is_whole_and_marked(totem: Totem) -> None:
    totem.far.act("paper_end_after_lines=6")
    _sell(totem)
    failed = totem.until(_ended)
    assert failed["ticket"]["print"] == "failed"
    totem.far.act("paper_in")
    totem.tell("reprint")
    number = failed["ticket"]["number"]
    totem.until(lambda it: it["ticket"]["print"] == "printed")
    last = totem.far.papers()[-1]
    assert "2ª VIA" in last
    assert last.count(number) == 1


def test_a_cable_pulled_out_and_back_in_is_found_again(tmp_path: Path) -> None:
    with totem_at_work(tmp_path) as totem:
        totem.far.stop_printer()
        totem.until(lambda it: it["reason"] == "no_printer")
        port = int(totem.far.far.printer.rpartition(":")[2])
        totem.far.start_printer(port)
        totem.until(lambda it: it["step"] == "attract")
        _sell(totem)
        assert totem.until(_ended)["ticket"]["print"] == "printed"


@pytest.fixture(scope="module")
def presenting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Totem]:
    """A printer that hands the ticket over at a mouth, and waits five seconds for it."""
    options = {"profile": "custom-vkp80", "present_s": "5"}
    folder = tmp_path_factory.mktemp("presenter")
    with totem_at_work(folder, dialect="custom", printer=options) as totem:
        yield totem


@pytest.fixture
def presenter(presenting: Totem) -> Iterator[Totem]:
    """Whoever takes a ticket does so long after it is seen and before the printer draws it back."""
    presenting.far.act("taken_s=1")
    yield presenting
    presenting.far.act("mouth_free")
    if presenting.state()["step"] == "ticket":
        presenting.tell("finish")
    presenting.until(lambda it: it["step"] == "attract")


def _where(totem: Totem, number: str) -> list[str]:
    """Where each paper with this number lies."""
    return [it.where for it in totem.far.printer.papers() if number in it.text]


def test_a_presented_ticket_is_proven_once_the_customer_took_it(presenter: Totem) -> None:
    number = _sell(presenter)["ticket"]["number"]
    assert presenter.until(_ended)["ticket"]["print"] == "printed"
    assert _where(presenter, number) == ["taken"]


def test_a_ticket_that_nobody_takes_is_drawn_back_and_stays_on_the_screen(
    presenter: Totem,
) -> None:
    presenter.far.act("taken_s=never")
    number = _sell(presenter)["ticket"]["number"]
    _await_told(presenter)
    ended = presenter.until(_ended)["ticket"]
    assert (ended["print"], ended["cause"]) == ("printed", "retracted")
    assert _where(presenter, number) == ["retracted"]


def test_a_ticket_stuck_in_the_mouth_is_told_and_never_printed_again_by_itself(
    presenter: Totem,
) -> None:
    presenter.far.act("mouth_jam")
    number = _sell(presenter)["ticket"]["number"]
    _await_told(presenter)
    ended = presenter.until(_ended)["ticket"]
    assert (ended["print"], ended["cause"]) == ("failed", "jam")
    presenter.tell("finish")
    presenter.until(lambda it: it["reason"] == "no_printer")
    presenter.far.act("mouth_free")
    presenter.until(lambda it: it["step"] == "attract")
    assert len(_where(presenter, number)) == 1
