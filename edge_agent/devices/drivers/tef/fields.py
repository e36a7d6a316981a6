"""The record format: one field per line, ``AAA-BBB = value``, closed by ``999-999 = 0``.

Only the fields named here ever leave this module. Some managers send whole card numbers in fields
of their own, so a list of the forbidden ones could never be complete; and where a listed field is
free text, a card number in it comes out masked.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

Record = dict[str, str]
"""Fields by ``AAA-BBB``, values as text."""

COMMAND: Final = "000-000"
NUMBER: Final = "001-000"
DOCUMENT: Final = "002-000"
AMOUNT: Final = "003-000"
CURRENCY: Final = "004-000"
STATUS: Final = "009-000"
NETWORK: Final = "010-000"
NSU: Final = "012-000"
AUTH_CODE: Final = "013-000"
INSTALMENTS: Final = "018-000"
RECEIPT_DATE: Final = "022-000"
RECEIPT_TIME: Final = "023-000"
CONTROL: Final = "027-000"
FIRST_COPY_END: Final = "028-001"
MESSAGE: Final = "030-000"
CARD_NAME: Final = "040-000"
CONFIRMATION: Final = "729-000"
COPIES: Final = "737-000"
MASKED_CARD: Final = "740-000"
STANDARD_CARD_NAME: Final = "748-000"
TRAILER: Final = "999-999"

RECEIPTS: Final = ("029", "711", "713", "715")
_ECHOED: Final = frozenset(
    {COMMAND, NUMBER, DOCUMENT, AMOUNT, STATUS, NSU, AUTH_CODE, CONTROL, CONFIRMATION}
    | {RECEIPT_DATE, RECEIPT_TIME, "025-000", "026-000", TRAILER}
)
_TEXT: Final = frozenset(
    {NETWORK, "010-001", "011-000", "015-000", "017-000", INSTALMENTS, "028-000", FIRST_COPY_END}
    | {MESSAGE, CARD_NAME, "710-000", "712-000", "714-000", "730-000", "731-000", "732-000"}
    | {COPIES, MASKED_CARD, STANDARD_CARD_NAME, "743-000", "744-000"}
)

_LINE: Final = re.compile(r"([0-9]{3}-[0-9]{3}) *= ?(.*)", re.DOTALL)
_KEY: Final = re.compile(r"[0-9]{3}-[0-9]{3}")
_MASKED: Final = re.compile(r"([0-9]{0,6})[*xX.]+([0-9]{4})")
_DIGIT_RUNS: Final = re.compile(
    r"(?<![0-9])([0-9]{13,19}|[0-9]{4}([ .-])[0-9]{4}\2[0-9]{4}\2[0-9]{1,7}"
    r"|[0-9]{4}([ .-])[0-9]{6}\3[0-9]{4,5})(?![0-9])"
)


def encode(record: Mapping[str, str]) -> bytes:
    """The file: fields in rising order, CRLF, the trailer last. Raises ValueError for a key that
    is not ``AAA-BBB`` or a value that would break its line.
    """
    body = {key: value for key, value in record.items() if key != TRAILER}
    for key, value in body.items():
        if not _KEY.fullmatch(key) or "\r" in value or "\n" in value:
            raise ValueError(f"field {key!r} cannot be written")
    lines = [f"{key} = {body[key]}" for key in sorted(body)] + [f"{TRAILER} = 0"]
    text = "".join(f"{line}\r\n" for line in lines)
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        return text.encode("latin-1", "replace")


def decode(raw: bytes) -> Record:
    """The listed fields of whole lines up to the trailer; the first of a repeated field wins.
    Never fails: what is no field is no field. Without a trailer in it the record is not complete.
    """
    record: Record = {}
    lines = _text_of(raw).split("\n")
    for position, line in enumerate(lines):
        found = _LINE.fullmatch(line.removesuffix("\r"))
        if found is None:
            continue
        key, value = found.groups()
        if key == TRAILER:
            if value.strip() == "0":
                record[TRAILER] = "0"
                break
        elif position < len(lines) - 1 and _is_listed(key):
            record.setdefault(key, _clean(key, value))
    return record


def is_complete(record: Mapping[str, str]) -> bool:
    return TRAILER in record


def listed(fields: Mapping[str, str]) -> Record:
    """Those of ``fields`` that a record may hold."""
    return {key: value for key, value in fields.items() if _is_listed(key)}


def presented(record: Mapping[str, str]) -> bytes:
    """The listed fields for support, but for receipts, which may name the customer. Never fails."""
    keys = sorted(key for key in listed(record) if key[:3] not in RECEIPTS)
    return "\r\n".join(f"{key} = {record[key]}" for key in keys).encode("cp1252", "replace")


def receipt(record: Mapping[str, str], group: str) -> tuple[str, ...]:
    """The lines of one receipt in order, without their quotes."""
    keys = sorted(key for key in record if key[:3] == group and key[4:] != "000")
    return tuple(record[key] for key in keys)


def masked_card(text: str) -> str:
    """A card as at most its first 6 and last 4 digits, or an empty string."""
    text = text.replace(" ", "")
    found = _MASKED.fullmatch(text)
    if found and 8 <= len(text) <= 19:
        first, last = found.groups()
        return first + "*" * (len(text) - len(first) - len(last)) + last
    return _starred(text) if re.fullmatch(r"[0-9]{12,19}", text) else ""


def plain(text: str) -> str:
    """``text`` without whatever is not printable ASCII."""
    return "".join(sign for sign in text if " " <= sign <= "~")


def without_card_numbers(text: str) -> str:
    """``text`` with every whole card number masked, its length unchanged."""
    return _DIGIT_RUNS.sub(lambda found: _covered(found.group()), text)


def _is_listed(key: str) -> bool:
    if key in _ECHOED or key in _TEXT:
        return True
    return bool(_KEY.fullmatch(key)) and key[:3] in RECEIPTS and key[4:] != "000"


def _clean(key: str, value: str) -> str:
    if key == MASKED_CARD:
        return masked_card(value)
    if key in _ECHOED:
        return value.strip() if key in (COMMAND, NUMBER, STATUS, CONFIRMATION) else value
    if key[:3] in RECEIPTS:
        value = _unquoted(value)
    return without_card_numbers(value)


def _unquoted(line: str) -> str:
    quoted = len(line) > 1 and line.startswith('"') and line.endswith('"')
    return line[1:-1] if quoted else line


def _text_of(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _covered(run: str) -> str:
    digits = [sign for sign in run if sign.isdigit()]
    return _starred(run) if _is_card_number("".join(digits)) else run


def _starred(run: str) -> str:
    count = sum(sign.isdigit() for sign in run)
    seen = 0
    signs = []
    for sign in run:
        seen += sign.isdigit()
        hidden = sign.isdigit() and 6 < seen <= count - 4
        signs.append("*" if hidden else sign)
    return "".join(signs)


def _is_card_number(digits: str) -> bool:
    """By length, first digits and check digit, so that tax numbers are seldom taken for cards."""
    first = {13: "4", 14: "3", 15: "3", 16: "23456"}.get(len(digits), "456")
    return 13 <= len(digits) <= 19 and digits[0] in first and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled: Iterable[int] = (int(digit) * 2 for digit in digits[-2::-2])
    kept: Iterable[int] = (int(digit) for digit in digits[-1::-2])
    return (sum(value // 10 + value % 10 for value in doubled) + sum(kept)) % 10 == 0
