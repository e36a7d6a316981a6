"""The ABECS driver's bytes: golden frames both ways, streams split and garbled."""

import binascii

import pytest
from hypothesis import given, strategies as st

from edge_agent.devices.drivers.abecs.emv import parse_emv
from edge_agent.devices.drivers.abecs.frame import BadFrameError, FrameDecoder, crc16, encode
from edge_agent.devices.drivers.abecs.link import Link
from edge_agent.devices.drivers.abecs.tlv import Ask, command, parse_response
from edge_agent.devices.errors import DeviceProtocolError, DeviceTimeoutError
from tests.support.scripted_pinpad import (
    CAN,
    CLX_ASK,
    NAK,
    Pinpad,
    asked,
    decided,
    emv,
    frame,
    paid,
    reader_of,
    unframe,
    with_card,
)

GOLDEN = {
    "OPN": "16 4F 50 4E 17 A8 A9",
    "OPN000": "16 4F 50 4E 30 30 30 17 77 5E",
    "CLX000": "16 43 4C 58 30 30 30 17 FD 8D",
    "ERR010": "16 45 52 52 30 31 30 17 B7 11",
    "GCX012": "16 47 43 58 30 31 32 17 A8 1A",
    "GCX013": "16 47 43 58 30 31 33 17 9B 2B",
    "X\x13\x16\x17": "16 58 13 33 13 36 13 37 17 9E 95",
}
GCX_1290 = (
    "16 47 43 58 30 36 35 00 13 33 00 0C 30 30 30 30 30 30 30 30 31 32 39 30 00 15 00 06 32 36 31"
    " 31 32 33 00 13 36 00 06 31 34 33 35 30 37 00 13 37 00 05 31 30 30 30 30 00 22 00 03 39 38 36"
    " 00 23 00 04 30 36 30 34 00 0C 00 01 3C 17 51 BC"
)
GIX_ASK = "16 47 49 58 30 31 30 00 01 00 06 80 01 80 03 80 07 17 78 52"
GIX_SAID = (
    "16 47 49 58 30 30 30 30 33 35 80 01 00 0A 53 4E 30 30 30 30 30 30 30 31 80 03 00 09 45 4D 55"
    " 2D 31 3B 38 4D 42 80 07 00 04 32 2E 31 32 17 69 E7"
)
GOX_APPROVED = (
    "16 47 4F 58 30 30 30 30 32 33 80 56 00 06 30 30 30 30 30 30 80 54 00 09 9F 27 01 40 9F 36 02"
    " 00 4C 17 55 3C"
)
FCX_ASK = "16 46 43 58 30 31 36 00 19 00 04 32 30 30 30 00 04 00 04 9F 26 9F 27 17 AC 0A"


# ---- golden frames


@pytest.mark.parametrize(("data", "hexa"), GOLDEN.items())
def test_golden_frames_are_sent_byte_for_byte(data: str, hexa: str) -> None:
    assert encode(data.encode("latin-1")) == bytes.fromhex(hexa)


@pytest.mark.parametrize(
    ("data", "crc"), [(b"AAAAAAAA\x17", 0x9A63), (b"UNK\x17", 0x7C32), (b"123456789", 0x31C3)]
)
def test_crc_matches_published_vectors(data: bytes, crc: int) -> None:
    assert crc16(data) == crc == binascii.crc_hqx(data, 0)


def test_golden_commands_are_built_byte_for_byte() -> None:
    gcx = command(
        "GCX",
        [
            (Ask.AMOUNT, b"000000001290"),
            (Ask.TRNDATE, b"261123"),
            (Ask.TRNTIME, b"143507"),
            (Ask.GCXOPT, b"10000"),
            (Ask.TRNCURR, b"986"),
            (Ask.PANMASK, b"0604"),
            (Ask.TIMEOUT, b"\x3c"),
        ],
    )
    gix = command("GIX", [(Ask.IDLIST, bytes.fromhex("800180038007"))])
    fcx = command("FCX", [(Ask.FCXOPT, b"2000"), (Ask.TAGLIST, bytes.fromhex("9F269F27"))])
    clx = command("CLX", [(Ask.DSPMSG, b"OBRIGADO")])
    for built, golden in ((gcx, GCX_1290), (gix, GIX_ASK), (fcx, FCX_ASK), (clx, CLX_ASK)):
        assert encode(built) == bytes.fromhex(golden)


def test_golden_responses_are_parsed() -> None:
    gix = parse_response(unframe(bytes.fromhex(GIX_SAID))).fields()
    assert gix == {0x8001: b"SN00000001", 0x8003: b"EMU-1;8MB", 0x8007: b"2.12"}
    gox = parse_response(unframe(bytes.fromhex(GOX_APPROVED))).fields()
    assert gox[0x8056] == b"000000"
    assert parse_emv(gox[0x8054]) == {"9F27": b"\x40", "9F36": b"\x00\x4c"}


def test_gcx_of_a_sale_starts_with_the_golden_fields() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    paid(pinpad)
    gcx = next(data for data in pinpad.commands if data.startswith(b"GCX"))
    golden = unframe(bytes.fromhex(GCX_1290))
    assert gcx[6 : len(golden)] == golden[6:]
    assert asked(gcx)[Ask.APPTYPE] == b"01"
    assert asked(gcx)[Ask.ACQREF] == b"00"


# ---- streams


@given(st.lists(st.binary(max_size=80), min_size=1, max_size=4), st.binary(max_size=8))
def test_frames_survive_any_splitting_and_noise_between(parts: list[bytes], noise: bytes) -> None:
    noise = noise.replace(b"\x16", b"")
    decoder = FrameDecoder()
    stream = b"".join(noise + frame(part) for part in parts)
    found = [data for byte in stream if (data := decoder.feed(byte)) is not None]
    assert found == parts


@given(st.binary(min_size=1, max_size=60), st.data())
def test_one_flipped_bit_is_never_taken_for_the_data(data: bytes, draw: st.DataObject) -> None:
    raw = bytearray(frame(data))
    place = draw.draw(st.integers(0, len(raw) * 8 - 1))
    raw[place // 8] ^= 1 << place % 8
    decoder = FrameDecoder()
    try:
        found = [got for byte in raw if (got := decoder.feed(byte)) is not None]
    except BadFrameError:
        return
    assert data not in found


@given(st.binary(max_size=60))
def test_any_answer_is_understood_or_refused(data: bytes) -> None:
    try:
        parse_response(data).fields()
    except DeviceProtocolError:
        return
    assert data[3:6].isdigit()


@given(st.binary(max_size=40))
def test_any_card_data_is_understood_or_refused(raw: bytes) -> None:
    try:
        parse_emv(raw)
    except DeviceProtocolError:
        return


@given(st.integers(1, 9))
def test_a_sale_is_approved_however_the_stream_is_split(chunk: int) -> None:
    outcome, _ = paid(decided(with_card(Pinpad(chunk)), b"000000"))
    assert outcome.kind == "approved_offline"


@given(st.data())
def test_garbled_answers_never_approve_by_accident(draw: st.DataObject) -> None:
    pinpad = decided(with_card(Pinpad()), b"100000", emv(kind=0))
    good = pinpad.answers["GOX"][0]
    raw = bytearray(good)
    raw[draw.draw(st.integers(0, len(raw) - 1))] ^= draw.draw(st.integers(1, 255))
    pinpad.answers["GOX"] = [bytes(raw)]
    try:
        outcome, _ = paid(pinpad)
    except (DeviceProtocolError, DeviceTimeoutError):
        return
    assert outcome.kind != "approved_offline"


def test_a_garbled_answer_is_asked_for_again_with_nak() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    pinpad.answers["OPN"] = [frame(b"OPN000")[:-1] + b"\x00"]
    link = Link(pinpad, pinpad.clock)
    with pytest.raises(DeviceProtocolError):
        link.exchange(command("OPN"))
    assert pinpad.controls == NAK * 4


def test_a_good_answer_is_answered_with_nothing() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    paid(pinpad)
    assert pinpad.controls == CAN


def test_a_refused_frame_is_sent_again_three_times() -> None:
    pinpad = Pinpad()
    pinpad.acks = [NAK, NAK]
    reader_of(pinpad).open()
    assert pinpad.commands[:3] == [b"OPN"] * 3
    pinpad.acks = [NAK] * 3
    with pytest.raises(DeviceProtocolError):
        reader_of(pinpad).open()


def test_silence_instead_of_ack_or_answer_is_a_timeout() -> None:
    pinpad = Pinpad()
    pinpad.acks = [b""]
    with pytest.raises(DeviceTimeoutError):
        reader_of(pinpad).open()
    pinpad.answers["OPN"] = []
    with pytest.raises(DeviceTimeoutError):
        reader_of(pinpad).open()
