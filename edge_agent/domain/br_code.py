"""The text of a PIX QR code (EMV merchant-presented, "BR Code"): read, and trusted only when whole.

Source: the public BR Code layout; the checksum is CRC-16/CCITT-FALSE over everything before it,
``6304`` included. Only a dynamic code can be followed to its payment, so only that is ever shown.
"""

from typing import NamedTuple

GUI = "br.gov.bcb.pix"
LENGTH_MAX = 512
_CRC_AT = -4
_POLYNOMIAL, _START = 0x1021, 0xFFFF


class BrCodeError(ValueError):
    """The text is not a BR Code; says why."""


class BrCode(NamedTuple):
    """``url`` is empty for a static code; ``amount_minor`` is None when the payload leaves it
    out.
    """

    url: str
    key: str
    amount_minor: int | None
    merchant: str
    txid: str


def read_br_code(text: str) -> BrCode:
    """Raises BrCodeError."""
    if len(text) > LENGTH_MAX or not text.isascii():
        raise BrCodeError("longer than any BR Code, or not ASCII")
    fields = _fields(text)
    if fields.get("00") != "01" or list(fields)[-1] != "63":
        raise BrCodeError("does not begin with 00 and end with 63")
    if text[_CRC_AT:].upper() != f"{crc16(text[:_CRC_AT].encode()):04X}":
        raise BrCodeError("its checksum is wrong")
    account = _pix_account(fields)
    return BrCode(
        url=account.get("25", ""),
        key=account.get("01", ""),
        amount_minor=_minor(fields["54"]) if "54" in fields else None,
        merchant=fields.get("59", ""),
        txid=_fields(fields["62"]).get("05", "") if "62" in fields else "",
    )


def fault_of(text: str, amount_minor: int) -> str:
    """Why this code may not be shown for this amount; empty when it may."""
    try:
        code = read_br_code(text)
    except BrCodeError as error:
        return str(error)
    if not code.url:
        return "it is static: nothing would tell of its payment"
    is_other = code.amount_minor is not None and code.amount_minor != amount_minor
    return "it asks for another amount" if is_other else ""


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE; ``123456789`` gives 29B1."""
    crc = _START
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ _POLYNOMIAL if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _fields(text: str) -> dict[str, str]:
    """Raises BrCodeError."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        head = text[place : place + 4]
        if len(head) < 4 or not head.isdigit():
            raise BrCodeError(f"no field begins at {place}")
        length = int(head[2:])
        value = text[place + 4 : place + 4 + length]
        if len(value) != length or not length:
            raise BrCodeError(f"field {head[:2]} ends beyond its code")
        found[head[:2]] = value
        place += 4 + length
    return found


def _pix_account(fields: dict[str, str]) -> dict[str, str]:
    for number in range(26, 52):
        account = _fields(fields.get(f"{number:02}", ""))
        if account.get("00", "").lower() == GUI:
            return account
    raise BrCodeError("it names no PIX account")


def _minor(text: str) -> int:
    whole, _, cents = text.partition(".")
    if not whole.isdigit() or not (cents or "0").isdigit() or len(cents) > 2:
        raise BrCodeError(f"its amount is {text}")
    return int(whole) * 100 + int(cents.ljust(2, "0"))
