"""The emulated printer's interpreter: strict about bytes, right about status, true to dots."""

import io
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from edge_agent.devices.emulators.escpos import is_ticket
from edge_agent.devices.emulators.escpos.commands import Command, Tokeniser
from edge_agent.devices.emulators.escpos.dialects import DIALECTS
from edge_agent.devices.emulators.escpos.machine import Machine
from edge_agent.devices.emulators.escpos.papers import Paper
from edge_agent.devices.emulators.escpos.render import render_paper
from edge_agent.devices.emulators.escpos.sensors import Sensors
from tests.support.escpos_bench import CUT, QR_DATA, TICKET, printed


def answered(data: bytes, machine: Machine | None = None) -> bytes:
    machine = machine or Machine(48, 576)
    return b"".join(machine.perform(command) for command in Tokeniser().feed(data))


# ---- the interpreter


def test_a_ticket_becomes_a_text_grid_and_its_codes() -> None:
    machine = printed(TICKET + CUT)
    assert machine.errors == []
    (paper,) = machine.papers()
    assert paper.text.splitlines()[:2] == [" " * 16 + "Clínica São João", " " * 21 + "SENHA"]
    assert paper.text.splitlines()[2].strip() == "A042"
    assert paper.text.splitlines()[-1].startswith("Total" + " " * 35 + "R$ 12,90")
    assert paper.qr == [QR_DATA.decode()]
    assert paper.complete
    assert is_ticket(paper.text)


@given(st.lists(st.integers(0, len(TICKET + CUT)), max_size=12))
def test_commands_do_not_depend_on_how_the_stream_is_split(cuts: list[int]) -> None:
    stream = TICKET + CUT
    edges = [0, *sorted(cuts), len(stream)]
    tokeniser, whole, split = Tokeniser(), printed(stream), Machine(48, 576)
    for start, end in pairwise(edges):
        for command in tokeniser.feed(stream[start:end]):
            split.perform(command)
    assert split.errors == []
    assert split.papers()[0].items == whole.papers()[0].items


@given(st.binary(max_size=300))
def test_any_bytes_are_printed_or_recorded_never_raised(data: bytes) -> None:
    machine = printed(data)
    machine.papers()


@given(st.binary(max_size=120))
def test_no_byte_is_lost_between_commands(data: bytes) -> None:
    one_by_one, at_once = Tokeniser(), Tokeniser()
    split = [c for byte in data for c in one_by_one.feed(bytes((byte,)))]
    assert _joined(split) == _joined(list(at_once.feed(data)))


def _joined(commands: list[Command]) -> list[Command]:
    joined: list[Command] = []
    for command in commands:
        if joined and command.name == joined[-1].name == "text":
            joined[-1] = Command("text", joined[-1].args + command.args)
        else:
            joined.append(command)
    return joined


@pytest.mark.parametrize(
    "data",
    [
        b"\x00",
        b"\x07",
        b"\x1bZ",
        b"\x1d\x01",
        b"\x10\x04\x14",
        b"\x1bt\x63",
        b"\x1ba\x03",
        b"x\x1ba\x01",
        b"x" + CUT,
        b"\x1d!\x88",
        b"\x1b!\x02",
        b"\x1bR\x05",
        b"\x1d(k\x03\x001Q0",
        b"\x1d(k\x03\x001C\x11",
        b"\x1d(L\x02\x0000",
        b"\x1d(H\x06\x0000ab\x01c",
        b"\x1dv0\x00\x49\x00\x01\x00" + bytes(73),
        b"\x1dkC\x0c12345678901x",
        b"\x1dkI\x04ABCD",
        b"\x1dw\x09",
        b"\x1bt\x03\x1c&\x87",
        b"\x1dr\x07",
    ],
    ids=lambda data: data[:6].hex(),
)
def test_what_the_manual_does_not_allow_is_an_error(data: bytes) -> None:
    machine = printed(data)
    assert len(machine.errors) == 1
    assert machine.errors[0]


@pytest.mark.parametrize(
    "data",
    [
        b"\x1bE\x01\x1b-\x02\x1bM\x01\x1dB\x01\x1b{\x00\x1bV\x00\x1b3\x40\x1b2",
        b"\x1bp\x00\x19\xfa\x1bR\x00\x1c&\x1c.\x1dL\x10\x00\x1dW\x00\x02\x1b \x00\x1bc5\x00",
        b"\x1dh\x50\x1dw\x02\x1dH\x02\x1df\x00\x1dkC\x0c123456789012",
        b"\x1dk\x041234ABC\x00\x1dkI\x08{BTK0042",
        b"\x1dv0\x00\x02\x00\x03\x00\xff\xff\x80\x01\xff\xff",
        b"\x1bd\x03\x1bJ\x10\tx\r\n\x1dV\x00\x1dV1\x1dVA\x00",
    ],
)
def test_what_the_manual_allows_is_no_error(data: bytes) -> None:
    assert printed(data).errors == []


@pytest.mark.parametrize(
    ("page", "codec"), [(0, "cp437"), (2, "cp850"), (3, "cp860"), (16, "cp1252"), (19, "cp858")]
)
def test_code_pages_print_portuguese(page: int, codec: str) -> None:
    text = "ação é já ô" if page == 0 else "AÇÃO ÉÍÓÚ ãõç ºª"
    known = text.encode(codec, "ignore")
    machine = printed(b"\x1bt" + bytes((page,)) + known + b"\n")
    assert machine.papers()[0].text == known.decode(codec)
    assert machine.errors == []


def test_bytes_missing_from_a_code_page_are_an_error() -> None:
    assert len(printed(b"\x1bt\x10\x81\n").errors) == 1


@pytest.mark.parametrize(("columns", "dots"), [(48, 576), (32, 384), (42, 576)])
def test_long_lines_wrap_at_the_paper_and_not_before(columns: int, dots: int) -> None:
    text = b"x" * columns + b"\n" + b"y" * (columns + 1) + b"\n\x1d!\x10" + b"z" * columns + b"\n"
    lines = printed(text, columns, dots).papers()[0].text.splitlines()
    assert [len(line.strip()) for line in lines] == [columns, columns, 1, *[columns // 2] * 2]


def test_feeds_count_lines_and_end_the_line_first() -> None:
    assert printed(b"a\x1bd\x03b\n").papers()[0].text == "a\n\n\nb"
    assert printed(b"a\n\x1bd\x02b\n").papers()[0].text == "a\n\n\nb"
    assert printed(b"a\x1bJ\x1eb\n").papers()[0].text == "a\nb"


def test_a_second_copy_is_no_ticket_and_neither_is_a_slip() -> None:
    assert is_ticket("CLÍNICA\n     SENHA\n A042")
    assert is_ticket("SENHA · TICKET\nA042")
    assert not is_ticket("2ª VIA · REIMPRESSÃO\nSENHA\nA042")
    assert not is_ticket("COMPROVANTE\nDigite a senha")


# ---- status


@pytest.mark.parametrize(
    ("sensors", "said"),
    [
        (Sensors(), "12 12 12 12"),
        (Sensors(cover_open=True), "1a 16 12 12"),
        (Sensors(paper_end=True), "1a 32 12 7e"),
        (Sensors(near_end=True), "12 12 12 1e"),
        (Sensors(cutter_error=True), "1a 52 1a 12"),
        (Sensors(unrecoverable=True), "1a 52 32 12"),
        (Sensors(overheated=True), "1a 52 52 12"),
        (Sensors(drawer_open=True), "16 12 12 12"),
        (Sensors(paper_end=True, one_bit=True), "1a 32 12 32"),
        (Sensors(near_end=True, one_bit=True), "12 12 12 16"),
    ],
)
def test_realtime_status_bytes(sensors: Sensors, said: str) -> None:
    assert b"".join(sensors.realtime(kind) for kind in (1, 2, 3, 4)) == bytes.fromhex(said)


@given(st.builds(Sensors, *[st.booleans()] * 8))
def test_every_status_byte_keeps_its_fixed_bits(sensors: Sensors) -> None:
    assert all(sensors.realtime(kind)[0] & 0x93 == 0x12 for kind in (1, 2, 3, 4))
    assert sensors.automatic()[0] & 0x93 == 0x10
    assert all(byte & 0x90 == 0 for byte in sensors.automatic()[1:] + sensors.queued_paper())


def test_queued_answers_come_in_turn() -> None:
    machine = Machine(48, 576)
    machine.sensors.near_end = True
    assert answered(b"\x1dr\x01\x1dr\x02\x1dIB\x1dI\x02", machine) == b"\x03\x00_TOTEM\0\x02"
    assert answered(b"\x1da\x0f", machine) == bytes.fromhex("10000300")


# ---- pictures


def _picture(paper: Paper, columns: int = 48, dots: int = 576) -> Image.Image:
    png = render_paper(paper, dots, dots // columns)
    return Image.open(io.BytesIO(png)).convert("LA").split()[0]


def test_a_picture_is_as_wide_as_the_paper() -> None:
    wide = _picture(printed(TICKET + CUT).papers()[0])
    narrow = _picture(printed(TICKET + CUT, 32, 384).papers()[0], 32, 384)
    assert (wide.width, narrow.width) == (640, 464)


def _ink(picture: Image.Image) -> int:
    return sum(picture.point(lambda grey: grey < 128 and 255).histogram()[255:])


def test_big_bold_and_inverted_burn_more_ink() -> None:
    plain, bold, big, inverted = (
        _ink(_picture(printed(style + b" A042 \n" + CUT).papers()[0]))
        for style in (b"", b"\x1bE\x01", b"\x1d!\x33", b"\x1dB\x01")
    )
    assert plain < bold
    assert big > 12 * plain
    assert inverted > 2 * plain


def test_alignment_moves_the_ink() -> None:
    lefts = []
    for align in (b"0", b"1", b"2"):
        picture = _picture(printed(b"\x1ba" + align + b"HHHH\n" + CUT).papers()[0])
        box = picture.point(lambda grey: 255 if grey < 128 else 0).getbbox()
        assert box
        lefts.append(box[0])
    assert [round((left - 32) / 12) for left in lefts] == [0, 22, 44]


@settings(deadline=None, max_examples=20)
@given(st.binary(max_size=200))
def test_whatever_was_printed_can_be_drawn(data: bytes) -> None:
    for paper in printed(TICKET + data + b"\n" + CUT).papers():
        assert _picture(paper).height > 0


@pytest.mark.parametrize("style", [b"\x1b{\x01", b"\x1bV\x01", b"\x1b-\x02", b"\x1bM\x01\x1b \x04"])
def test_rare_styles_are_drawn_too(style: bytes) -> None:
    machine = printed(style + b"abc\n\x1dkI\x06{BAB12\x1dH\x01\x1dkD\x071234567" + CUT)
    assert machine.errors == []
    assert _ink(_picture(machine.papers()[0])) > 0


# ---- pictures in the printer's own memory

KEEP = bytes.fromhex("1d284c 1100 30 43 30 4b31 01 1000 0300 31") + b"\xff\x00" * 3
RECALL = bytes.fromhex("1d284c 0600 30 45 4b31 01 01")
KEEP_BEMA = bytes.fromhex("1c71 01 0200 0100") + b"\xe0" * 8 + b"\x00" * 8
RECALL_BEMA = b"\x1cp\x01\x00"


@pytest.mark.parametrize(
    ("dialect", "keep", "recall"),
    [("escpos", KEEP, RECALL), ("bematech", KEEP_BEMA, RECALL_BEMA)],
)
def test_a_picture_is_kept_through_a_power_cut_and_printed_by_its_key(
    dialect: str, keep: bytes, recall: bytes
) -> None:
    machine = Machine(48, 576, dialect=DIALECTS[dialect])

    def obey(data: bytes) -> int:
        before = machine.moved
        for command in Tokeniser(machine.dialect.grammar).feed(data):
            machine.perform(command)
        return machine.moved - before

    assert obey(recall) == 0
    assert obey(keep) == 0
    machine.forget()
    assert obey(recall) == (3 if dialect == "escpos" else 8)
    machine.memory.clear()
    assert obey(recall) == 0
    assert machine.errors == []


@pytest.mark.parametrize(
    "wrong",
    [
        KEEP[:-1],
        KEEP.replace(b"K1", b"K\x01"),
        RECALL.replace(b"\x01\x01", b"\x03\x01"),
        b"\x1d(L\x02\x000\x32",
    ],
)
def test_graphics_that_do_not_add_up_are_refused(wrong: bytes) -> None:
    size = (len(wrong) - 5).to_bytes(2, "little")
    machine = printed(wrong[:3] + size + wrong[5:])
    assert len(machine.errors) == 1
    assert machine.memory == {}


def test_a_long_picture_comes_with_a_long_length() -> None:
    body = KEEP[5:]
    machine = printed(b"\x1d8L" + len(body).to_bytes(4, "little") + body + RECALL)
    assert machine.errors == []
    assert machine.moved == 3
