"""The fields inside the ZVT driver's APDUs: parsed, masked, compared."""

import pytest
from hypothesis import given, strategies as st

from edge_agent.devices.drivers.zvt.apdu import Apdu, leaves, parse_apdu, parse_bmps, size_of
from edge_agent.devices.drivers.zvt.slip import mask_numbers, text_lines
from edge_agent.devices.drivers.zvt.status import Mark, is_newer, masked, parse_status
from edge_agent.devices.errors import DeviceProtocolError
from tests.support.scripted_zvt import STATUS_ABORTED, STATUS_APPROVED, hexed

REAL_STATUS = hexed(
    "27 00 04 00 00 00 00 40 00 49 09 78 0C 09 38 48 0D 04 25 22 F1 F1 59 66 66 66 66 D2 00 21 22"
    " 01 00 17 00 01 87 01 75 0B 61 39 95 19 40 29 60 09 99 14 0E 05 12 8A 02"
)


def test_the_golden_approval_is_parsed() -> None:
    said = parse_status(hexed(STATUS_APPROVED)[3:])
    assert (said.result, said.amount_minor, said.currency) == (0, 1290, "0986")
    assert said.mark == Mark("0042", "000017", "143507", "1123")
    assert said.data.masked_pan == "************1234"
    assert parse_status(hexed(STATUS_ABORTED)[3:]).result == 0x6C


def test_a_real_approval_with_a_track_is_parsed_and_masked() -> None:
    said = parse_status(REAL_STATUS)
    assert (said.result, said.amount_minor, said.currency) == (0, 4000, "0978")
    assert said.mark == Mark("0175", "613995", "093848", "0425")
    assert said.data.masked_pan == "******6666"
    assert said.data.reader_serial == "60099914"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("4761739001010119", "476173******0119"),
        ("EEEEEEEEEEEE1234", "************1234"),
        ("476173EEEEEE0119", "476173******0119"),
        ("6703444444444444449F", "670344*********4449"),
        ("4761739001010119D2512201", "476173******0119"),
        ("123456789012", "********9012"),
        ("1234", "1234"),
        ("", ""),
    ],
)
def test_card_numbers_show_at_most_six_and_four(raw: str, shown: str) -> None:
    assert masked(bytes.fromhex(raw)) == shown


@given(st.text("0123456789", min_size=13, max_size=19))
def test_no_line_shows_a_card_number(number: str) -> None:
    hidden = number[:6] + "*" * (len(number) - 10) + number[-4:]
    assert mask_numbers(f"Nr {number}") == f"Nr {hidden}"


def test_fields_of_every_length_kind() -> None:
    data = hexed("3C F0 F0 F3 414243 8B F0 F4 56495341 06 81 02 0102 24 F1 F0 F0") + b"t" * 100
    fields = parse_bmps(data + hexed("2D F0 F1 63 BA 0102030405 2A") + b"CONTRACT0000001")
    assert fields[0x3C] == b"ABC"
    assert fields[0x8B] == b"VISA"
    assert fields[0x06] == hexed("0102")
    assert len(fields[0x24]) == 100
    assert fields[0x2A] == b"CONTRACT0000001"


@pytest.mark.parametrize(
    "data",
    ["16", "04 00 00", "22 F0", "22 0F F8 11", "22 F0 F9 11", "06 83 00 00 01 00", "06 05 00"],
)
def test_fields_that_do_not_add_up(data: str) -> None:
    with pytest.raises(DeviceProtocolError):
        parse_bmps(hexed(data))


@pytest.mark.parametrize("data", ["27 00 04 00 00 00 00 1A 00", "0B 00 00 1F"])
def test_numbers_that_are_none(data: str) -> None:
    with pytest.raises(DeviceProtocolError):
        parse_status(hexed(data))


def test_long_lengths() -> None:
    apdu = Apdu(0x06D3, b"x" * 300)
    assert apdu.encode()[:5] == hexed("06 D3 FF 2C 01")
    assert parse_apdu(apdu.encode()) == apdu
    assert Apdu(0x06D3, b"x" * 254).encode()[2] == 254
    assert Apdu(0x06D3, b"x" * 255).encode()[2:5] == hexed("FF FF 00")
    assert size_of(hexed("06 D3")) is None
    assert size_of(hexed("06 D3 FF 2C")) is None


def test_tags_of_two_bytes_and_nested_ones() -> None:
    data = hexed("1F 07 01 02 25 09 07 02 41 42 09 01 00 07 00")
    assert list(leaves(data)) == [(0x1F07, b"\x02"), (7, b"AB"), (9, b"\x00"), (7, b"")]
    assert text_lines(data) == text_lines(b"\x06\x0f" + data) == ["AB", ""]


@given(st.binary(max_size=60))
def test_no_bytes_break_the_parsers(data: bytes) -> None:
    for parse in (parse_bmps, parse_status, text_lines, parse_apdu):
        try:
            parse(data)
        except DeviceProtocolError:
            continue


@given(st.integers(0, 999_999), st.integers(1, 400_000), st.integers(0, 9999), st.integers(1, 4000))
def test_what_came_later_is_newer_and_never_the_other_way(
    trace: int, steps: int, receipt: int, receipts: int
) -> None:
    old = Mark(f"{receipt:04d}", f"{trace:06d}")
    new = Mark(f"{(receipt + receipts) % 10_000:04d}", f"{(trace + steps) % 1_000_000:06d}")
    assert is_newer(new, old)
    assert not is_newer(old, new)
    assert not is_newer(old, old)
