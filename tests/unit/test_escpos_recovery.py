"""Cleared buffers, technicians' readings, and every make's file."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec import structs

from edge_agent.devices.drivers.escpos import DRIVER, EscposPrinter
from edge_agent.devices.drivers.escpos.dialects import dialect_of
from edge_agent.devices.drivers.escpos.profiles import PROFILES, profile_named
from edge_agent.devices.drivers.escpos.render import render
from edge_agent.devices.drivers.escpos.text import fit
from edge_agent.devices.errors import DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import (
    Block,
    Cut,
    PrinterProfile,
    PrintResult,
    Reading,
    Text,
)
from tests.support.scripted_dialects import TablePrinter, bematech, daruma
from tests.support.scripted_printer import (
    WIDE,
    ScriptedPrinter,
    VirtualClock,
    after_writes,
    printer,
)

CLEAR_ALL = bytes.fromhex("1014 08 01 03 14 01 06 02 08")
CLEAR = b"\x10\x05\x02"
LETTERS = "áàâãéêíóôõúüçÁÀÂÃÉÊÍÓÔÕÚÜÇºª"


# ---- recover


def test_firmware_that_proves_papers_is_cleared_at_any_time() -> None:
    device, wire, _ = printer()
    device.recover()
    assert wire.writes[:2] == [CLEAR_ALL, CLEAR]


def test_other_firmware_is_cleared_by_what_all_know() -> None:
    device, wire, _ = printer(knows_process_id=False)
    device.recover()
    assert wire.writes[0] == CLEAR
    assert CLEAR_ALL not in wire.writes


def test_dialects_of_their_own_are_cleared_by_a_reset() -> None:
    for (device, wire, _), golden in ((bematech(), "1df92000 1b40"), (daruma(), "1b40")):
        device.recover()
        assert wire.writes[0] == bytes.fromhex(golden)


def test_the_answer_to_a_cleared_buffer_proves_nothing() -> None:
    device, wire, _ = printer(knows_process_id=False)
    wire.temper.knows_sentinel = False
    device.recover()
    wire.on_write = after_writes(len(wire.writes) + 5, lambda it: it.say(b"\x37\x25\x00"))
    assert device.print([Text("A"), Cut()], "0001") == PrintResult("unknown", "no_proof")


def test_a_mute_printer_cannot_be_recovered() -> None:
    device, wire, _ = printer()
    wire.temper.status.clear()
    with pytest.raises(DeviceTimeoutError):
        device.recover()


def test_a_printer_still_out_of_paper_recovers_and_then_refuses() -> None:
    device, wire, _ = printer()
    wire.faults(paper=0x72, offline=0x32)
    device.recover()
    with pytest.raises(DeviceRefusedError):
        device.print([Text("A")], "0001")


# ---- examine


def test_every_status_is_told_raw_and_in_words() -> None:
    device, wire, _ = printer()
    wire.faults(printer=0x1E, offline=0x36, error=0x5A, paper=0x16)
    assert device.examine()[:5] == [
        Reading("DLE EOT 1", "1e", "drawer pin 3 high, offline"),
        Reading("DLE EOT 2", "36", "cover open, stopped: paper end"),
        Reading("DLE EOT 3", "5a", "cutter error, head too hot, recovers by itself"),
        Reading("DLE EOT 4", "16", "paper near end"),
        Reading("GS I 66", "47 45 4e 45 52 49 43", "maker GENERIC"),
    ]


def test_an_unanswered_question_is_told_as_such() -> None:
    device, wire, _ = printer()
    del wire.temper.status[3]
    assert Reading("DLE EOT 3", "", "no answer") in device.examine()


@pytest.mark.parametrize("opened", [bematech, daruma])
def test_a_printer_that_answers_nothing_cannot_be_examined(
    opened: Callable[[], tuple[EscposPrinter, TablePrinter, VirtualClock]],
) -> None:
    device, wire, _ = opened()
    wire.table.clear()
    with pytest.raises(DeviceTimeoutError):
        device.examine()


def test_bematech_and_daruma_are_told_in_words() -> None:
    device, wire, _ = bematech(bytes([0x00, 0x90, 0, 0, 0]))
    wire.table[b"\x1d\xf8\x31"] = bytes([0x08, 0x82, 0x04, 0, 0])
    assert [it.meaning for it in device.examine()] == [
        "offline",
        "paper near end, drawer open",
        "nothing to report",
        "nothing to report",
        "nothing to report",
    ]
    device, wire, _ = daruma()
    wire.table |= {b"\x05": b"\x20", b"\x1d\x05": b"\x40"}
    assert [it.meaning for it in device.examine()] == [
        "offline, no paper",
        "cover open or no paper over the sensor, fault",
        "not told",
    ]


# ---- makes


@pytest.mark.parametrize("make", PROFILES.values(), ids=PROFILES)
def test_a_make_is_sane(make: PrinterProfile) -> None:
    dialect = dialect_of(make)
    assert LETTERS.encode(make.codec).decode(make.codec) == LETTERS
    assert fit(LETTERS, make.codec) == LETTERS
    assert make.name
    assert make.columns * 12 <= make.dots
    assert make.dots % 8 == 0
    assert make.proof in (*dialect.proofs, "status")
    assert not make.presenter or dialect.presenter is not None
    assert make.near_end_tickets > 0
    paper: list[Block] = [Text(LETTERS), Cut()]
    assert LETTERS.encode(make.codec)[:20] in b"".join(render(paper, make).pieces)


def test_every_make_has_a_file_of_its_own_name_and_the_driver_tells_all() -> None:
    folder = files("edge_agent.devices.drivers.escpos") / "makes"
    names = {Path(it.name).stem for it in folder.iterdir() if it.name.endswith(".toml")}
    assert names == set(PROFILES) == {make.id for make in DRIVER.profiles}
    assert names >= {
        "generic-80mm",
        "generic-58mm",
        "generic-80mm-42col",
        "epson-tm-t20x",
        "epson-tm-t88",
        "bematech-mp4200",
        "custom-vkp80",
        "elgin-i9",
        "daruma-dr800",
        "gertec-g250",
    }


@pytest.mark.parametrize(
    ("make", "pages"),
    [
        ("epson-tm-t20x", ("cp860", 3)),
        ("bematech-mp4200", ("cp860", 4)),
        ("custom-vkp80", ("cp860", 3)),
    ],
)
def test_a_make_uses_its_own_number_for_the_code_page(make: str, pages: tuple[str, int]) -> None:
    assert (profile_named(make).codec, profile_named(make).code_page) == pages


# ---- proof: never above the profile


@pytest.mark.parametrize(("proof", "asked"), [("sentinel", b"\x1d(H"), ("status", b"\x1dr")])
def test_a_better_proof_than_the_makes_is_never_asked_for(proof: str, asked: bytes) -> None:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock)
    device = EscposPrinter(structs.replace(WIDE, proof=proof), wire, clock)
    device.open()
    assert device.describe()["proof"] == proof
    assert device.print([Text("A"), Cut()], "0001") == PrintResult("likely")
    assert asked not in wire.sent
