"""A printer's byte stream cut into commands, however it was split on the way.

Promise: strict. Every byte belongs to exactly one command; what the dialect's grammar does not
know comes out as ``unknown`` and is an error of the sender. Written from the command tables, not
from any driver. Here are the grammar of ESC/POS and the parsers that the other dialects share.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

UNKNOWN = "unknown"
TEXT = "text"
FAMILIES = {0x1B: "ESC", 0x1C: "FS", 0x1D: "GS"}
DLE = 0x10
SPACE, DELETE = 0x20, 0x7F
CONTROLS = {0x09: "HT", 0x0A: "LF", 0x0D: "CR"}
PRINTABLE = re.compile(rb"[\x20-\x7e\x80-\xff]+")
PARAMETERS: dict[str, dict[str, int]] = {
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
    """One command: its name as the manuals write it (``GS V``, ``ESC 81h``), its parameters."""

    name: str
    args: bytes = b""


Found = tuple[Command, int]
"""A command and how many bytes it took."""

Parser = Callable[[bytearray, int], Found]
"""Reads the command that begins at a place."""


class Grammar(Struct, frozen=True):
    """What the stream of one dialect is made of.

    ``single``: commands of one byte. ``parameters``: by family (``ESC``) and letter, how many bytes
    follow. ``variable``: commands whose length is in their bytes. ``special``: first bytes with a
    parser of their own.
    """

    single: Mapping[int, str]
    parameters: Mapping[str, Mapping[str, int]]
    variable: Mapping[str, Parser] = {}
    special: Mapping[int, Parser] = {}


class MoreNeededError(Exception):
    """The command has not arrived whole."""


def parse(grammar: Grammar, data: bytearray, at: int) -> Found:
    byte = data[at]
    if byte in grammar.special:
        return grammar.special[byte](data, at)
    if byte in FAMILIES:
        return _escaped(grammar, data, at)
    if byte in grammar.single:
        return Command(grammar.single[byte]), 1
    text = PRINTABLE.match(data, at)
    return (Command(TEXT, text[0]), len(text[0])) if text else unknown(data, at, 1)


def _escaped(grammar: Grammar, data: bytearray, at: int) -> Found:
    family, letter = FAMILIES[data[at]], letter_of(need(data, at + 1, 1)[0])
    name = f"{family} {letter}"
    if name in grammar.variable:
        return grammar.variable[name](data, at)
    count = grammar.parameters.get(family, {}).get(letter)
    if count is None:
        return unknown(data, at, 2)
    return Command(name, need(data, at + 2, count)), 2 + count


def letter_of(byte: int) -> str:
    """A byte as the manuals write it: ``V`` or ``81h``."""
    return chr(byte) if SPACE <= byte < DELETE else f"{byte:02X}h"


def realtime(kinds: frozenset[int]) -> Parser:
    """The DLE commands, with these kinds of status."""

    def read(data: bytearray, at: int) -> Found:
        kind, first = need(data, at + 1, 2)
        if kind == 0x04 and first in kinds:
            return Command("DLE EOT", bytes((first,))), 3
        if kind == 0x05 and first in (1, 2):
            return Command("DLE ENQ", bytes((first,))), 3
        if kind == 0x14 and first in DC4_SIZES:
            size = 1 + DC4_SIZES[first]
            return Command("DLE DC4", need(data, at + 2, size)), 2 + size
        return unknown(data, at, 3)

    return read


def selected(sizes: Mapping[int, int]) -> Parser:
    """The third byte says which command it is; ``sizes``: how many bytes follow each."""

    def read(data: bytearray, at: int) -> Found:
        which = need(data, at + 2, 1)[0]
        if which not in sizes:
            return unknown(data, at, 3)
        name = f"{FAMILIES[data[at]]} {letter_of(data[at + 1])} {letter_of(which)}"
        return Command(name, need(data, at + 3, sizes[which])), 3 + sizes[which]

    return read


def _cut(data: bytearray, at: int) -> Found:
    mode = need(data, at + 2, 1)[0]
    if mode in CUT_PLAIN:
        return Command("GS V", bytes((mode,))), 3
    if mode in CUT_WITH_FEED:
        return Command("GS V", need(data, at + 2, 2)), 4
    return unknown(data, at, 3)


def barcode(data: bytearray, at: int) -> Found:
    system = need(data, at + 2, 1)[0]
    if system in BARCODE_TO_NUL:
        end = data.find(b"\0", at + 3)
        if end < 0:
            raise MoreNeededError
        return Command("GS k", bytes(data[at + 2 : end])), end + 1 - at
    if system in BARCODE_COUNTED:
        size = need(data, at + 3, 1)[0]
        return Command("GS k", bytes((system,)) + need(data, at + 4, size)), 4 + size
    return unknown(data, at, 3)


def raster(data: bytearray, at: int) -> Found:
    head = need(data, at + 2, 6)
    if head[:1] != b"0":
        return unknown(data, at, 3)
    size = int.from_bytes(head[2:4], "little") * int.from_bytes(head[4:6], "little")
    return Command("GS v", need(data, at + 2, 6 + size)), 8 + size


def counted(data: bytearray, at: int) -> Found:
    function, low, high = need(data, at + 2, 3)
    size = low + high * 256
    return Command(f"{FAMILIES[data[at]]} ( {chr(function)}", need(data, at + 5, size)), 5 + size


def counted_long(data: bytearray, at: int) -> Found:
    """``GS 8 L``: as ``GS ( L``, with a length of four bytes."""
    head = need(data, at + 2, 5)
    if head[:1] != b"L":
        return unknown(data, at, 3)
    size = int.from_bytes(head[1:], "little")
    return Command("GS 8 L", need(data, at + 7, size)), 7 + size


def unknown(data: bytearray, at: int, size: int) -> Found:
    return Command(UNKNOWN, need(data, at, size)), size


def need(data: bytearray, at: int, size: int) -> bytes:
    if len(data) < at + size:
        raise MoreNeededError
    return bytes(data[at : at + size])


ESCPOS = Grammar(
    single=CONTROLS,
    parameters=PARAMETERS,
    variable={
        "ESC c": selected({ord("5"): 1}),
        "GS V": _cut,
        "GS k": barcode,
        "GS v": raster,
        "GS (": counted,
        "GS 8": counted_long,
    },
    special={DLE: realtime(STATUS_KINDS)},
)


class Tokeniser:
    """Feed it chunks; it gives back whole commands and keeps the rest."""

    def __init__(self, grammar: Grammar = ESCPOS) -> None:
        self._grammar = grammar
        self._held = bytearray()

    def feed(self, chunk: bytes) -> Iterator[Command]:
        self._held += chunk
        at = 0
        try:
            while at < len(self._held):
                command, size = parse(self._grammar, self._held, at)
                at += size
                yield command
        except MoreNeededError:
            pass
        finally:
            del self._held[:at]
