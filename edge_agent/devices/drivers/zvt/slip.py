"""Receipt lines as the terminal sends them (06 D1 line by line, 06 D3 as a block).

Promise: no run of digits as long as a card number leaves here unmasked.
"""

import re

from edge_agent.devices.drivers.zvt.apdu import TLV, leaves, parse_bmps
from edge_agent.devices.drivers.zvt.status import CHARSET, PAN_LEAST
from edge_agent.devices.errors import DeviceProtocolError

FEED = 0xFF
LAST = 0x80
TEXT_LINE = 0x07
_NUMBER = re.compile(rf"\d(?:[ .-]?\d){{{PAN_LEAST - 1},}}")


class Slip:
    """Collects; ``lines`` is the last receipt that came, the customer's where there are two."""

    def __init__(self) -> None:
        self._receipt: list[str] = []
        self._is_whole = False

    def lines(self) -> tuple[str, ...]:
        return tuple(self._receipt)

    def add_line(self, data: bytes) -> None:
        """06 D1: attribute, text. FF n feeds n lines; bit 7 marks a receipt's last line."""
        attribute, text = data[:1], data[1:]
        if attribute == bytes((FEED,)):
            self._add(*([""] * text[0] if text else []))
            return
        self._add(text.decode(CHARSET))
        self._is_whole = bool(attribute) and attribute[0] > LAST

    def add_block(self, data: bytes) -> None:
        """06 D3: a whole receipt of text lines. One that cannot be read is left out."""
        self._is_whole = True
        try:
            self._add(*text_lines(data))
        except DeviceProtocolError:
            return
        self._is_whole = True

    def _add(self, *lines: str) -> None:
        if self._is_whole and any(lines):
            self._receipt.clear()
            self._is_whole = False
        self._receipt += [mask_numbers(line.rstrip(" \r\n\0")) for line in lines]


def text_lines(data: bytes) -> list[str]:
    """The text lines of a TLV field, with or without its BMP. Raises DeviceProtocolError."""
    inner = parse_bmps(data).get(TLV, b"") if data[:1] == bytes((TLV,)) else data
    return [value.decode(CHARSET) for tag, value in leaves(inner) if tag == TEXT_LINE]


def mask_numbers(line: str) -> str:
    """Every run of 13 or more digits with only its first 6 and last 4 left, its spaces kept."""
    return _NUMBER.sub(_mask, line)


def _mask(found: re.Match[str]) -> str:
    run = found.group()
    count = sum(map(str.isdecimal, run))
    seen, out = 0, []
    for character in run:
        seen += character.isdecimal()
        is_hidden = character.isdecimal() and 6 < seen <= count - 4
        out.append("*" if is_hidden else character)
    return "".join(out)
