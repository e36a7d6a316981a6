"""The emulated printer in its other languages: golden bytes, statuses, codes that can be read."""

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from edge_agent.devices.emulators.escpos import DIALECTS, EscposEmulator
from edge_agent.devices.emulators.escpos.commands import Tokeniser
from edge_agent.devices.emulators.escpos.machine import Machine
from edge_agent.devices.emulators.escpos.papers import QrCode, Run
from edge_agent.devices.emulators.escpos.printer import Printer
from edge_agent.devices.emulators.escpos.render import render_paper
from edge_agent.devices.emulators.escpos.sensors import Sensors
from tests.support.escpos_bench import connected, heard, silent, until

URL = b"https://totem.example/s/A042"
BEMA = (
    b"\x1d\xf9\x20\x00\x1b@\x1bt\x04"
    + b"\x1ba\x01\x1bECl\xa1nica S\x84o Jo\x84o\x1bF\n"
    + b"\x1bW\x01\x1bd\x01SENHA A042\x1bW\x00\x1bd\x00\n"
    + b"\x1dkQ\x01\x0c\x00\x02\x1c\x00"
    + URL
    + b"\n\x1ba\x00Total\n"
)
DARUMA = (
    b"\x1b@\x1b\xc6"
    + b"X" * 30
    + b"1"
    + b"X" * 9
    + b"\x1bj\x01\x1bECl\xa1nica S\xc6o Jo\xc6o\x1bF\n"
    + b"\x1bW\x01\x1bw\x01SENHA A042\x1bW\x00\x1bw\x00\n"
    + b"\x1b\x81\x1e\x00\x05M"
    + URL
    + b"\n\x1bj\x00Total\n"
)
CUSTOM = (
    b"\x1b@\x1bt\x03\x1ba\x01\x1bE\x01Cl\xa1nica S\x84o Jo\x84o\x1bE\x00\n"
    + b"\x1d!\x11SENHA A042\x1d!\x00\n"
    + b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1\x1d(k\x1f\x001P0"
    + URL
    + b"\x1d(k\x03\x001Q0\n\x1ba\x00Total\n"
)
TICKETS = {
    "bematech": BEMA + b"\x1bw",
    "daruma": DARUMA + b"\x1bm",
    "custom": CUSTOM + b"\x1dVB\x10",
}
FULL = b"\x10\x04\x14"


def printed(dialect: str, data: bytes) -> Machine:
    machine = Machine(48, 576, dialect=DIALECTS[dialect])
    for command in Tokeniser(machine.dialect.grammar).feed(data):
        machine.perform(command)
    return machine


def said_at_once(dialect: str, sensors: Sensors, data: bytes) -> str:
    machine = Machine(48, 576, dialect=DIALECTS[dialect])
    machine.sensors = sensors
    printer = Printer(machine, 0)
    commands = Tokeniser(machine.dialect.grammar).feed(data)
    told = [machine.dialect.at_once[it.name](printer, it.args) for it in commands]
    return b"".join(told).hex(" ")


# ---- the papers


@pytest.mark.parametrize("dialect", TICKETS)
def test_a_golden_ticket_in_each_language(dialect: str) -> None:
    machine = printed(dialect, TICKETS[dialect])
    assert machine.errors == []
    (paper,) = machine.papers()
    rows = paper.text.splitlines()
    assert rows[0] == " " * 16 + "Clínica São João"
    assert rows[1] == " " * 14 + "SENHA A042"
    assert rows[-1] == "Total"
    assert paper.qr == [URL.decode()]
    assert paper.complete
    styles = [run.style for it in paper.items for run in getattr(it, "runs", ())]
    assert [(it.bold, it.width, it.height) for it in styles] == [
        (True, 1, 1),
        (False, 2, 2),
        (False, 1, 1),
    ]


@pytest.mark.parametrize("dialect", TICKETS)
def test_the_qr_code_is_read_back_from_the_picture(dialect: str, tmp_path: Path) -> None:
    (paper,) = printed(dialect, TICKETS[dialect]).papers()
    picture = tmp_path / "paper.png"
    picture.write_bytes(render_paper(paper, 576, 12))
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sqrcode.enable", str(picture)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout.strip() == URL.decode()


@given(st.sampled_from(sorted(TICKETS)), st.lists(st.integers(0, 300), max_size=12))
def test_a_split_stream_gives_the_same_paper(dialect: str, cuts: list[int]) -> None:
    stream, split = TICKETS[dialect], Machine(48, 576, dialect=DIALECTS[dialect])
    tokeniser = Tokeniser(split.dialect.grammar)
    for start, end in pairwise([0, *sorted(min(it, len(stream)) for it in cuts), len(stream)]):
        for command in tokeniser.feed(stream[start:end]):
            split.perform(command)
    assert split.errors == []
    assert split.papers()[0].items == printed(dialect, stream).papers()[0].items


@settings(deadline=None)
@given(st.sampled_from(sorted(DIALECTS)), st.binary(max_size=200))
def test_any_bytes_are_printed_or_recorded_never_raised(dialect: str, data: bytes) -> None:
    machine = Machine(48, 576, dialect=DIALECTS[dialect])
    printer = Printer(machine, 0)
    for command in Tokeniser(machine.dialect.grammar).feed(data):
        at_once = machine.dialect.at_once.get(command.name)
        assert isinstance(at_once(printer, command.args) if at_once else b"", bytes)
        if at_once is None:
            machine.perform(command)
    machine.papers()


@pytest.mark.parametrize(
    ("page", "codec"), [(2, "cp850"), (3, "cp437"), (4, "cp860"), (8, "utf-8")]
)
def test_bema_code_pages_have_their_own_numbers(page: int, codec: str) -> None:
    text = "ação é já ô".encode(codec, "ignore")
    machine = Machine(48, 576, dialect=DIALECTS["bematech"])
    tokeniser = Tokeniser(machine.dialect.grammar)
    for byte in b"\x1bt" + bytes((page,)) + text + b"\n":
        for command in tokeniser.feed(bytes((byte,))):
            machine.perform(command)
    assert machine.errors == []
    assert machine.papers()[0].text == text.decode(codec)


def test_half_a_character_at_the_end_of_a_line_is_an_error() -> None:
    assert len(printed("bematech", b"\x1bt\x08a\xc3\n").errors) == 1


def test_what_is_for_one_line_ends_with_it() -> None:
    for dialect in ("bematech", "daruma"):
        first, second = printed(dialect, b"\x0ewide\nplain\n").papers()[0].items
        widths = [run.style.width for it in (first, second) for run in _runs(it)]
        assert widths == [2, 1]


def _runs(item: object) -> tuple[Run, ...]:
    return getattr(item, "runs", ())


def test_a_daruma_barcode_is_one_command() -> None:
    machine = printed("daruma", b"\x1bb\x05\x02\x32\x01A042\x00\x1bm")
    assert machine.errors == []
    assert machine.papers()[0].text == "[CODE128 A042]"


def test_defaults_of_the_qr_codes() -> None:
    bema = printed("bematech", b"\x1dkQ\x00\x00\x00\x01\x02\x00hi").papers()[0].items[0]
    daruma = printed("daruma", b"\x1b\x81\x04\x00\x00\x00hi").papers()[0].items[0]
    assert isinstance(bema, QrCode)
    assert isinstance(daruma, QrCode)
    assert (bema.module, bema.level) == (4, "l")
    assert (daruma.module, daruma.level) == (5, "m")


@pytest.mark.parametrize(
    ("dialect", "data"),
    [
        ("bematech", b"\x10"),
        ("bematech", b"\x1dV"),
        ("bematech", b"\x1d\xf8\x32"),
        ("bematech", b"\x1d\xf9\x20\x01"),
        ("bematech", b"\x1bt\x10"),
        ("bematech", b"\x1bW\x02"),
        ("bematech", b"\x1bv\x0a"),
        ("bematech", b"x\x1bw"),
        ("bematech", b"\x1dkQ\x04\x04\x00\x02\x02\x00hi"),
        ("bematech", b"\x1dkQ\x00\x7f\x00\x02\x02\x00hi"),
        ("daruma", b"\x1ba"),
        ("daruma", b"\x1dr"),
        ("daruma", b"\x1bw\x02"),
        ("daruma", b"x\x1bj\x01"),
        ("daruma", b"\x1b\x81\x04\x00\x05Lhi"),
        ("daruma", b"\x1b\x81\x04\x00\x08Mhi"),
        ("daruma", b"\x1bb\x03\x02\x32\x0112345678\x00"),
        ("daruma", b"\x1b\xc6" + b"9" * 40),
        ("custom", b"\x10\x04\x05"),
        ("custom", b"\x1de\x04"),
        ("custom", b"\x1de\x03\x0c"),
        ("custom", b"\x1d(H\x06\x0000ab01"),
        ("custom", b"\x1d\xe0\x10"),
        ("escpos", b"\x1de"),
        ("escpos", b"\x05"),
    ],
)
def test_what_the_manual_does_not_allow_is_an_error(dialect: str, data: bytes) -> None:
    assert len(printed(dialect, data).errors) == 1


@pytest.mark.parametrize(
    ("dialect", "data"),
    [
        ("bematech", b"\x1bV\x1b\x0ea\n\x0fb\x12\x1b\x0fc\x1bH\x1b4\x1b5\x1b-\x01\x1b-\x00\n"),
        ("bematech", b"\x1b3\x22\x1b2\x1bA\x20\x1bJ\x10\x1bf\x01\x02\x1bf0\x02\n\x02\x03"),
        ("bematech", b"\x1bv\x78\x1b\x80\xc8\x1by\x00\x1bz\x01\x1bN\x02"),
        ("bematech", b"\x1b(A\x04\x00\x01\x02\x01\x00"),
        ("bematech", b"\x1dh\x50\x1dw\x02\x1dH\x02\x1df\x00\x1dkC\x0c123456789012\x1dkI\x04A042"),
        ("bematech", b"\x1dv0\x00\x02\x00\x03\x00\xff\xff\x80\x01\xff\xff\x1bm"),
        ("daruma", b"\x0ea\n\x11b\x13\x0fc\x12\x1b\x0fd\x14\x1b4\x01\x1b4\x00"),
        ("daruma", b"\x1b!\x08\n\x19\x07\x1bp\x1b3\x40\x1b2lost\x18"),
        ("custom", b"x\n\x1bi\x1de\x03\x0c\x1de\x02\x1de\x05\x1d\xe0\x00"),
    ],
)
def test_what_the_manual_allows_is_no_error(dialect: str, data: bytes) -> None:
    machine = Machine(48, 576, dialect=DIALECTS[dialect])
    printer = Printer(machine, 0)
    for command in Tokeniser(machine.dialect.grammar).feed(data):
        if command.name in machine.dialect.at_once:
            machine.dialect.at_once[command.name](printer, command.args)
        else:
            machine.perform(command)
    assert machine.errors == []


# ---- statuses


@pytest.mark.parametrize(
    ("sensors", "status", "enquiry"),
    [
        (Sensors(), "80 91 90 91 16", "29"),
        (Sensors(drawer_open=True), "80 81 90 91 16", "29"),
        (Sensors(near_end=True), "80 93 90 91 16", "39"),
        (Sensors(paper_end=True), "88 b7 90 91 16", "2e"),
        (Sensors(cover_open=True), "88 35 90 91 16", "26"),
        (Sensors(cover_open=True, drawer_open=True), "88 25 90 91 16", "26"),
        (Sensors(cutter_error=True), "88 d1 98 91 16", "28"),
        (Sensors(unrecoverable=True), "88 d1 b0 91 16", "28"),
        (Sensors(overheated=True), "88 d1 d0 95 16", "28"),
        (Sensors(paper_end=True, one_bit=True), "88 b3 90 91 16", "2e"),
    ],
)
def test_bema_statuses(sensors: Sensors, status: str, enquiry: str) -> None:
    assert said_at_once("bematech", sensors, b"\x1d\xf81") == status
    assert said_at_once("bematech", sensors, b"\x05") == enquiry


def test_the_bema_enquiry_tells_of_the_drawer_when_asked_to() -> None:
    assert said_at_once("bematech", Sensors(), b"\x1bb\x01\x05\x1bb0\x05") == "2d 29"
    assert said_at_once("bematech", Sensors(drawer_open=True), b"\x1bb1\x05") == "29"


@pytest.mark.parametrize(
    ("sensors", "said"),
    [
        (Sensors(), "10 10"),
        (Sensors(drawer_open=True), "10 90"),
        (Sensors(near_end=True), "10 11"),
        (Sensors(paper_end=True), "20 0a"),
        (Sensors(cover_open=True), "80 08"),
        (Sensors(cutter_error=True), "08 58"),
    ],
)
def test_daruma_statuses(sensors: Sensors, said: str) -> None:
    assert said_at_once("daruma", sensors, b"\x05\x1d\x05") == said


@pytest.mark.parametrize(
    ("sensors", "full", "realtime"),
    [
        (Sensors(), "00 00 00 00", "12 12 12 12"),
        (Sensors(near_end=True), "04 00 00 00", "12 12 12 1e"),
        (Sensors(paper_end=True), "01 00 00 00", "1a 32 12 7e"),
        (Sensors(cover_open=True), "00 02 00 00", "1a 16 12 12"),
        (Sensors(overheated=True), "00 00 01 00", "1a 52 52 12"),
        (Sensors(mouth_jam=True), "00 00 40 00", "1a 52 16 12"),
        (Sensors(cutter_error=True), "00 00 00 01", "1a 52 1a 12"),
        (Sensors(unrecoverable=True), "00 00 00 04", "1a 52 32 12"),
    ],
)
def test_custom_statuses(sensors: Sensors, full: str, realtime: str) -> None:
    assert said_at_once("custom", sensors, FULL) == f"10 0f {full}"
    kinds = b"".join(b"\x10\x04" + bytes((kind,)) for kind in (1, 2, 3, 4))
    assert said_at_once("custom", sensors, kinds) == realtime


@pytest.mark.parametrize(
    ("dialect", "data", "reply"),
    [
        ("bematech", b"\x1d\xf9'\x00\x1d\xf9'\x03\x1d\xf9C\x00", b"MP-4200 TH1.6\x00"),
        ("daruma", b"\x1b\xc3\x1b\xc7", b":20001\r:010600\r"),
        ("custom", b"\x1d\xe1\x1de\x06\x1dr\x01", b"510cm\x04\x00"),
    ],
)
def test_questions_are_answered_in_turn(dialect: str, data: bytes, reply: bytes) -> None:
    machine = Machine(48, 576, dialect=DIALECTS[dialect])
    commands = Tokeniser(machine.dialect.grammar).feed(data)
    assert b"".join(machine.perform(command) for command in commands) == reply


def test_the_daruma_configuration_has_forty_characters() -> None:
    machine = Machine(48, 576, dialect=DIALECTS["daruma"])
    (command,) = Tokeniser(machine.dialect.grammar).feed(b"\x1b\xe5")
    reply = machine.perform(command)
    assert (len(reply), reply[:1], reply[-1:]) == (42, b":", b"\r")


# ---- at work


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("dialect", "ask", "busy", "idle"),
    [
        ("bematech", b"\x1d\xf81", "b0 91 90 91 16", "80 91 90 91 16"),
        ("daruma", b"\x05", "11", "10"),
        ("custom", FULL, "10 0f 00 0c 00 00", "10 0f 00 00 00 00"),
    ],
)
async def test_status_at_once_says_whether_it_prints(
    dialect: str, ask: bytes, busy: str, idle: str
) -> None:
    emulator = EscposEmulator(lines_per_s=100, dialect=dialect)
    async with connected(emulator) as (reader, writer):
        writer.write(b"line\n" * 20)
        await until(lambda: emulator.printer.printing)
        writer.write(ask)
        assert (await heard(reader, len(busy.split()))).hex(" ") == busy
        await until(lambda: not emulator.printer.printing and not emulator.printer.buffered)
        writer.write(ask)
        assert (await heard(reader, len(idle.split()))).hex(" ") == idle
    assert emulator.papers()[0].text.count("line") == 20


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("dialect", "ask", "size"),
    [("bematech", b"\x05", 1), ("daruma", b"\x05", 1), ("custom", FULL, 6)],
)
async def test_knobs_turn_in_every_language(dialect: str, ask: bytes, size: int) -> None:
    emulator = EscposEmulator(
        lines_per_s=0, dialect=dialect, faults=frozenset({"paper_end_after_lines=2"})
    )
    async with connected(emulator) as (reader, writer):
        writer.write(b"half\n" * 4 + TICKETS[dialect])
        await until(lambda: emulator.state().offline)
        writer.write(ask)
        without_paper = await heard(reader, size)
        emulator.act("paper_in")
        await until(lambda: emulator.tickets_printed() == 1)
        writer.write(ask)
        assert await heard(reader, size) != without_paper
        emulator.act("mute")
        writer.write(ask)
        assert await silent(reader)
    assert [paper.complete for paper in emulator.papers()] == [False, True]
    assert emulator.errors == []


@pytest.mark.anyio
async def test_stx_clears_the_bema_buffer_also_offline() -> None:
    emulator = EscposEmulator(lines_per_s=0, dialect="bematech", faults=frozenset({"cover_open"}))
    async with connected(emulator) as (reader, writer):
        writer.write(b"lost\n\x02\x05")
        assert await heard(reader, 1) == b"\x26"
        emulator.act("cover_close")
        writer.write(TICKETS["bematech"])
        await until(lambda: emulator.tickets_printed() == 1)
    assert len(emulator.papers()) == 1


def test_an_unknown_language_or_a_mouth_where_none_is_is_refused() -> None:
    with pytest.raises(ValueError, match="none of escpos, bematech, daruma, custom"):
        EscposEmulator(dialect="star")
    for word in ("take", "mouth_jam", "mouth_free", "taken_s=1"):
        with pytest.raises(ValueError, match="no presenter"):
            EscposEmulator().act(word)
