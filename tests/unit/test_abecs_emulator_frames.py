"""The emulator's frames: published ones byte for byte, and any stream of bytes."""

import pytest
from hypothesis import given, strategies as st

from edge_agent.devices.emulators.abecs.framing import Receiver, Signal, crc16, frame
from edge_agent.devices.emulators.abecs.message import notification, refusal, response
from tests.support.abecs_kiosk import (
    command,
    tlv,
)

OPN = "16 4F504E 17 A8A9"
GIX = "16 474958 303130 0001 0006 8001 8003 8007 17 7852"
DSP = "16 445350303332" + b"PAGUE R$ 12,90  APROXIME CARTAO ".hex() + "17 6BC9"


def received(stream: bytes) -> list[bytes | Signal]:
    receiver = Receiver()
    return [found for byte in stream if (found := receiver.feed(byte)) is not None]


@pytest.mark.parametrize(
    ("data", "check"),
    [
        (b"OPN", 0xA8A9),
        (b"OPN000", 0x775E),
        (b"AAAAAAAA", 0x9A63),
        (b"UNK", 0x7C32),
        (b"DSP000", 0x3963),
        (b"DSP032    OPERA\xc7\xc3O       FINALIZADA   ", 0x5213),
        (b"GIX000", 0x7F4A),
    ],
)
def test_the_crc_is_the_one_of_the_published_frames(data: bytes, check: int) -> None:
    assert crc16(data + b"\x17") == check
    assert crc16(b"123456789") == 0x31C3


@pytest.mark.parametrize(
    ("data", "golden"),
    [
        (b"OPN", OPN),
        (response("OPN"), "16 4F504E303030 17 775E"),
        (command("GIX", tlv(0x0001, bytes.fromhex("800180038007"))), GIX),
        (
            response("GIX", {0x8001: b"SN00000001", 0x8003: b"EMU-1;8MB", 0x8007: b"2.12"}),
            "16 474958303030 303335 8001000A 534E3030303030303031 80030009 454D552D313B384D42"
            "80070004 322E3132 17 69E7",
        ),
        (b"DSP032PAGUE R$ 12,90  APROXIME CARTAO ", DSP),
        (response("CEX", {0x8040: b"92"}), "16 434558303030 303036 80400002 3932 17 0970"),
        (
            response("GCD", {0x804D: b"12345678909"}),
            "16 474344303030 303135 804D000B 3132333435363738393039 17 C817",
        ),
        (refusal("GCX", 12), "16 474358303132 17 A81A"),
        (refusal("GCX", 13), "16 474358303133 17 9B2B"),
        (
            response("GOX", {0x8056: b"000000", 0x8054: bytes.fromhex("9F2701409F3602004C")}),
            "16 474F58303030 303233 80560006 303030303030 80540009 9F2701409F3602004C 17 553C",
        ),
        (
            response("GOX", {0x8056: b"200000"}),
            "16 474F58303030 303130 80560006 323030303030 17 468B",
        ),
        (response("FCX", {0x8058: b"000"}), "16 464358303030 303037 80580003 303030 17 F7EC"),
        (response("FCX", {0x8058: b"100"}), "16 464358303030 303037 80580003 313030 17 8158"),
        (response("CLX"), "16 434C58303030 17 FD8D"),
        (refusal("ERR", 10), "16 455252303130 17 B711"),
        (b"X\x13\x16\x17", "16 58 1333 1336 1337 17 9E95"),
    ],
)
def test_golden_frames_are_written_and_read(data: bytes, golden: str) -> None:
    assert frame(data) == bytes.fromhex(golden)
    assert received(bytes.fromhex(golden)) == [data]


@given(st.binary(max_size=300))
def test_any_data_survives_its_frame(data: bytes) -> None:
    raw = frame(data)
    assert raw.count(b"\x16") - raw[-2:].count(b"\x16") == 1
    assert received(raw) == [data]


@given(st.binary(min_size=1, max_size=40), st.data())
def test_a_frame_with_one_byte_changed_is_never_taken(data: bytes, draw: st.DataObject) -> None:
    raw = bytearray(frame(data))
    at = draw.draw(st.integers(1, len(raw) - 1))
    raw[at] ^= draw.draw(st.integers(1, 255))
    assert all(isinstance(found, Signal) for found in received(bytes(raw)))


@given(st.binary(max_size=120).filter(lambda noise: 0x16 not in noise), st.binary(max_size=30))
def test_noise_before_a_frame_costs_nothing(noise: bytes, data: bytes) -> None:
    assert [found for found in received(noise + frame(data)) if isinstance(found, bytes)] == [data]


@given(st.binary(max_size=400))
def test_noise_is_a_command_only_where_it_holds_a_whole_frame(noise: bytes) -> None:
    assert all(isinstance(found, Signal) or frame(found) in noise for found in received(noise))


def test_too_much_data_is_a_bad_frame() -> None:
    assert received(frame(b"A" * 2049)) == [b"A" * 2049]
    assert Signal.BAD in received(frame(b"A" * 2050))


def test_a_notification_carries_at_most_32_characters() -> None:
    assert notification("A" * 40) == b"NTM000032" + b"A" * 32
