"""The ESC/POS driver against a small scripted printer: no waiting, every fault at will."""

import pytest

from edge_agent.devices.drivers.escpos import DRIVER, EscposPrinter
from edge_agent.devices.drivers.escpos.profiles import profile_named
from edge_agent.devices.drivers.escpos.render import render
from edge_agent.devices.errors import (
    DeviceGoneError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import (
    Block,
    Cut,
    PrinterProfile,
    PrinterStatus,
    PrintResult,
    Qr,
    Text,
)
from tests.support.scripted_printer import (
    COVER,
    CUTTER,
    ERROR,
    OK,
    PAPER_END,
    WIDE,
    ScriptedPrinter,
    VirtualClock,
    after_writes,
    printer,
)

PROLOGUE = bytes.fromhex("1b40 1b7403")


TICKET: list[Block] = [Text("SENHA"), Text("A012", size=4, align="center"), Cut()]
LONG: list[Block] = [Text(f"linha {number}") for number in range(200)]


@pytest.mark.parametrize("data", ["", "x" * 2000, "x" * 8000])
def test_a_qr_code_that_does_not_fit_is_refused_before_anything_is_sent(data: str) -> None:
    device, wire, _ = printer(profile_named("generic-58mm"))
    with pytest.raises(DeviceRefusedError) as refused:
        device.print([Qr(data)], "0001")
    assert refused.value.code == "document"
    assert not wire.sent


# ---- printing


def test_a_proved_ticket_is_printed() -> None:
    device, wire, _ = printer()
    assert device.print(TICKET, "0001") == PrintResult("printed")
    assert wire.sent.index(PROLOGUE) > wire.sent.index(b"\x10\x04\x04")
    assert b"\x1d(H\x06\x00000001" in wire.sent


def test_chunks_are_small_and_status_is_asked_only_between_commands() -> None:
    device, wire, _ = printer()
    assert device.print(LONG, "0001") == PrintResult("printed")
    tickets = [chunk for chunk in wire.writes if chunk[:2] != b"\x10\x04"]
    assert len(tickets) > 5
    assert all(len(chunk) <= 512 for chunk in tickets)
    assert all(chunk.endswith((b"\n", b"0001")) for chunk in tickets)
    assert b"".join(tickets) == b"".join(render(LONG, WIDE).pieces) + b"\x1d(H\x06\x00000001"


def test_an_image_is_cut_into_chunks_without_questions_inside() -> None:
    device, wire, _ = printer(PrinterProfile(id="old", native_qr=False))
    assert device.print([Qr("ABC", millimetres=50)], "0001").outcome == "printed"
    first = next(i for i, chunk in enumerate(wire.writes) if len(chunk) == 512)
    assert all(len(chunk) <= 512 for chunk in wire.writes)
    assert wire.writes[first + 1][:2] != b"\x10\x04"


@pytest.mark.parametrize(
    ("faults", "cause"),
    [
        ({"paper": 0x72}, "paper_end"),
        ({"offline": COVER, "printer": 0x1A}, "cover_open"),
        ({"offline": ERROR, "error": CUTTER}, "cutter_error"),
        ({"printer": 0x1A}, "offline"),
    ],
)
def test_a_printer_that_cannot_print_refuses_before_the_first_byte(
    faults: dict[str, int], cause: str
) -> None:
    device, wire, _ = printer()
    wire.faults(**faults)
    with pytest.raises(DeviceRefusedError) as refused:
        device.print(TICKET, "0001")
    assert refused.value.code == cause
    assert all(chunk[:2] == b"\x10\x04" for chunk in wire.writes)
    assert device.status() == PrinterStatus(
        ready=False, paper="end" if cause == "paper_end" else "ok", cause=cause
    )


@pytest.mark.parametrize("mute", [1, 2, 3, 4])
def test_silence_is_never_ready(mute: int) -> None:
    device, wire, _ = printer()
    del wire.temper.status[mute]
    with pytest.raises(DeviceTimeoutError):
        device.status()
    with pytest.raises(DeviceTimeoutError):
        device.print(TICKET, "0001")
    assert all(chunk[:2] == b"\x10\x04" for chunk in wire.writes)


@pytest.mark.parametrize("byte", [0x00, 0xFF, 0x13, 0x10])
def test_a_byte_without_the_fixed_bits_is_not_a_status(byte: int) -> None:
    device, wire, _ = printer()
    wire.faults(paper=byte)
    with pytest.raises(DeviceTimeoutError):
        device.status()


def test_near_the_end_of_the_paper_it_prints_and_says_so() -> None:
    device, wire, _ = printer()
    wire.faults(paper=0x16)
    assert device.status() == PrinterStatus(ready=True, paper="near_end", tickets_left=20)
    assert device.print(TICKET, "0001") == PrintResult("printed")
    assert device.status().tickets_left == 19


def test_tickets_left_are_counted_from_where_the_sensor_spoke_and_never_below_none() -> None:
    device, wire, _ = printer()
    assert device.print(TICKET, "0001") == PrintResult("printed")
    assert device.status().tickets_left is None
    wire.faults(paper=0x16)
    assert device.status().tickets_left == 20
    for number in range(21):
        device.print(TICKET, f"{number:04d}")
    assert device.status().tickets_left == 0
    wire.faults(paper=0x12)
    assert device.status() == PrinterStatus(ready=True, paper="ok")
    wire.faults(paper=0x16)
    assert device.status().tickets_left == 20


@pytest.mark.parametrize(
    ("faults", "cause"),
    [
        ({"paper": 0x72, "offline": PAPER_END}, "paper_end"),
        ({"offline": COVER}, "cover_open"),
        ({"offline": ERROR, "error": CUTTER}, "cutter_error"),
    ],
)
@pytest.mark.parametrize("moment", [5, 9, 20])
def test_a_fault_in_mid_ticket_fails_and_clears_the_buffer(
    faults: dict[str, int], cause: str, moment: int
) -> None:
    device, wire, _ = printer()
    wire.on_write = after_writes(moment, lambda wire: wire.faults(**faults))
    assert device.print(LONG, "0001") == PrintResult("failed", cause)
    assert wire.writes[-1] == b"\x10\x05\x02"


def test_a_fault_while_waiting_for_the_proof_fails_and_clears_the_buffer() -> None:
    device, wire, _ = printer(knows_process_id=True, seconds_per_job=0.5)
    wire.temper.seconds_per_job = 60.0
    wire.on_write = after_writes(8, lambda wire: wire.faults(paper=0x32))
    assert device.print(TICKET, "0001") == PrintResult("failed", "paper_end")
    assert wire.writes[-1] == b"\x10\x05\x02"


def test_a_proof_stands_even_when_the_paper_ends_right_after_it() -> None:
    device, wire, _ = printer(seconds_per_job=0.0)

    def end(wire: ScriptedPrinter) -> None:
        wire.say(b"7\x220001\0")
        wire.faults(paper=0x72)

    wire.on_write = after_writes(5, end)
    assert device.print(TICKET, "0001") == PrintResult("printed")


def test_no_proof_and_no_fault_is_unknown_within_its_time() -> None:
    device, wire, clock = printer()
    wire.temper.knows_process_id = False
    before = clock.now
    assert device.print(TICKET, "0001") == PrintResult("unknown", "no_proof")
    assert clock.now - before < 6


def test_a_printer_that_goes_silent_is_unknown() -> None:
    device, wire, clock = printer()
    wire.on_write = after_writes(5, lambda wire: wire.temper.status.clear())
    assert device.print(LONG, "0001") == PrintResult("unknown", "silent")
    assert clock.now < 60


def test_another_jobs_proof_is_not_this_jobs() -> None:
    device, wire, _ = printer()
    wire.temper.knows_process_id = False
    wire.on_write = after_writes(6, lambda wire: wire.say(b"7\x220000\0"))
    assert device.print(TICKET, "0001") == PrintResult("unknown", "no_proof")


def test_an_overheated_head_is_waited_for() -> None:
    device, wire, _ = printer(seconds_per_job=1.0)
    wire.on_write = after_writes(5, lambda wire: wire.faults(offline=0x52, error=0x52))
    wire.say(b"7\x220001\0", after_s=2.0)
    assert device.print(TICKET, "0001") == PrintResult("printed")


@pytest.mark.parametrize("moment", range(4, 12))
def test_a_wire_that_breaks_after_the_first_byte_never_raises(moment: int) -> None:
    device, wire, _ = printer()

    def cut(wire: ScriptedPrinter) -> None:
        wire.close()
        raise DeviceGoneError("unplugged")

    wire.on_write = after_writes(moment, cut)
    assert device.print(LONG, "0001") == PrintResult("unknown", "wire_gone")


def test_a_printer_that_takes_no_more_data_is_unknown_and_the_wire_is_closed() -> None:
    device, wire, _ = printer()

    def stall(wire: ScriptedPrinter) -> None:
        if len(wire.writes) >= 6:
            raise DeviceTimeoutError("full")

    wire.on_write = stall
    assert device.print(LONG, "0001") == PrintResult("unknown", "stalled")
    assert not wire.is_open


def test_without_process_ids_a_sentinel_makes_it_likely() -> None:
    device, _, _ = printer(knows_process_id=False)
    assert device.describe()["proof"] == "sentinel"
    assert device.print(TICKET, "0001") == PrintResult("likely")


def test_without_any_proof_a_clean_status_makes_it_likely() -> None:
    device, wire, _ = printer(knows_process_id=False, knows_sentinel=False)
    assert device.describe()["proof"] == "status"
    assert device.print(TICKET, "0001") == PrintResult("likely")
    wire.on_write = after_writes(len(wire.writes) + 6, lambda wire: wire.faults(offline=COVER))
    assert device.print(LONG, "0002") == PrintResult("failed", "cover_open")


def test_a_printer_without_paper_opens_clears_its_buffer_and_is_probed_later() -> None:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock)
    wire.faults(paper=0x72)
    device = EscposPrinter(WIDE, wire, clock)
    device.open()
    assert wire.writes[-1] == b"\x10\x05\x02"
    wire.faults(paper=OK)
    assert device.print(TICKET, "0001") == PrintResult("printed")
    assert device.describe()["proof"] == "process_id"


def test_opening_a_mute_printer_fails_and_closes_the_wire() -> None:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock, status={})
    with pytest.raises(DeviceTimeoutError):
        EscposPrinter(WIDE, wire, clock).open()
    assert not wire.is_open


def test_a_printer_says_who_it_is() -> None:
    device, _, _ = printer()
    assert device.describe() == {
        "maker": "GENERIC",
        "model": "GENERIC",
        "firmware": "GENERIC",
        "serial": "GENERIC",
        "proof": "process_id",
        "profile": "generic-80mm",
        "columns": "48",
    }


@pytest.mark.parametrize("process_id", ["", "001", "00001", "00é1", "\x1f001"])
def test_a_bad_process_id_is_our_own_mistake(process_id: str) -> None:
    device, _, _ = printer()
    with pytest.raises(ValueError, match="process id"):
        device.print(TICKET, process_id)


def test_the_driver_is_built_from_options_and_unknown_ones_are_refused() -> None:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock)
    assert DRIVER.id == "escpos"
    DRIVER.build({"profile": "epson-tm-t20x"}, wire, clock)
    assert not wire.writes
    with pytest.raises(ValueError, match="unknown printer profile 'x'; known: bematech"):
        DRIVER.build({"profile": "x"}, wire, clock)
    with pytest.raises(ValueError, match="baud"):
        DRIVER.build({"baud": "9600"}, wire, clock)
