"""The ESC/POS byte stream cut into commands, however it was split on the way.

Promise: strict. Every byte belongs to exactly one command; what the table does not know comes out
as ``unknown`` and is an error of the sender. Written from the command tables, not from any driver.
"""

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

UNKNOWN = "unknown"
TEXT = "text"
REALTIME = frozenset(("DLE EOT", "DLE ENQ", "DLE DC4"))
FAMILIES = {0x1B: "ESC", 0x1C: "FS", 0x1D: "GS"}
DLE = 0x10
CONTROLS = {0x09: "HT", 0x0A: "LF", 0x0D: "CR"}
PRINTABLE = re.compile(rb"[\x20-\x7e\x80-\xff]+")
PARAMETERS = {
    "ESC": {"@": 0, "2": 0} | dict.fromkeys("! E-GaMdJ3tR{V=", 1) | {"p": 3},
    "FS": {".": 0, "&": 0},
    "GS": dict.fromkeys("!BarIhwHfb", 1) | {"L": 2, "W": 2},
}
"""Commands with a fixed number of parameter bytes."""

CUT_WITH_FEED = frozenset(b"ABabgh")
CUT_PLAIN = frozenset(b"\x00\x0101")
BARCODE_TO_NUL = range(7)
BARCODE_COUNTED = range(65, 74)
DC4_SIZES = {1: 2, 2: 2, 8: 7}
STATUS_KINDS = frozenset((1, 2, 3, 4))


class Command(Struct, frozen=True):
    """One command: its name as the manuals write it (``GS V``) and its parameter bytes."""

    name: str
    args: bytes = b""


Found = tuple[Command, int]
"""A command and how many bytes it took."""


class _MoreNeededError(Exception):
    """The command has not arrived whole."""


class Tokeniser:
    """Feed it chunks; it gives back whole commands and keeps the rest."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, chunk: bytes) -> Iterator[Command]:
        self._held += chunk
        at = 0
        try:
            while at < len(self._held):
                command, size = _parse(self._held, at)
                at += size
                yield command
        except _MoreNeededError:
            pass
        finally:
            del self._held[:at]


def _parse(data: bytearray, at: int) -> Found:
    byte = data[at]
    if byte == DLE:
        return _realtime(data, at)
    if byte in FAMILIES:
        return _escaped(data, at, FAMILIES[byte])
    if byte in CONTROLS:
        return Command(CONTROLS[byte]), 1
    text = PRINTABLE.match(data, at)
    return (Command(TEXT, text[0]), len(text[0])) if text else _unknown(data, at, 1)


def _escaped(data: bytearray, at: int, family: str) -> Found:
    letter = chr(_need(data, at + 1, 1)[0])
    name = f"{family} {letter}"
    if name in VARIABLE:
        return VARIABLE[name](data, at)
    count = PARAMETERS[family].get(letter)
    if count is None:
        return _unknown(data, at, 2)
    return Command(name, _need(data, at + 2, count)), 2 + count


def _realtime(data: bytearray, at: int) -> Found:
    kind, first = _need(data, at + 1, 2)
    if kind == 0x04 and first in STATUS_KINDS:
        return Command("DLE EOT", bytes((first,))), 3
    if kind == 0x05 and first in (1, 2):
        return Command("DLE ENQ", bytes((first,))), 3
    if kind == 0x14 and first in DC4_SIZES:
        size = 1 + DC4_SIZES[first]
        return Command("DLE DC4", _need(data, at + 2, size)), 2 + size
    return _unknown(data, at, 3)


def _cut(data: bytearray, at: int) -> Found:
    mode = _need(data, at + 2, 1)[0]
    if mode in CUT_PLAIN:
        return Command("GS V", bytes((mode,))), 3
    if mode in CUT_WITH_FEED:
        return Command("GS V", _need(data, at + 2, 2)), 4
    return _unknown(data, at, 3)


def _barcode(data: bytearray, at: int) -> Found:
    system = _need(data, at + 2, 1)[0]
    if system in BARCODE_TO_NUL:
        end = data.find(b"\0", at + 3)
        if end < 0:
            raise _MoreNeededError
        return Command("GS k", bytes(data[at + 2 : end])), end + 1 - at
    if system in BARCODE_COUNTED:
        size = _need(data, at + 3, 1)[0]
        return Command("GS k", bytes((system,)) + _need(data, at + 4, size)), 4 + size
    return _unknown(data, at, 3)


def _raster(data: bytearray, at: int) -> Found:
    head = _need(data, at + 2, 6)
    if head[:1] != b"0":
        return _unknown(data, at, 3)
    size = int.from_bytes(head[2:4], "little") * int.from_bytes(head[4:6], "little")
    return Command("GS v", _need(data, at + 2, 6 + size)), 8 + size


def _counted(data: bytearray, at: int) -> Found:
    function, low, high = _need(data, at + 2, 3)
    size = low + high * 256
    return Command(f"GS ( {chr(function)}", _need(data, at + 5, size)), 5 + size


def _panel(data: bytearray, at: int) -> Found:
    if _need(data, at + 2, 1) != b"5":
        return _unknown(data, at, 3)
    return Command("ESC c 5", _need(data, at + 3, 1)), 4


VARIABLE: dict[str, Callable[[bytearray, int], Found]] = {
    "ESC c": _panel,
    "GS V": _cut,
    "GS k": _barcode,
    "GS v": _raster,
    "GS (": _counted,
}


def _unknown(data: bytearray, at: int, size: int) -> Found:
    return Command(UNKNOWN, _need(data, at, size)), size


def _need(data: bytearray, at: int, size: int) -> bytes:
    if len(data) < at + size:
        raise _MoreNeededError
    return bytes(data[at : at + size])
