"""Noise, silence and time: neither makes more of a paper than the printer proved."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from edge_agent.devices.drivers.escpos import EscposPrinter
from edge_agent.devices.drivers.escpos.dialects import dialect_of
from edge_agent.devices.drivers.escpos.profiles import PROFILES, profile_named
from edge_agent.devices.drivers.escpos.render import Rendered
from edge_agent.devices.drivers.escpos.text import fit
from edge_agent.devices.drivers.escpos.ticket import Ticket, chunks
from edge_agent.devices.errors import DeviceError, DeviceTimeoutError
from edge_agent.devices.ports import Block, Cut, PrintResult, Text
from tests.support.scripted_printer import (
    COVER,
    WIDE,
    ScriptedPrinter,
    VirtualClock,
    printer,
)

TICKET: list[Block] = [Text("A012", size=4), Cut()]
LONG: list[Block] = [Text(f"linha {number}") for number in range(150)]
PROOF = b"7\x220042\0"
NOISE = st.lists(
    st.one_of(
        st.binary(min_size=1, max_size=8),
        st.sampled_from(
            [
                bytes.fromhex(told)
                for told in (
                    *("12", "00", "ff", "13", "37", "3722", "37223030343100", "3722303034"),
                    *("10000000", "100f20000000", "5f", "5f5800", "372500"),
                )
            ]
        ),
    ),
    max_size=12,
)
SANE_S = 120.0


def speaking(pieces: Iterable[bytes]) -> tuple[EscposPrinter, ScriptedPrinter, VirtualClock]:
    """An open printer that proves nothing any more and says a piece at each write."""
    device, wire, clock = printer()
    wire.temper.knows_process_id = False
    left = list(pieces)

    def speak(wire: ScriptedPrinter) -> None:
        if len(wire.writes) >= 4 and left:
            wire.say(left.pop(0))

    wire.on_write = speak
    return device, wire, clock


@given(NOISE)
def test_noise_never_prints_a_paper_and_never_hangs(noise: list[bytes]) -> None:
    device, wire, clock = speaking(noise)
    begun = clock.now
    result = device.print(LONG, "0042")
    heard = b"".join(noise)
    assert result.outcome in ("failed", "unknown") or PROOF in heard
    assert clock.now - begun < SANE_S
    assert len(wire.writes) < 500


@given(NOISE, st.sampled_from(sorted(PROFILES)))
def test_a_wire_of_noise_alone_never_proves_a_paper(noise: list[bytes], profile: str) -> None:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock, status={}, knows_process_id=False, knows_sentinel=False)
    left = [it for it in noise * 3 if not it.startswith(b"\x10\x0f")]
    wire.on_write = lambda it: it.say(left.pop(0)) if left else None
    device = EscposPrinter(profile_named(profile), wire, clock)
    try:
        device.open()
        outcome = device.print(TICKET, "0042").outcome
    except DeviceError:
        outcome = "failed"
    assert outcome != "printed" or PROOF in b"".join(noise * 3)
    assert clock.now < SANE_S


@given(st.lists(st.integers(1, 6), max_size=3), NOISE)
@settings(max_examples=60)
def test_a_proof_in_any_cuts_among_status_bytes_is_found(
    cuts: list[int], noise: list[bytes]
) -> None:
    device, wire, _ = printer()
    wire.temper.knows_process_id = False
    places = sorted({0, *cuts, len(PROOF)})
    pieces = [PROOF[a:b] for a, b in pairwise(places)]

    def prove(wire: ScriptedPrinter) -> None:
        if len(wire.writes) == 5:
            wire.say(b"\x12")
            for number, piece in enumerate(pieces):
                wire.say(piece, after_s=2.1 + number / 100)
            wire.say(b"\x00\x12\x0f" + b"".join(noise), after_s=2.5)

    wire.on_write = prove
    assert device.print(TICKET, "0042") == PrintResult("printed")


def test_a_stray_byte_during_the_probe_is_no_proof() -> None:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock, knows_process_id=False, knows_sentinel=False)

    def stray(wire: ScriptedPrinter) -> None:
        if len(wire.writes) == 5:
            wire.say(b"\x00")

    wire.on_write = stray
    device = EscposPrinter(WIDE, wire, clock)
    device.open()
    assert device.describe()["proof"] == "status"


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_a_half_open_wire_never_opens(profile: str) -> None:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock, status={}, knows_process_id=False, knows_sentinel=False)
    with pytest.raises(DeviceTimeoutError):
        EscposPrinter(profile_named(profile), wire, clock).open()
    assert clock.now < 2
    assert not wire.is_open


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_a_wire_that_echoes_never_proves_a_paper(profile: str) -> None:
    clock = VirtualClock()
    wire = _Echo(clock, status={})
    device = EscposPrinter(profile_named(profile), wire, clock)
    try:
        device.open()
        outcome = device.print(TICKET, "0042").outcome
    except DeviceError:
        outcome = "failed"
    assert outcome in ("failed", "unknown")
    assert clock.now < 30


class _Echo(ScriptedPrinter):
    """A wire whose two ends are joined: it answers with what was asked."""

    def _answer(self, data: bytes) -> None:
        self.say(data)


# ---- deadlines


def test_patience_is_three_seconds_and_the_paper_itself() -> None:
    rendered = Rendered([b"x" * 1140], 50)
    ticket = Ticket(rendered, "0042", "process_id", dialect_of(WIDE))
    size = 1140 + 11
    assert ticket.patience_s(9600) == pytest.approx(3 + size * 10 / 9600 + 50 * 0.06)
    assert ticket.patience_s(115200) == pytest.approx(3 + size * 10 / 115200 + 50 * 0.06)


@pytest.mark.parametrize("paper", [TICKET, LONG])
def test_waiting_for_a_proof_ends_in_time(paper: list[Block]) -> None:
    device, wire, clock = printer()
    wire.temper.knows_process_id = False
    begun = clock.now
    assert device.print(paper, "0042") == PrintResult("unknown", "no_proof")
    lines = 8 if paper is TICKET else 150
    assert 3 + lines * 0.06 <= clock.now - begun < 4.5 + lines * 0.06


def test_a_silent_printer_costs_one_question_while_sending() -> None:
    device, wire, clock = printer()

    def fall_silent(wire: ScriptedPrinter) -> None:
        if len(wire.writes) == 5:
            wire.temper.status.clear()

    wire.on_write = fall_silent
    long: list[Block] = [Text("x" * 48)] * 200
    begun = clock.now
    assert device.print(long, "0042") == PrintResult("unknown", "silent")
    assert clock.now - begun < 30


@given(st.lists(st.binary(min_size=1, max_size=700), max_size=12))
def test_chunks_are_small_keep_every_byte_and_tell_where_commands_end(pieces: list[bytes]) -> None:
    cut = list(chunks(pieces))
    assert b"".join(chunk for chunk, _ in cut) == b"".join(pieces)
    assert all(len(chunk) <= 512 for chunk, _ in cut)
    ends, at = {0}, 0
    for piece in pieces:
        at += len(piece)
        ends.add(at)
    at = 0
    for chunk, on_boundary in cut:
        at += len(chunk)
        assert not on_boundary or at in ends
    assert cut[-1][1]


@given(st.integers(0, 255), st.integers(0, 255))
def test_ready_needs_every_fault_bit_clear(offline: int, paper: int) -> None:
    device, wire, _ = printer()
    wire.faults(offline=offline, paper=paper)
    well_formed = offline & 0x93 == 0x12 and paper & 0x93 == 0x12
    try:
        status = device.status()
    except DeviceTimeoutError:
        assert not well_formed
        return
    assert well_formed
    assert status.ready == (not offline & 0x64 and not paper & 0x60)
    end = paper & 0x60 or offline & 0x20
    assert status.paper == ("end" if end else "near_end" if paper & 0x0C else "ok")
    assert (status.cause == "cover_open") == bool(offline & COVER & 0x04)


# ---- spelling


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("– — − ‑", "- - - -"),
        ("“aspas” ‘uma’ «duas»", "\"aspas\" 'uma' «duas»"),
        ("10 € … ™ ©", "10 EUR ... TM (c)"),
        ("½ ¾ 2³ ⅓", "½ 3/4 23 1/3"),
        ("œuvre Łódź ø æ", "oeuvre Lódz o ae"),
        ("a ≤ b ≥ c ≠ d → e", "a ≤ b ≥ c != d -> e"),
        ("✓ • ★ №5", "v * * No5"),
        ("ﬁm 漢", "fim ?"),
    ],
)
def test_what_has_a_spelling_is_spelt(text: str, spelt: str) -> None:
    assert fit(text, "cp860") == spelt


def test_what_the_page_holds_is_left_alone() -> None:
    assert fit("€ – “ ”", "cp1252") == "€ – “ ”"
    assert fit("€", "cp858") == "€"
