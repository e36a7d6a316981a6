"""A card sale at every fault of the ZVT terminal: real driver, emulator on its wire, real journal.

Whatever strikes: what the terminal stored is one confirmed payment with its ticket, what it
reversed is none, and the next customer can pay.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from msgspec import structs

from edge_agent.devices.drivers.zvt.link import Pace
from edge_agent.devices.drivers.zvt.terminal import Settings, ZvtTerminal
from edge_agent.devices.emulators.zvt import FAULTS, Behaviour, Timing, ZvtEmulator
from tests.support.desk_bench import Bench, ScriptedPrinter, lived
from tests.support.hurried import FarLoop, HurriedClock, HurriedSerial, HurriedWire

ON_SERIAL = ("nak_first", "nak_always", "drop_ack", "crc_flip", "garbage_before", "merge")
"""Faults of the framing that TCP does not have; two frames in one piece strike on both."""

ONCE = ("nak_first", "drop_ack", "crc_flip", "unplug_at_card", "power_cycle", "receipt_wrap")
"""Faults that are gone once they struck."""

HURRY = 2.0
SILENCE_S = 12.0
PACE = Pace(t4_s=SILENCE_S)
TIMING = structs.replace(Timing(silence_s=SILENCE_S * 1.25).scaled(1 / HURRY), between_s=0.06)
"""The longest silence is shortened by itself: an answer is waited for as long as ever."""

SOLD_BEFORE = 100


class End(NamedTuple):
    state: Literal["CONFIRMED", "DECLINED", "UNDONE"]
    reason: str = ""


PAID = End("CONFIRMED")
REVERSED = End("UNDONE", "reversed")
ODD: dict[str, End] = {
    "nak_always": End("DECLINED", "reader_error"),
    "decline": End("DECLINED", "host_declined"),
    "wrong_amount": End("DECLINED", "wrong_amount"),
    "silent_after_card": REVERSED,
    "unplug_at_card": REVERSED,
    "unplug_before_status": REVERSED,
    "unplug_after_status": REVERSED,
    "power_cycle": REVERSED,
}
"""Faults that end a sale otherwise than paid."""


@pytest.fixture
def far() -> Iterator[FarLoop]:
    loop = FarLoop()
    yield loop
    loop.stop()


def test_every_odd_end_is_one_of_a_fault() -> None:
    assert {*ODD, *ON_SERIAL} <= {*FAULTS}


async def _pty(terminal: ZvtEmulator) -> str:
    return terminal.start_pty()


def _sold(folder: Path, far: FarLoop, faults: tuple[str, ...], end: End, *, serial: bool) -> None:
    """Two customers: one with these faults, one after them."""
    terminal = ZvtEmulator(Behaviour(delay_s=0.005), folder / "terminal", timing=TIMING)
    terminal.sold_before(SOLD_BEFORE)
    clock = HurriedClock(HURRY)
    wire = (
        HurriedSerial(far.run(_pty(terminal)), clock)
        if serial
        else HurriedWire(far.run(terminal.start_tcp()), clock)
    )
    reader: Any = ZvtTerminal(Settings(), wire, clock, PACE)

    async def sales(bench: Bench) -> None:
        terminal.faults |= {*faults}
        await bench.buy()
        await bench.until(lambda: bench.payments() == [end.state])
        assert bench.rows("SELECT state, reason FROM payments") == [(end.state, end.reason)]
        _account(bench, terminal)
        assert not {*ONCE} & terminal.faults
        terminal.faults.clear()
        await bench.until(lambda: not bench.visits.paying())
        bench.visits._end()
        await bench.until(lambda: bench.reader.health().state == "ready")
        paid = bench.payments().count("CONFIRMED")
        await bench.buy()
        await bench.until(lambda: bench.payments().count("CONFIRMED") == paid + 1)
        _account(bench, terminal)
        assert bench.cases() == []

    (folder / "journal").mkdir()
    try:
        lived(folder / "journal", reader, ScriptedPrinter(), sales)
    finally:
        far.run(terminal.stop())


def _account(bench: Bench, terminal: ZvtEmulator) -> None:
    """What stands at the terminal has a ticket; nothing else has one."""
    stands = [it.amount_minor for it in terminal.charged()][1:]
    paid = bench.rows("SELECT amount_minor FROM payments WHERE state = 'CONFIRMED'")
    assert stands == [row[0] for row in paid]
    assert len(bench.tickets()) == len(stands)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_sale_ends_right_whatever_the_terminal_does(
    tmp_path: Path, far: FarLoop, fault: str
) -> None:
    _sold(tmp_path, far, (fault,), ODD.get(fault, PAID), serial=fault in ON_SERIAL)


@pytest.mark.parametrize(
    ("faults", "end"),
    [
        (("receipt_wrap", "unplug_before_completion"), PAID),
        (("receipt_wrap", "unplug_after_status"), REVERSED),
        (("clock_skew", "unplug_before_completion"), PAID),
        (("merge", "unplug_before_completion"), PAID),
    ],
)
def test_a_doubt_ends_right_under_a_number_or_a_clock_that_went_back(
    tmp_path: Path, far: FarLoop, faults: tuple[str, ...], end: End
) -> None:
    """The sale before has the same receipt number: trace and time tell them apart."""
    _sold(tmp_path, far, faults, end, serial=False)
