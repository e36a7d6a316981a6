"""Each dialect byte for byte: its commands, and its status told in our words."""

from collections.abc import Callable

import pytest

from edge_agent.devices.drivers.escpos import EscposPrinter
from edge_agent.devices.drivers.escpos.profiles import profile_named
from edge_agent.devices.drivers.escpos.render import render
from edge_agent.devices.errors import (
    DeviceProtocolError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import (
    Barcode,
    Block,
    Cut,
    Feed,
    Image,
    PrinterProfile,
    PrinterStatus,
    PrintResult,
    Qr,
    Text,
)
from tests.support.scripted_dialects import (
    BEMATECH_ASKS,
    BEMATECH_OK,
    DARUMA_ASKS,
    DARUMA_SENSORS,
    bematech,
    custom,
    daruma,
)
from tests.support.scripted_printer import VirtualClock, after_writes

BEGIN = {
    "epson-tm-t20x": "1b40 1b7403",
    "custom-vkp80": "1b40 1b7403",
    "bematech-mp4200": "1df92000 1b40 1b7404",
    "daruma-dr800": "1b40",
}
ACAO = {
    "epson-tm-t20x": "4187846f",
    "custom-vkp80": "4187846f",
    "bematech-mp4200": "4187846f",
    "daruma-dr800": "4187c66f",
}
PLAIN = {
    "epson-tm-t20x": "1d2100 1b4500 1b6100 1d4200",
    "custom-vkp80": "1d2100 1b4500 1b6100 1d4200",
    "bematech-mp4200": "1b5700 1b6400 1b46 1b6100",
    "daruma-dr800": "1b5700 1b7700 1b46 1b6a00",
}
LOUD = {
    "epson-tm-t20x": "1d2111 1b4501 1b6101 1d4200",
    "bematech-mp4200": "1b5701 1b6401 1b45 1b6101",
    "daruma-dr800": "1b5701 1b7701 1b45 1b6a01",
}
COMMANDS: list[tuple[str, Block, str]] = [
    ("epson-tm-t20x", Cut(), "1d564200"),
    ("bematech-mp4200", Cut(), "0a0a0a0a 1b77"),
    ("daruma-dr800", Cut(), "0a0a0a0a 1b6d"),
    ("bematech-mp4200", Feed(2), "0a0a"),
    ("daruma-dr800", Feed(2), "0a0a"),
    (
        "epson-tm-t20x",
        Qr("ABC", millimetres=15),
        "1b6101 1d286b0400 31413200 1d286b0300 314306 1d286b0300 314531"
        "1d286b0600 315030414243 1d286b0300 315130",
    ),
    ("bematech-mp4200", Qr("ABC", millimetres=15), "1b6101 1d6b51 01 0c 00 01 0300 414243"),
    ("daruma-dr800", Qr("ABC", millimetres=15), "1b6a01 1b81 0500 06 4d 414243"),
    ("daruma-dr800", Qr("ABC", millimetres=40), "1b6a01 1b81 0500 07 4d 414243"),
    ("epson-tm-t20x", Barcode("A{1"), "1b6101 1d6840 1d7703 1d6600 1d4802 1d6b49 06 7b42 417b7b31"),
    (
        "epson-tm-t20x",
        Barcode("789100031550", "ean13"),
        "1b6101 1d6840 1d7703 1d6600 1d4802 1d6b02 373839313030303331353530 00",
    ),
    ("bematech-mp4200", Barcode("A1"), "1b6101 1d6840 1d7703 1d6600 1d4802 1d6b49 02 4131"),
    ("daruma-dr800", Barcode("A1"), "1b6a01 1b62 05 03 40 01 4131 00"),
    (
        "daruma-dr800",
        Barcode("789100031550", "ean13"),
        "1b6a01 1b62 01 03 40 01 373839313030303331353530 00",
    ),
    ("epson-tm-t20x", Image(9, 2, b"\x80\x00\xff\x80"), "1b6101 1d763000 0200 0200 8000ff80"),
    (
        "bematech-mp4200",
        Image(2, 3, b"\x80\x40\xc0"),
        "1b6101 1b3310 1b2a21 0200 a00000 600000 0a 1b32",
    ),
    ("daruma-dr800", Image(8, 1, b"\xff"), ""),
]


def commands(block: Block, profile: str) -> bytes:
    return b"".join(render([block], profile_named(profile)).pieces)


@pytest.mark.parametrize("profile", BEGIN)
def test_a_paper_begins_with_a_reset_and_its_one_code_page(profile: str) -> None:
    golden = f"{BEGIN[profile]} {PLAIN[profile]} {ACAO[profile]} 0a"
    assert commands(Text("Ação"), profile) == bytes.fromhex(golden)


@pytest.mark.parametrize("profile", LOUD)
def test_big_bold_centred_text_has_its_golden_bytes(profile: str) -> None:
    block = Text("A", size=2, bold=True, align="center")
    assert commands(block, profile) == bytes.fromhex(f"{BEGIN[profile]} {LOUD[profile]} 410a")


@pytest.mark.parametrize("profile", ["bematech-mp4200", "daruma-dr800"])
def test_letters_that_only_double_are_wrapped_at_half_the_columns(profile: str) -> None:
    raw = commands(Text("x" * 48, size=8), profile)
    assert raw.count(b"x" * 24 + b"\n") == 2
    assert commands(Text("A", invert=True), profile) == commands(Text("A", bold=True), profile)


@pytest.mark.parametrize(("profile", "block", "golden"), COMMANDS)
def test_each_command_has_its_golden_bytes(profile: str, block: Block, golden: str) -> None:
    assert commands(block, profile) == bytes.fromhex(BEGIN[profile] + golden)


# ---- status, byte for byte


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("00 90 00 00 00", PrinterStatus(True, "ok")),
        ("00 92 00 00 00", PrinterStatus(True, "near_end", tickets_left=20)),
        ("00 80 00 00 00", PrinterStatus(True, "ok")),
        ("10 90 00 00 00", PrinterStatus(True, "ok")),
        ("00 94 00 00 00", PrinterStatus(False, "end", "paper_end")),
        ("00 b0 00 00 00", PrinterStatus(False, "end", "paper_end")),
        ("00 d0 00 00 00", PrinterStatus(False, "ok", "unrecoverable")),
        ("08 90 00 00 00", PrinterStatus(False, "ok", "offline")),
        ("00 10 00 00 00", PrinterStatus(False, "ok", "cover_open")),
        ("08 36 00 00 00", PrinterStatus(False, "end", "cover_open")),
        ("00 00 00 00 00", PrinterStatus(False, "ok", "cover_open")),
        ("ff ff ff ff ff", PrinterStatus(False, "end", "paper_end")),
    ],
)
def test_bematech_tells_in_five_bytes(raw: str, status: PrinterStatus) -> None:
    device, wire, _ = bematech()
    wire.table[BEMATECH_ASKS] = bytes.fromhex(raw)
    assert device.status() == status


@pytest.mark.parametrize(
    ("enq", "sensors", "status"),
    [
        (0x10, 0x10, PrinterStatus(True, "ok")),
        (0x11, 0x10, PrinterStatus(True, "ok")),
        (0x10, 0x11, PrinterStatus(True, "near_end", tickets_left=20)),
        (0x30, 0x10, PrinterStatus(False, "end", "paper_end")),
        (0x10, 0x12, PrinterStatus(False, "end", "paper_end")),
        (0x90, 0x10, PrinterStatus(False, "ok", "cover_open")),
        (0x10, 0x00, PrinterStatus(False, "ok", "cover_open")),
        (0x18, 0x10, PrinterStatus(False, "ok", "unrecoverable")),
        (0x10, 0x50, PrinterStatus(False, "ok", "unrecoverable")),
        (0x00, 0x10, PrinterStatus(False, "ok", "offline")),
        (0x10, 0x18, PrinterStatus(False, "ok", "offline")),
        (0x10, 0x90, PrinterStatus(True, "ok")),
        (0x00, 0x00, PrinterStatus(False, "ok", "cover_open")),
        (0xFF, 0xFF, PrinterStatus(False, "end", "cover_open")),
    ],
)
def test_daruma_tells_in_two_bytes(enq: int, sensors: int, status: PrinterStatus) -> None:
    device, wire, _ = daruma()
    wire.table |= {DARUMA_ASKS: bytes([enq]), DARUMA_SENSORS: bytes([sensors])}
    assert device.status() == status


@pytest.mark.parametrize(
    ("bits", "status"),
    [
        ((0, 0, 0, 0), PrinterStatus(True, "ok")),
        ((0x04, 0, 0, 0), PrinterStatus(True, "near_end", tickets_left=20)),
        ((0x40, 0, 0, 0), PrinterStatus(True, "near_end", tickets_left=20)),
        ((0x20, 0, 0, 0), PrinterStatus(True, "ok", "", True)),
        ((0x80, 0x04, 0x22, 0), PrinterStatus(True, "ok")),
        ((0x05, 0, 0, 0), PrinterStatus(False, "end", "paper_end")),
        ((0, 0x01, 0, 0), PrinterStatus(False, "ok", "cover_open")),
        ((0, 0x02, 0, 0), PrinterStatus(False, "ok", "cover_open")),
        ((0, 0, 0x01, 0), PrinterStatus(False, "ok", "overheated")),
        ((0, 0, 0x08, 0), PrinterStatus(False, "ok", "offline")),
        ((0, 0, 0, 0x01), PrinterStatus(False, "ok", "unrecoverable")),
    ],
)
def test_custom_tells_in_four_bytes(bits: tuple[int, int, int, int], status: PrinterStatus) -> None:
    device, wire, _ = custom()
    wire.paper, wire.user, wire.recoverable, wire.unrecoverable = bits
    assert device.status() == status


def test_a_broken_custom_whose_ejector_is_jammed_says_jam() -> None:
    device, wire, _ = custom()
    wire.unrecoverable, wire.ejector = 0x40, 0x80
    assert device.status() == PrinterStatus(False, "ok", "jam")


@pytest.mark.parametrize("length", range(5))
def test_a_bematech_that_says_too_little_is_silent(length: int) -> None:
    device, wire, clock = bematech()
    wire.table[BEMATECH_ASKS] = BEMATECH_OK[:length]
    before = clock.now
    with pytest.raises(DeviceTimeoutError):
        device.status()
    assert clock.now - before <= 1.01


def test_answers_that_are_too_long_make_no_sense() -> None:
    device, wire, _ = bematech()
    wire.table[BEMATECH_ASKS] = BEMATECH_OK + b"\0"
    with pytest.raises(DeviceProtocolError):
        device.status()


@pytest.mark.parametrize("opened", [bematech, daruma])
def test_a_dialect_without_proof_is_likely_at_best(
    opened: Callable[[], tuple[EscposPrinter, object, VirtualClock]],
) -> None:
    device, *_ = opened()
    assert device.describe()["proof"] == "status"
    assert device.print([Text("A"), Cut()], "0001") == PrintResult("likely")


@pytest.mark.parametrize("moment", [2, 4])
def test_a_bematech_that_runs_out_of_paper_fails_and_is_cleared(moment: int) -> None:
    device, wire, _ = bematech()

    def end(_: object) -> None:
        wire.table[BEMATECH_ASKS] = b"\x08\x94\0\0\0"

    wire.on_write = after_writes(moment, end)
    long: list[Block] = [Text(f"linha {number}") for number in range(200)]
    assert device.print(long, "0001") == PrintResult("failed", "paper_end")
    assert wire.writes[-1] == bytes.fromhex("1df92000 1b40")


def test_a_printer_that_never_stops_being_busy_is_unknown() -> None:
    device, wire, clock = bematech(BEMATECH_OK)
    wire.on_write = after_writes(2, lambda _: wire.table.update({BEMATECH_ASKS: b"\x10\x90\0\0\0"}))
    before = clock.now
    assert device.print([Text("A"), Cut()], "0001") == PrintResult("unknown", "no_proof")
    assert 3 < clock.now - before < 5


def test_a_daruma_that_falls_silent_is_unknown() -> None:
    device, wire, _ = daruma()
    wire.on_write = after_writes(4, lambda _: wire.table.clear())
    assert device.print([Text("A"), Cut()], "0001") == PrintResult("unknown", "silent")


def test_a_daruma_says_who_it_is() -> None:
    device, wire, _ = daruma()
    wire.table |= {b"\x1b\xc3": b":DR800L\r", b"\x1b\xc7": b":01.20\r"}
    facts = device.describe()
    assert (facts["maker"], facts["model"], facts["firmware"]) == ("Daruma", ":DR800L", ":01.20")


def test_a_raster_stands_in_for_a_qr_code_the_printer_cannot_draw() -> None:
    plain = PrinterProfile(id="old", native_qr=False)
    pieces = render([Qr("ABC", millimetres=15)], plain).pieces[1:]
    size = (21 + 8) * 6
    across = -(-size // 8)
    heads = [piece[:3] + piece[3:11] for piece in pieces]
    whole = b"\x1ba\x01\x1dv0\x00" + bytes([across, 0, 24, 0])
    assert heads[:-1] == [whole] * (size // 24)
    assert heads[-1][-2:] == bytes([size % 24, 0])
    rows = b"".join(piece[11:] for piece in pieces)
    assert len(rows) == across * size
    quiet = across * 4 * 6
    assert not any(rows[:quiet])
    assert rows[quiet : quiet + across].startswith(b"\0\0\0\xff")


@pytest.mark.parametrize(
    "block",
    [
        Image(577, 1, b"\0" * 73),
        Image(8, 2, b"\0"),
        Image(0, 0, b""),
        Barcode(""),
        Barcode("é"),
        Barcode("x" * 61),
        Barcode("12345", "ean13"),
        Barcode("7891000315508", "ean13"),
        Barcode("x" * 40),
    ],
)
def test_what_cannot_be_printed_is_refused_before_anything_is_sent(block: Block) -> None:
    device, wire, _ = custom()
    with pytest.raises(DeviceRefusedError) as refused:
        device.print([Text("A"), block], "0001")
    assert refused.value.code == "document"
    assert not wire.sent


def test_a_whole_ean13_with_its_check_digit_is_printed_as_it_is() -> None:
    assert b"7891000315507\0" in commands(Barcode("7891000315507", "ean13"), "epson-tm-t20x")
