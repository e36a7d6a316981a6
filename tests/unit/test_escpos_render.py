"""Documents and replies of ESC/POS printers: golden bytes, wrapping, one code page, noise."""

import pytest
from hypothesis import given, strategies as st

from edge_agent.devices.drivers.escpos.profiles import PROFILES
from edge_agent.devices.drivers.escpos.render import render
from edge_agent.devices.drivers.escpos.replies import (
    Faults,
    Info,
    ProcessId,
    Queued,
    RealTime,
    Replies,
    Reply,
)
from edge_agent.devices.drivers.escpos.text import fit, pair, wrap
from edge_agent.devices.ports import (
    Block,
    Cut,
    Feed,
    Pair,
    PrinterProfile,
    Qr,
    Rule,
    Text,
)
from tests.support.scripted_printer import (
    CUTTER,
    ERROR,
    WIDE,
)

PROLOGUE = bytes.fromhex("1b40 1b7403")
PLAIN = bytes.fromhex("1d2100 1b4500 1b6100 1d4200")


# ---- rendering


def test_a_paragraph_is_one_code_page_and_never_switches() -> None:
    rendered = render([Text("Ação São João, 1ª via nº 2")], WIDE)
    text = bytes.fromhex("4187846f 2053846f") + b" Jo\x84o, 1\xa6 via n\xa7 2\n"
    assert b"".join(rendered.pieces) == PROLOGUE + PLAIN + text


@pytest.mark.parametrize(
    ("block", "golden"),
    [
        (Text("A", size=2, bold=True, align="center"), "1d2111 1b4501 1b6101 1d4200 410a"),
        (Text("A", size=8, align="right"), "1d2177 1b4500 1b6102 1d4200 410a"),
        (Feed(3), "1b6403"),
        (Cut(), "1d564200"),
        (Rule("dashed"), PLAIN.hex() + "2d" * 48 + "0a"),
        (Rule("solid"), PLAIN.hex() + "c4" * 48 + "0a"),
        (Pair("Café", "R$ 9,90"), PLAIN.hex() + "43616682" + "20" * 37 + "522420392c39300a"),
        (
            Qr("ABC", millimetres=30),
            "1b6101 1d286b0400 31413200 1d286b0300 31430c 1d286b0300 314531"
            "1d286b0600 315030414243 1d286b0300 315130",
        ),
    ],
)
def test_each_kind_of_block_has_its_golden_bytes(block: Block, golden: str) -> None:
    assert b"".join(render([block], WIDE).pieces) == PROLOGUE + bytes.fromhex(golden)


def test_inverted_text_fills_the_whole_line() -> None:
    (line,) = render([Text("OI", invert=True, align="center")], WIDE).pieces[1:]
    assert line == bytes.fromhex("1d2100 1b4500 1b6100 1d4201") + b"OI".center(48) + b"\n"


def test_text_from_a_catalogue_cannot_command_the_printer() -> None:
    (line,) = render([Text("a\x1b@\x1dV\x00\x10\x04b")], WIDE).pieces[1:]
    assert line == PLAIN + b"a @ V   b\n"


def test_a_qr_code_is_at_least_as_wide_as_asked_and_never_wider_than_the_paper() -> None:
    data = "https://totem.example/t/" + "x" * 60
    for profile in (it for it in PROFILES.values() if it.dialect in ("escpos", "custom")):
        raw = b"".join(render([Qr(data, millimetres=30)], profile).pieces)
        module_dots = raw[raw.index(b"\x1d(k\x03\x001C") + 7]
        modules = 37
        assert module_dots * modules >= 240
        assert module_dots * (modules + 8) <= profile.dots


def test_a_printer_without_native_qr_gets_a_raster() -> None:
    profile = PrinterProfile(id="old", native_qr=False)
    assert b"\x1dv0\x00" in b"".join(render([Qr("ABC")], profile).pieces)


# ---- text


def test_what_the_page_lacks_is_written_with_what_it_has() -> None:
    assert fit("“R$ 5” – 1 €… naïve ţ\u00a0漢", "cp860") == '"R$ 5" - 1 EUR... naive t ?'
    assert fit("Sa\u0303o", "cp860") == "São"


@pytest.mark.parametrize("codec", ["cp860", "cp850", "cp858", "cp1252"])
def test_every_portuguese_and_spanish_letter_survives(codec: str) -> None:
    letters = "áàâãéêíóôõúüçÁÀÂÃÉÊÍÓÔÕÚÜÇºªñÑ¿¡"
    assert fit(letters, codec) == letters


@given(st.text(max_size=60), st.sampled_from(["cp860", "cp850", "cp1252"]))
def test_any_text_becomes_printable_bytes(text: str, codec: str) -> None:
    raw = fit(text, codec).encode(codec)
    assert all(byte >= 0x20 and byte != 0x7F for byte in raw.replace(b"\n", b""))


@given(st.text(alphabet="ab c\n-", max_size=80), st.integers(1, 20))
def test_wrapping_loses_no_word_and_fits(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(len(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text(alphabet="ab c", max_size=60), st.text(alphabet="$1,", max_size=40))
def test_a_pair_keeps_both_texts_and_its_width(left: str, right: str) -> None:
    lines = pair(left, right, 32)
    assert all(len(line) <= 32 for line in lines)
    told = "".join("".join(lines).split())
    assert sorted(told) == sorted("".join((left + right).split()))


def test_the_left_text_of_a_pair_gives_way() -> None:
    assert pair("Exame de sangue completo", "R$ 49,90", 24) == [
        "Exame de sangue R$ 49,90",
        "completo",
    ]


# ---- replies


@pytest.mark.parametrize(
    ("faults", "state", "cause"),
    [
        (Faults(), "ok", ""),
        (Faults(paper=0x1E), "near_end", ""),
        (Faults(paper=0x16), "near_end", ""),
        (Faults(paper=0x1A), "near_end", ""),
        (Faults(paper=0x32), "end", "paper_end"),
        (Faults(paper=0x52), "end", "paper_end"),
        (Faults(paper=0x7E), "end", "paper_end"),
        (Faults(printer=0x1A, offline=0x32), "end", "paper_end"),
        (Faults(printer=30, offline=54, paper=114), "end", "cover_open"),
        (Faults(printer=0x1A), "ok", "offline"),
        (Faults(offline=ERROR, error=CUTTER), "ok", "cutter_error"),
        (Faults(offline=ERROR, error=0x32), "ok", "unrecoverable"),
        (Faults(offline=ERROR, error=0x52), "ok", "overheated"),
        (Faults(offline=ERROR), "ok", "unrecoverable"),
        (Faults(printer=0x16), "ok", ""),
    ],
)
def test_one_bit_of_a_pair_is_enough(faults: Faults, state: str, cause: str) -> None:
    assert (faults.paper_state, faults.cause) == (state, cause)


MEANT: list[tuple[bytes, Reply | None]] = [
    (b"\x12", RealTime(0x12)),
    (b"\x7e", RealTime(0x7E)),
    (b"\x0f", Queued(0x0F)),
    (b"7\x22 09~\0", ProcessId(" 09~")),
    (b"7\x22777_\0", ProcessId("777_")),
    (b"_TM-T20X\0", Info("TM-T20X")),
    (b"\x10\x00\x00\x00", None),
    (b"\xff", None),
    (b"\x13", None),
    (b"\x37", None),
]


@given(st.lists(st.sampled_from(MEANT)), st.integers(1, 7))
def test_replies_are_told_apart_in_any_cuts(
    meant: list[tuple[bytes, Reply | None]], cut: int
) -> None:
    stream = b"".join(raw + b"\x12" for raw, _ in meant)
    expected = [reply for _, meaning in meant for reply in (meaning, RealTime(0x12)) if reply]
    replies = Replies()
    heard = [
        reply
        for start in range(0, len(stream), cut)
        for reply in replies.feed(stream[start : start + cut])
    ]
    assert heard == expected


@given(st.binary(max_size=200), st.integers(1, 9))
def test_noise_never_breaks_the_reader_nor_depends_on_its_cuts(noise: bytes, cut: int) -> None:
    whole, pieces = Replies(), Replies()
    heard = [
        reply
        for start in range(0, len(noise), cut)
        for reply in pieces.feed(noise[start : start + cut])
    ]
    assert heard == whole.feed(noise)
    assert all(reply.id.isprintable() for reply in heard if isinstance(reply, ProcessId))


@given(st.binary(max_size=60))
def test_after_noise_a_status_is_still_read(noise: bytes) -> None:
    replies = Replies()
    replies.feed(noise)
    replies.feed(b"\xff")
    assert replies.feed(b"\x12") == [RealTime(0x12)]
