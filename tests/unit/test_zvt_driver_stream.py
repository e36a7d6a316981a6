"""The ZVT driver's bytes: golden frames both ways, streams split, merged and garbled."""

from itertools import count

import pytest
from hypothesis import given, strategies as st

from edge_agent.devices.drivers.zvt.apdu import parse_apdu
from edge_agent.devices.drivers.zvt.frame import BadFrameError, FrameDecoder, crc16, encode
from edge_agent.devices.drivers.zvt.link import Pace, SerialLink
from edge_agent.devices.errors import (
    DeviceError,
    DeviceGoneError,
    DeviceProtocolError,
    DeviceTimeoutError,
)
from tests.support.scripted_zvt import (
    COMPLETION,
    NAK,
    OK,
    OWN,
    REGISTERED,
    STATUS_ABORTED,
    STATUS_APPROVED,
    Heard,
    Terminal,
    an_attempt,
    an_intent,
    approving,
    frame,
    hexed,
    kermit,
    reader_of,
    remembering,
    selling,
    status,
)

FRAMES = [
    "10 02 06 00 06 12 34 56 BA 09 78 10 03 24 C3",
    "10 02 06 01 0A 04 00 00 00 01 10 10 00 49 09 78 10 03 F2 FF",
    "10 02 80 00 00 10 03 F5 1F",
    "10 02 84 9C 00 10 03 C3 41",
    "10 02 06 93 03 12 34 56 10 03 CA A4",
    "10 02 05 01 03 12 34 56 10 03 E0 43",
    "10 02 06 70 00 10 03 D9 F9",
    "10 02 06 18 00 10 03 56 3A",
    "10 02 06 0F 0B F0 F0 F7 32 2E 31 34 2E 31 35 00 10 03 B1 11",
    "10 02 06 D1 17 00 20 20 20 20 20 20 20 20 20 4B 61 73 73 65 6E 73 63 68 6E 69 74 74"
    " 10 03 2F 07",
    "10 02 04 0F 37 27 00 04 00 00 00 00 40 00 49 09 78 0C 09 38 48 0D 04 25 22 F1 F1 59 66 66 66"
    " 66 D2 00 21 22 01 00 17 00 01 87 01 75 0B 61 39 95 19 40 29 60 09 99 14 0E 05 12 8A 02"
    " 10 03 90 8C",
    "10 02 06 00 06 00 00 00 BE 09 86 10 03 24 4C",
    "10 02 06 01 0A 04 00 00 00 00 12 90 49 09 86 10 03 7C B0",
    "10 02 06 01 0A 04 00 00 00 00 10 10 10 10 49 09 86 10 03 7F 32",
    "10 02 04 FF 01 0A 10 03 F5 7D",
    "10 02 04 FF 01 0E 10 03 95 1A",
    "10 02 04 FF 01 1C 10 03 B4 BC",
    "10 02 06 0F 00 10 03 C6 33",
    "10 02 06 1E 01 6C 10 03 C9 F2",
]
"""Whole serial frames; those with 10 10 are stuffed."""

CHECKED = {
    REGISTERED: "63 7A",
    STATUS_APPROVED: "AD D8",
    STATUS_ABORTED: "40 5E",
    "84 FF 00": "EA AB",
    "84 9D 07 04 00 00 00 00 06 45": "D8 6A",
    "06 20 05 00 00 00 03 03": "DB 15",
    "06 30 06 00 00 00 87 00 42": "CC C0",
    "06 31 0D 00 00 00 04 00 00 00 00 12 90 49 09 86": "B1 86",
    "06 50 03 00 00 00": "FB 37",
    "06 51 03 00 00 00": "D0 33",
    "06 B0 00": "43 F3",
    "06 02 00": "B9 CC",
    "05 01 00": "10 06",
}
"""APDUs as they go over TCP, and the CRC they have on a serial line."""


def decoded(raw: bytes) -> list[bytes]:
    decoder = FrameDecoder()
    return [apdu for apdu in map(decoder.feed, raw) if apdu is not None]


# ---- golden frames


@pytest.mark.parametrize("golden", FRAMES)
def test_golden_frames_both_ways(golden: str) -> None:
    raw = hexed(golden)
    (apdu,) = decoded(raw)
    assert encode(apdu) == raw == frame(apdu)
    assert parse_apdu(apdu).encode() == apdu


@pytest.mark.parametrize(("apdu", "check"), CHECKED.items())
def test_golden_apdus_have_their_crc(apdu: str, check: str) -> None:
    assert encode(hexed(apdu))[-2:] == hexed(check)
    assert parse_apdu(hexed(apdu)).encode() == hexed(apdu)


def test_crc_check_value() -> None:
    assert crc16(b"123456789") == 0x2189 == kermit(b"123456789")


def test_what_the_driver_sends_is_golden() -> None:
    terminal = approving(Terminal())
    terminal.scripts["0630"] = [[OK, status("0043", "000018"), COMPLETION]]
    reader = reader_of(terminal)
    reader.open()
    reader.ping()
    reader.pay(an_intent(), Heard(terminal))
    reader.pay(an_intent(10_101_010), Heard(terminal))
    reader.void(an_attempt(**OWN), an_intent(), Heard(terminal))
    sent = {encode(hexed(text)) for text in terminal.heard()}
    whole = [FRAMES[2], FRAMES[11], FRAMES[12]]
    assert sent >= {hexed(golden) for golden in whole}
    ours = ["06 20 05 00 00 00 03 03", "06 30 06 00 00 00 87 00 42", "05 01 00", "84 FF 00"]
    assert sent >= {hexed("10 02" + apdu + "10 03" + CHECKED[apdu]) for apdu in ours}
    assert encode(hexed("06 01 0A 04 00 00 10 10 10 10 49 09 86")) in sent


def test_a_golden_sale_over_tcp_is_raw_apdus() -> None:
    terminal = approving(Terminal())
    assert reader_of(terminal).pay(an_intent(), Heard(terminal)).kind == "approved"
    assert "06 01 0A 04 00 00 00 00 12 90 49 09 86" in terminal.heard()


# ---- the stream


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5), st.binary(max_size=10))
def test_frames_survive_any_noise_between_them(apdus: list[bytes], noise: bytes) -> None:
    quiet = noise.replace(b"\x10", b"")
    stream = b"".join(quiet + encode(apdu) for apdu in apdus)
    assert decoded(stream) == apdus


@given(st.binary(min_size=3, max_size=40), st.data())
def test_a_frame_with_one_wrong_bit_is_nothing(apdu: bytes, data: st.DataObject) -> None:
    raw = bytearray(encode(apdu))
    bit = data.draw(st.integers(16, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    try:
        assert apdu not in decoded(bytes(raw))
    except BadFrameError:
        return


@given(st.sampled_from(["tcp", "serial"]), st.integers(1, 7))
def test_a_sale_in_pieces_of_any_size(kind: str, chunk: int) -> None:
    terminal = approving(Terminal(kind, chunk))
    assert reader_of(terminal).pay(an_intent(), Heard(terminal)).kind == "approved"
    assert terminal.naks == 0


@pytest.mark.parametrize("kind", ["tcp", "serial"])
def test_two_reports_in_one_piece(kind: str) -> None:
    terminal = selling(Terminal(kind), STATUS_APPROVED, COMPLETION)
    reader = reader_of(terminal)
    reader.open()
    for _ in range(3):
        terminal.send("04 FF 01 0E")
    assert reader.pay(an_intent(), Heard(terminal)).kind == "approved"


@given(
    kind=st.sampled_from(["tcp", "serial"]),
    hits=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 80), st.integers(0, 255))),
    drops=st.sets(st.integers(0, 12), max_size=2),
    doubles=st.sets(st.integers(0, 12), max_size=2),
)
def test_a_garbled_sale_ends_and_is_approved_with_proof_only(
    kind: str, hits: list[tuple[int, int, int]], drops: set[int], doubles: set[int]
) -> None:
    terminal = selling(Terminal(kind), "04 FF 01 0A", STATUS_APPROVED, COMPLETION)
    turns = count()

    def mangle(raw: bytes) -> bytes:
        turn, out = next(turns), bytearray(raw)
        for at, index, value in hits:
            if at == turn and index < len(out):
                out[index] = value
        return b"" if turn in drops else bytes(out) * (2 if turn in doubles else 1)

    terminal.mangle = mangle
    talk = Heard(terminal)
    began = terminal.clock.now
    try:
        outcome = reader_of(terminal).pay(an_intent(), talk)
    except (DeviceTimeoutError, DeviceGoneError, DeviceProtocolError):
        return
    finally:
        assert terminal.clock.now - began < 400
    if outcome.kind == "approved":
        whole = [hexed(STATUS_APPROVED), hexed(COMPLETION)]
        wanted = [frame(apdu) for apdu in whole] if kind == "serial" else [b"\x27\x00", b"\x06\x0f"]
        assert all(part in terminal.spoken for part in wanted)
        assert len(talk.stored) == 1
    elif talk.stored:
        assert outcome.kind == "unknown"


@given(st.sampled_from(["tcp", "serial"]), st.binary(max_size=60))
def test_noise_at_any_time_never_approves_anything(kind: str, noise: bytes) -> None:
    terminal = selling(Terminal(kind))
    terminal.after_abort = []
    terminal.mangle = lambda raw: raw + noise
    talk = Heard(terminal)
    began = terminal.clock.now
    try:
        outcome = reader_of(terminal).pay(an_intent(), talk)
    except DeviceError:
        return
    finally:
        assert terminal.clock.now - began < 400
    assert outcome.kind != "approved"
    assert talk.stored == []


@given(st.sampled_from(["tcp", "serial"]), st.binary(max_size=60))
def test_noise_never_resolves_to_approved(kind: str, noise: bytes) -> None:
    terminal = remembering(Terminal(kind), status(result="6C"))
    terminal.mangle = lambda raw: raw + noise
    try:
        outcome = reader_of(terminal).resolve(an_attempt())
    except DeviceError:
        return
    assert outcome.kind in ("failed", "unknown")


# ---- acknowledgements


def serial_link(terminal: Terminal) -> SerialLink:
    return SerialLink(terminal, terminal.clock, Pace())


def test_a_refused_frame_is_repeated_twice_and_then_given_up() -> None:
    terminal = Terminal("serial")
    terminal.acks = [NAK, NAK]
    serial_link(terminal).send(hexed("05 01 00"))
    assert [kind for kind, _ in terminal.events] == ["unheard", "unheard", "ecr"]
    terminal.events.clear()
    terminal.acks = [NAK] * 3
    with pytest.raises(DeviceTimeoutError):
        serial_link(terminal).send(hexed("05 01 00"))
    assert len(terminal.events) == 3


def test_a_frame_nobody_acknowledges_is_repeated_after_t2() -> None:
    terminal = Terminal("serial")
    terminal.acks = [b"", b"", b""]
    began = terminal.clock.now
    with pytest.raises(DeviceTimeoutError):
        serial_link(terminal).send(hexed("05 01 00"))
    assert len(terminal.events) == 3
    assert terminal.clock.now - began == pytest.approx(15, abs=0.1)


def test_a_lost_acknowledgement_sends_no_command_twice() -> None:
    terminal = approving(Terminal("serial"))
    reader = reader_of(terminal)
    reader.open()
    terminal.lost_acks = 1
    reader.ping()
    assert terminal.commands().count("05 01") == 1


def test_a_garbled_frame_is_asked_for_again() -> None:
    terminal = approving(Terminal("serial"))
    turns = iter([False, True] * 50)
    terminal.mangle = lambda raw: raw[:-1] + bytes((raw[-1] ^ next(turns),))
    assert reader_of(terminal).pay(an_intent(), Heard(terminal)).kind == "approved"
    assert terminal.naks > 2


def test_a_frame_that_stops_half_way_is_asked_for_again_after_t1() -> None:
    terminal = Terminal("serial")
    link = serial_link(terminal)
    terminal.send(COMPLETION)
    whole = terminal.read(99, 0)
    terminal.say_raw(whole[:5])
    began = terminal.clock.now
    assert link.receive(1.0) == hexed(COMPLETION)
    assert terminal.naks == 1
    assert terminal.clock.now - began == pytest.approx(0.2, abs=0.05)


def test_frames_that_cross_are_both_heard() -> None:
    terminal = Terminal("serial")
    terminal.after_abort = []
    link = serial_link(terminal)
    terminal.say_raw(frame(hexed("04 FF 01 0E")))
    link.send(hexed("06 B0 00"))
    assert link.receive(1.0) == hexed("04 FF 01 0E")
    assert link.receive(1.0) == hexed(OK)
    assert link.receive(1.0) is None
    assert [apdu for _, apdu in terminal.events] == [hexed("06 B0 00")]


def test_an_apdu_of_another_length_than_it_says_is_a_protocol_error() -> None:
    terminal = Terminal("serial")
    reader = reader_of(terminal)
    reader.open()
    terminal.send("04 FF 03 0A")
    reader.ping()
    assert "84 9A 00" in terminal.heard()


def test_a_closed_wire_forgets_what_was_heard_in_part() -> None:
    terminal = Terminal()
    reader = reader_of(terminal)
    reader.open()
    terminal.say_raw(hexed("04 0F 2E 27"))
    with pytest.raises(DeviceTimeoutError):
        reader.ping()
    reader.open()
    reader.ping()
    assert terminal.opens == 2
