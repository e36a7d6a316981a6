"""QR codes and barcodes as the machine makes them: checked first, then turned into modules.

Promise: data that a real printer would refuse raises RefusedError and prints nothing.
"""

import re
from functools import lru_cache

import barcode  # type: ignore[import-untyped]
import segno

from edge_agent.devices.emulators.escpos.setup import RefusedError

SYSTEMS = ("UPC-A", "UPC-E", "EAN13", "EAN8", "CODE39", "ITF", "CODABAR", "CODE93", "CODE128")
COUNTED_FROM = 65
RULES = {
    "UPC-A": r"\d{11,12}",
    "UPC-E": r"\d{6,8}|\d{11,12}",
    "EAN13": r"\d{12,13}",
    "EAN8": r"\d{7,8}",
    "CODE39": r"\*?[0-9A-Z $%+\-./]+\*?",
    "ITF": r"(\d\d)+",
    "CODABAR": r"[A-Da-d][0-9$+\-./:]+[A-Da-d]",
    "CODE93": r"[\x00-\x7f]+",
    "CODE128": r"\{[ABC][\x00-\xff]+",
}
LIBRARY = {
    "UPC-A": "upca",
    "EAN13": "ean13",
    "EAN8": "ean8",
    "CODE39": "code39",
    "ITF": "itf",
    "CODE128": "code128",
}


def checked(number: int, data: bytes) -> tuple[str, str]:
    """The system's name and the data a scanner would read. Raises RefusedError."""
    index = number - COUNTED_FROM if number >= COUNTED_FROM else number
    system, text = SYSTEMS[index], data.decode("latin-1")
    if not re.fullmatch(RULES[system], text, re.DOTALL):
        raise RefusedError(f"{system} cannot hold {text!r}")
    if system == "CODE128":
        text = _code128(text)
    return system, text


def _code128(text: str) -> str:
    """CODE128 data without its set selectors; set C holds one pair of digits a byte."""
    if text.startswith("{C"):
        return "".join(f"{ord(char):02}" for char in text[2:])
    return re.sub(r"\{([ABCS1-4])", "", text).replace("{{", "{")


def bars(system: str, text: str) -> str:
    """The bars as ``1`` and ``0``, one a module; empty for systems drawn as a plain box."""
    if system not in LIBRARY:
        return ""
    options = {"add_checksum": False} if system == "CODE39" else {}
    return str(barcode.get(LIBRARY[system], text.strip("*"), options=options).build()[0])


@lru_cache(maxsize=64)
def qr_rows(data: str, level: str) -> tuple[bytes, ...]:
    """The QR code as rows of 0 and 1, no quiet zone. Raises RefusedError when it does not fit."""
    try:
        code = segno.make(data, error=level, micro=False, boost_error=False)
    except ValueError as error:
        raise RefusedError(f"QR code: {error}") from error
    return tuple(bytes(row) for row in code.matrix)
