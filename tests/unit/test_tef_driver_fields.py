"""The TEF record format: what is read, what is written, what never leaves it."""

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from edge_agent.devices.drivers.tef import fields as f
from edge_agent.devices.drivers.tef.answers import customer_copy
from edge_agent.devices.drivers.tef.fields import decode, encode, is_complete, masked_card
from edge_agent.devices.drivers.tef.profiles import PROFILES, read_amount, written_amount
from tests.support.scripted_tef import APPROVED, paper

CONTROL = "231120261015400771"
PAN = "5555444433331111"
VERBATIM = (f.NSU, f.AUTH_CODE, f.CONTROL, f.DOCUMENT, f.RECEIPT_DATE, f.RECEIPT_TIME)

one_line = st.text(st.characters(codec="cp1252", exclude_characters="\r\n"), max_size=40)


@given(st.dictionaries(st.sampled_from(VERBATIM), one_line))
def test_what_is_written_reads_back(record: dict[str, str]) -> None:
    assert decode(encode(record)) == record | {f.TRAILER: "0"}


@given(st.dictionaries(st.sampled_from(VERBATIM), st.text(st.characters(codec="latin-1"))))
def test_any_text_is_written_on_its_line_or_refused(record: dict[str, str]) -> None:
    with suppress(ValueError):
        raw = encode(record)
        assert raw.count(b"\r\n") == len(record) + 1
        assert is_complete(decode(raw))


@given(st.binary(max_size=300))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert all(f.listed({key: ""}) or key == f.TRAILER for key in decode(raw))


@pytest.mark.parametrize("key", ["1-000", "001-00", "0010000", "٠٠١-000"])
def test_a_strange_key_is_not_written(key: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        encode({key: "x"})


def test_fields_rise_and_the_trailer_closes() -> None:
    raw = encode({"731-000": "2", f.TRAILER: "0", "000-000": "CRT", "003-000": "1"})
    assert raw == b"000-000 = CRT\r\n003-000 = 1\r\n731-000 = 2\r\n999-999 = 0\r\n"


@pytest.mark.parametrize(
    ("raw", "key", "value"),
    [
        ("030-000 = CARTÃO NÃO ACEITO\r\n".encode("cp1252"), f.MESSAGE, "CARTÃO NÃO ACEITO"),
        (b"030-000 = CART\xc3O \x81\r\n", f.MESSAGE, "CARTÃO \x81"),
        (b"010-000 = DEMO\n", f.NETWORK, "DEMO"),
        (b"010-000 = A\r\n010-000 = B\r\n", f.NETWORK, "A"),
        (b"010-000=DEMO\r\n", f.NETWORK, "DEMO"),
        (b"027-000 = 12|34\r\n", f.CONTROL, "12|34"),
        (b"012-000 = E12345678202311231015abcdEF\r\n", f.NSU, "E12345678202311231015abcdEF"),
        (b'713-001 = "  R$ 1  "\r\n', "713-001", "  R$ 1  "),
        (b'713-001 = ""A""\r\n', "713-001", '"A"'),
        (b"713-001 =   A\r\n", "713-001", "  A"),
        (b'713-001 = "A\r\n', "713-001", '"A'),
        (b'713-001 = ""\r\n', "713-001", ""),
        (b"713-001 = \r\n", "713-001", ""),
        (b"029-001 = \x85 A\r\n", "029-001", "… A"),
    ],
)
def test_values_are_read_as_managers_write_them(raw: bytes, key: str, value: str) -> None:
    assert decode(raw)[key] == value


def test_without_the_whole_trailer_a_record_is_not_complete() -> None:
    raw = paper(APPROVED)
    for length in range(len(raw)):
        record = decode(raw[:length])
        is_whole = length >= len(raw) - 2
        assert is_complete(record) == is_whole
        assert record.get(f.CONTROL, CONTROL) == CONTROL
    assert decode(raw + b"010-000 = LATE\r\n") == decode(raw)


def test_an_unlisted_field_is_not_read() -> None:
    raw = paper(APPROVED, f210_004=PAN, f741="MARIA", f747="1229", f800_001="1")
    assert decode(raw) == decode(paper(APPROVED))


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (PAN, "555544******1111"),
        ("CARTAO 5555 4444 3333 1111 VAL 12/29", "CARTAO 5555 44** **** 1111 VAL 12/29"),
        ("3782 822463 10005", "3782 82**** *0005"),
        ("CNPJ 12345678000195", "CNPJ 12345678000195"),
        ("NSU 5555444433331112", "NSU 5555444433331112"),
        ("************1111", "************1111"),
    ],
)
def test_a_card_number_in_free_text_is_masked(line: str, read: str) -> None:
    assert decode(f'713-001 = "{line}"\r\n'.encode())["713-001"] == read


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("************4321", "************4321"),
        ("555544XXXXXX1111", "555544******1111"),
        ("5555 44** **** 1111", "555544******1111"),
        (PAN, "555544******1111"),
        ("55554444*1111", ""),
        ("555544**33331111", ""),
        ("", ""),
        ("4321", ""),
    ],
)
def test_a_card_is_masked_or_not_shown(text: str, masked: str) -> None:
    assert masked_card(text) == masked


@given(st.integers(1, 10**12 - 1), st.sampled_from(sorted(PROFILES)))
def test_amounts_read_back(minor: int, profile_id: str) -> None:
    profile = PROFILES[profile_id]
    assert read_amount(profile, written_amount(profile, minor)) == minor


@pytest.mark.parametrize(
    ("profile_id", "text"),
    [
        ("paygo", "25,90"),
        ("classic", "25.90"),
        ("sitef", "2590"),
        ("sitef", "25,9"),
        ("sitef", ",90"),
        ("paygo", "-1"),
        ("paygo", "٢"),
        ("paygo", "1" * 13),
    ],
)
def test_an_amount_of_another_dialect_is_refused(profile_id: str, text: str) -> None:
    with pytest.raises(ValueError, match="dialect"):
        read_amount(PROFILES[profile_id], text)


@pytest.mark.parametrize(
    ("said", "slip"),
    [
        ({"713-001": "A", "713-002": "B", "711-001": "C", "029-001": "D"}, ("A", "B")),
        ({"711-001": "C", "029-001": "D"}, ("C",)),
        ({"029-002": "E", "029-001": "D"}, ("D", "E")),
        ({"028-000": "9", "028-001": "1", "029-002": "E", "029-001": "D"}, ("D",)),
        ({"737-000": "2", "713-001": "A"}, ()),
        ({"737-000": "3", "713-001": "A"}, ("A",)),
        ({"715-001": "M"}, ()),
    ],
)
def test_the_customers_copy_is_chosen(said: dict[str, str], slip: tuple[str, ...]) -> None:
    assert customer_copy(said) == slip
