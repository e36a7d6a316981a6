"""What the card said, made safe: EMV tags we asked for, a masked number, the proof of approval.

Promise: nothing leaves here but the tags of ``EVIDENCE`` and a card number with at most its first
six and last four digits; an approval without the card's own transaction certificate for exactly
this amount is no approval.
"""

from edge_agent.devices.drivers.abecs.tlv import Said
from edge_agent.devices.errors import DeviceProtocolError
from edge_agent.devices.ports import CardData

EVIDENCE = (
    "9F26",
    "9F27",
    "9F10",
    "9F36",
    "9F37",
    "95",
    "9A",
    "9C",
    "5F2A",
    "9F02",
    "84",
    "9F24",
)
"""Tags asked for by GOX and FCX, in the order they are sent and kept."""

TAGLIST = b"".join(bytes.fromhex(tag) for tag in EVIDENCE)
CRYPTOGRAM, CRYPTOGRAM_KIND, COUNTER, AMOUNT, AID = "9F26", "9F27", "9F36", "9F02", "84"
ACCOUNT_REFERENCE = "9F24"
CERTIFICATE = 0x40
KIND_MASK = 0xC0
CLEAR_DIGITS_MAX = 10
FIRST, LAST = 6, 4
SCHEMES = {"A000000003": "VISA", "A000000004": "MASTERCARD", "A000000025": "AMEX"}
"""Names for the registered prefix of an AID, for cards that carry no label."""


def parse_emv(raw: bytes) -> dict[str, bytes]:
    """BER-TLV to values by tag, tags of EVIDENCE only. Raises DeviceProtocolError if cut short."""
    found: dict[str, bytes] = {}
    at = 0
    while at < len(raw):
        tag_end = _tag_end(raw, at)
        size, start = _length(raw, tag_end)
        tag = raw[at:tag_end].hex().upper()
        if tag in EVIDENCE:
            found.setdefault(tag, raw[start : start + size])
        at = start + size
    if at != len(raw):
        raise DeviceProtocolError("the card's data is cut short")
    return found


def _tag_end(raw: bytes, at: int) -> int:
    end = at + 1
    if raw[at] & 0x1F == 0x1F:
        while end < len(raw) and raw[end] & 0x80:
            end += 1
        end += 1
    return end


def _length(raw: bytes, at: int) -> tuple[int, int]:
    """The length written at ``at`` and where the value starts."""
    if at >= len(raw):
        raise DeviceProtocolError("the card's data is cut short")
    first = raw[at]
    if first < 0x80:
        return first, at + 1
    extra = first & 0x7F
    return int.from_bytes(raw[at + 1 : at + 1 + extra], "big"), at + 1 + extra


def masked(pan: bytes) -> str:
    """The number as first 6, stars, last 4. Raises DeviceProtocolError on more than 10 digits
    in clear: then the reader is not set up to mask, and nothing of it is kept.
    """
    shown = sum(chr(byte).isdigit() for byte in pan)
    if shown > CLEAR_DIGITS_MAX:
        raise DeviceProtocolError("the reader returned a card number in clear: refused")
    text = pan.decode("latin-1").strip()
    hidden = len(text) - FIRST - LAST
    return text[:FIRST] + "*" * hidden + text[-LAST:] if hidden > 0 else "*" * len(text)


def proves_approval(emv: dict[str, bytes], amount_minor: int) -> bool:
    """The card signed a transaction certificate and echoes exactly this amount."""
    kind, amount = emv.get(CRYPTOGRAM_KIND, b""), emv.get(AMOUNT, b"").hex()
    certified = len(kind) == 1 and kind[0] & KIND_MASK == CERTIFICATE
    return certified and amount.isdecimal() and int(amount) == amount_minor


def card_data(
    fields: dict[int, bytes], emv: dict[str, bytes], pan: str, reader_serial: str
) -> CardData:
    """The record of an approval. ``emv`` becomes hex TLVs in the order of EVIDENCE."""
    aid = _hex(emv, AID)
    label = fields.get(Said.LABEL, b"").decode("latin-1").strip()
    return CardData(
        masked_pan=pan,
        brand=label or SCHEMES.get(aid[:10], ""),
        aid=aid,
        cryptogram=_hex(emv, CRYPTOGRAM),
        atc=_hex(emv, COUNTER),
        reader_serial=reader_serial,
        emv="".join(f"{tag}{len(emv[tag]):02X}{_hex(emv, tag)}" for tag in EVIDENCE if tag in emv),
        holder=fields.get(Said.CHNAME, b"").decode("latin-1").strip(),
        par=_reference(emv.get(ACCOUNT_REFERENCE, b"")),
    )


def _reference(raw: bytes) -> str:
    """The account reference, letters and digits; empty when it is anything else."""
    text = raw.decode("latin-1").strip(" \0")
    return text if text.isascii() and text.isalnum() else ""


def _hex(emv: dict[str, bytes], tag: str) -> str:
    return emv.get(tag, b"").hex().upper()
