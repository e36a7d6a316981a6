"""Writes BR Codes, as a PSP would for its customers: dynamic, ASCII, checksum last."""

CRC_FIELD = "6304"


def dynamic_code(url: str, merchant: str, city: str, amount_minor: int | None = None) -> str:
    """The text of a dynamic QR; ``url`` comes without ``https://``."""
    account = _field("00", "br.gov.bcb.pix") + _field("25", url)
    return _sealed("12", account, (merchant, city), amount_minor, "***")


def static_code(key: str, merchant: str, city: str, amount_minor: int | None, txid: str) -> str:
    """The text of a static QR: it can be paid and nobody is told."""
    account = _field("00", "br.gov.bcb.pix") + _field("01", key)
    return _sealed("", account, (merchant, city), amount_minor, txid)


def checksum(data: str) -> str:
    """CRC-16/CCITT-FALSE as four capitals."""
    crc = 0xFFFF
    for byte in data.encode("ascii"):
        for place in range(8):
            bit = (byte >> (7 - place) & 1) ^ (crc >> 15)
            crc = (crc << 1) & 0xFFFF
            if bit:
                crc ^= 0x1021
    return f"{crc:04X}"


def _sealed(
    once: str, account: str, payee: tuple[str, str], amount_minor: int | None, txid: str
) -> str:
    merchant, city = payee
    text = _field("00", "01")
    text += _field("01", once) if once else ""
    text += _field("26", account) + _field("52", "0000") + _field("53", "986")
    if amount_minor is not None:
        text += _field("54", f"{amount_minor // 100}.{amount_minor % 100:02d}")
    text += _field("58", "BR") + _field("59", merchant) + _field("60", city)
    text += _field("62", _field("05", txid)) + CRC_FIELD
    return text + checksum(text)


def _field(number: str, value: str) -> str:
    return f"{number}{len(value):02d}{value}"
