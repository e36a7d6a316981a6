"""Frames and messages of the Cielo POS: byte for byte, in any pieces, and what is none."""

import pytest
from hypothesis import given, settings, strategies as st

from edge_agent.devices.drivers.cielo.framing import Unframer, frame
from edge_agent.devices.drivers.cielo.messages import decode
from edge_agent.devices.errors import DeviceProtocolError
from tests.support.scripted_cielo import POS, SEQ_POS, Shop, end, framed, framed_json, init

GOLDEN_JSON = b'{"msg_id": "CmdInitSession", "pos_id": "91746241", "seq_pos": "00018725"}'
GOLDEN_HEAD = bytes.fromhex("00497B226D73675F6964223A2022436D64496E6974")

# ---- frames and messages


def test_the_first_frame_byte_for_byte() -> None:
    raw = frame(GOLDEN_JSON)
    assert raw.startswith(GOLDEN_HEAD)
    assert len(raw) == 2 + 73
    assert framed_json(init()) == raw
    (payload,) = Unframer().feed(raw)
    heard = decode(payload)
    assert (heard.pos_id, heard.seq_pos) == (POS, SEQ_POS)


@pytest.mark.parametrize("size", [0, 0x10000])
def test_a_frame_that_the_head_cannot_say_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="1 to 65535"):
        frame(b"x" * size)


payloads = st.lists(st.binary(min_size=1, max_size=600), max_size=6)


@given(payloads, st.lists(st.integers(1, 50), min_size=1, max_size=40))
def test_frames_survive_any_cut(messages: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(framed(message) for message in messages)
    unframer, got, at = Unframer(), [], 0
    for step in cuts:
        got += unframer.feed(stream[at : at + step])
        at += step
    got += unframer.feed(stream[at:])
    assert got == messages
    assert not unframer.partial


@given(st.binary(max_size=200))
def test_garbage_never_passes_for_a_command(garbage: bytes) -> None:
    with pytest.raises(DeviceProtocolError):
        decode(garbage)


NOT_COMMANDS = {
    "typographic quotes": GOLDEN_JSON.replace(b'"', b"\x93"),
    "typographic quotes in UTF-8": GOLDEN_JSON.replace(b'"', "“".encode()),
    "no JSON": b"CmdInitSession",
    "an answer": b'{"msg_id": "RspInitSession", "pos_id": "91746241", "seq_pos": "00018725"}',
    "no pos_id": b'{"msg_id": "CmdInitSession", "seq_pos": "00018725"}',
    "letters in seq_pos": GOLDEN_JSON.replace(b"00018725", b"0001872x"),
    "a number for pos_id": GOLDEN_JSON.replace(b'"91746241"', b"91746241"),
    "a line break in pos_id": GOLDEN_JSON.replace(b"91746241", b"9174624\\n"),
    "a negative amount": framed_json(end(amount="-1"))[2:],
    "a status of three digits": framed_json(end(status=100))[2:],
    "something behind": GOLDEN_JSON + b"}",
}


@pytest.mark.parametrize("payload", NOT_COMMANDS.values(), ids=NOT_COMMANDS.keys())
def test_what_is_no_command_is_refused(payload: bytes) -> None:
    with pytest.raises(DeviceProtocolError):
        decode(payload)


@pytest.mark.parametrize(
    "noise",
    [b"\x00\x00", framed(b"\x93x\x94"), b"GET / HTTP/1.1\r\n", framed_json(init())[:40]],
    ids=["no bytes", "no JSON", "another protocol", "half a frame"],
)
def test_noise_is_closed_and_the_payment_goes_on(noise: bytes) -> None:
    shop = Shop()
    noisy = shop.lan.call(noise)
    shop.customer()
    assert shop.pay().kind == "authorised"
    assert noisy.is_closed_by_us
    assert noisy.heard == []


@pytest.mark.parametrize(("gap", "statuses"), [(0.9, [10]), (1.2, [])])
def test_pieces_more_than_a_second_apart_are_no_frame(gap: float, statuses: list[int]) -> None:
    raw = framed_json(init())
    shop = Shop()
    line = shop.lan.call(raw[:10])
    shop.lan.after(gap, lambda: line.send(raw[10:]))
    for _ in range(3):
        shop.reader.ping()
        shop.lan.pass_time(0.1)
    assert [answer["status"] for answer in line.heard] == statuses


@settings(max_examples=25)
@given(st.binary(max_size=60))
def test_no_bytes_of_a_stranger_end_a_payment(garbage: bytes) -> None:
    shop = Shop()
    shop.lan.after(2, lambda: shop.lan.call(garbage))
    shop.customer()
    assert shop.pay().kind == "authorised"
