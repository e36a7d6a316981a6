"""A presenter's paper: shown, taken, left, jammed, drawn back."""

from collections.abc import Callable

import pytest

from edge_agent.devices.drivers.escpos import DRIVER
from edge_agent.devices.errors import DeviceGoneError, DeviceRefusedError
from edge_agent.devices.ports import Block, Cut, PrintResult, Text
from tests.support.scripted_dialects import (
    FULL_STATUS,
    PRESENT,
    RETRACT,
    SENTINEL,
    PresenterPrinter,
    custom,
)
from tests.support.scripted_printer import ScriptedPrinter, VirtualClock

TICKET: list[Block] = [Text("A012", size=4), Cut()]
TAKEN = PrintResult("printed")


def test_a_paper_that_was_taken_is_printed() -> None:
    device, wire, clock = custom()
    assert device.describe()["proof"] == "sentinel"
    wire.writes.clear()
    before = clock.now
    assert device.print(TICKET, "0001") == TAKEN
    assert clock.now - before < 5
    commands = [it for it in wire.writes if it != FULL_STATUS]
    assert commands[0].endswith(SENTINEL)
    assert commands[1:] == [PRESENT]


def test_a_paper_that_nobody_takes_is_drawn_back_in_time() -> None:
    device, wire, clock = custom(present_s=7.0)
    wire.taken_s = None
    before = clock.now
    assert device.print(TICKET, "0001") == PrintResult("printed", "retracted")
    assert 7 <= clock.now - before < 10
    assert [it for it in wire.writes if it != FULL_STATUS][-2:] == [PRESENT, RETRACT]
    assert not device.status().mouth


def test_a_paper_that_cannot_be_drawn_back_stays_and_says_so() -> None:
    device, wire, _ = custom()
    wire.taken_s, wire.clings = None, True
    assert device.print(TICKET, "0001") == PrintResult("printed", "jam")
    assert device.status().mouth


def test_the_last_customers_paper_is_drawn_back_before_the_next() -> None:
    device, wire, _ = custom()
    wire.mouth = True
    assert device.print(TICKET, "0001") == TAKEN
    commands = [it for it in wire.writes if it != FULL_STATUS]
    assert commands[0] == RETRACT


def test_a_blocked_mouth_refuses_before_the_first_byte() -> None:
    device, wire, _ = custom()
    wire.mouth = wire.clings = True
    with pytest.raises(DeviceRefusedError) as refused:
        device.print(TICKET, "0001")
    assert refused.value.code == "jam"
    assert set(wire.writes) == {FULL_STATUS, RETRACT}


def test_a_paper_that_never_came_to_the_mouth_is_only_likely() -> None:
    device, wire, clock = custom()
    wire.hides = True
    assert device.print(TICKET, "0001") == PrintResult("likely")
    assert clock.now < 10


@pytest.mark.parametrize(
    ("unrecoverable", "ejector", "cause"),
    [(0, 0x80, "jam"), (0x40, 0x80, "jam"), (0x01, 0x00, "unrecoverable")],
)
def test_a_paper_stuck_on_its_way_failed(unrecoverable: int, ejector: int, cause: str) -> None:
    device, wire, _ = custom()

    def stick(printer: ScriptedPrinter) -> None:
        if PRESENT in printer.writes:
            wire.unrecoverable, wire.ejector = unrecoverable, ejector

    wire.hides, wire.on_write = True, stick
    assert device.print(TICKET, "0001") == PrintResult("failed", cause)
    assert wire.writes[-1] == b"\x10\x05\x02"


def test_paper_that_ends_with_this_ticket_does_not_unprint_it() -> None:
    device, wire, _ = custom()

    def end(printer: ScriptedPrinter) -> None:
        if wire.mouth:
            wire.paper = 0x05

    wire.on_write = end
    assert device.print(TICKET, "0001") == TAKEN


def test_a_wire_that_breaks_once_the_paper_was_seen_leaves_it_printed() -> None:
    assert _broken_when(lambda wire: wire.mouth and FULL_STATUS in wire.writes[-1:]) == TAKEN


def test_a_wire_that_breaks_before_the_paper_was_seen_leaves_it_unknown() -> None:
    assert _broken_when(lambda wire: PRESENT in wire.writes[-1:]) == PrintResult(
        "unknown", "wire_gone"
    )


def test_a_presenter_that_falls_silent_is_unknown() -> None:
    device, wire, clock = custom()

    def fall_silent(printer: ScriptedPrinter) -> None:
        wire.mute = PRESENT in printer.writes

    wire.on_write = fall_silent
    assert device.print(TICKET, "0001") == PrintResult("unknown", "silent")
    assert clock.now < 20


def test_recovering_draws_back_what_waits_at_the_mouth() -> None:
    device, wire, _ = custom()
    wire.mouth = True
    device.recover()
    assert wire.writes[0] == b"\x10\x05\x02"
    assert RETRACT in wire.writes
    assert not wire.mouth


def test_the_ejector_tells_technicians_its_bits() -> None:
    device, wire, _ = custom()
    wire.mouth, wire.paper, wire.ejector = True, 0x04, 0x80
    told = {it.asked: (it.raw, it.meaning) for it in device.examine()}
    assert told["DLE EOT 20 paper"] == ("24", "paper near end, ticket at the mouth")
    assert told["GS e 6"] == ("88", "ticket at the mouth, jam")
    assert told["DLE EOT 1"] == ("", "no answer")


@pytest.mark.parametrize("text", ["0", "61", "nan", "soon", "-1"])
def test_a_senseless_time_at_the_mouth_is_refused(text: str) -> None:
    clock = VirtualClock()
    with pytest.raises(ValueError, match="present_s"):
        DRIVER.build({"profile": "custom-vkp80", "present_s": text}, PresenterPrinter(clock), clock)


def test_the_time_at_the_mouth_is_an_option_of_presenters_only() -> None:
    clock = VirtualClock()
    wire = PresenterPrinter(clock)
    DRIVER.build({"profile": "custom-vkp80", "present_s": "30"}, wire, clock)
    with pytest.raises(ValueError, match="no presenter"):
        DRIVER.build({"present_s": "30"}, wire, clock)


def _broken_when(moment: Callable[[PresenterPrinter], bool]) -> PrintResult:
    device, wire, _ = custom()

    def cut(printer: ScriptedPrinter) -> None:
        if moment(wire):
            printer.close()
            raise DeviceGoneError("unplugged")

    wire.on_write = cut
    return device.print(TICKET, "0001")
