"""Everything a command can set: style, alignment, spacing, margins, code page, code symbols.

Promise: a parameter outside the manual's range changes nothing and raises RefusedError.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from edge_agent.devices.emulators.escpos.papers import LINE_DOTS, Align, Place, Style

CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
}
"""Epson's ``ESC t`` numbers as Python codecs."""

ALIGNS: tuple[Align, ...] = ("left", "center", "right")
LEVELS = {48: "l", 49: "m", 50: "q", 51: "h"}
ASCII_ZERO = 48


class RefusedError(Exception):
    """The printer cannot do that; ``str`` says why."""


class Setup(Struct):
    """What ESC @ resets.

    ``one_line`` is what the style goes back to at the end of the line; ``cut_off`` the beginning
    of a character whose other bytes have not come.
    """

    dots: int
    width: int
    style: Style = Style()
    align: Align = "left"
    spacing: int = LINE_DOTS
    left: int = 0
    codec: str = "cp437"
    kanji: bool = False
    qr_module: int = 3
    qr_level: str = "l"
    qr_data: bytes | None = None
    bar_height: int = 162
    bar_module: int = 3
    bar_text: int = 0
    one_line: dict[str, Any] = {}
    cut_off: bytes = b""
    drawer_told: bool = False

    def place(self) -> Place:
        return Place(self.align, self.left, min(self.width, self.dots - self.left))


Setter = Callable[[Setup, bytes], None]


def one_of(value: int, most: int) -> int:
    """0 to ``most``, also written as an ASCII digit. Raises RefusedError."""
    plain = value - ASCII_ZERO if value >= ASCII_ZERO else value
    if plain > most:
        raise RefusedError(f"parameter {value} out of range")
    return plain


def _print_mode(setup: Setup, args: bytes) -> None:
    mode = args[0]
    if mode & 0x46:
        raise RefusedError(f"reserved bits in mode {mode}")
    setup.style = replace(
        setup.style,
        small=bool(mode & 0x01),
        bold=bool(mode & 0x08),
        height=2 if mode & 0x10 else 1,
        width=2 if mode & 0x20 else 1,
        underline=1 if mode & 0x80 else 0,
    )


def _size(setup: Setup, args: bytes) -> None:
    if args[0] & 0x88:
        raise RefusedError(f"reserved bits in size {args[0]}")
    width, height = (args[0] >> 4) + 1, (args[0] & 0x07) + 1
    setup.style = replace(setup.style, width=width, height=height)


def _bold(setup: Setup, args: bytes) -> None:
    setup.style = replace(setup.style, bold=bool(args[0] & 1))


def _underline(setup: Setup, args: bytes) -> None:
    setup.style = replace(setup.style, underline=one_of(args[0], 2))


def _invert(setup: Setup, args: bytes) -> None:
    setup.style = replace(setup.style, invert=bool(args[0] & 1))


def _font(setup: Setup, args: bytes) -> None:
    setup.style = replace(setup.style, small=bool(one_of(args[0], 1)))


def _upside_down(setup: Setup, args: bytes) -> None:
    setup.style = replace(setup.style, upside_down=bool(args[0] & 1))


def _turned(setup: Setup, args: bytes) -> None:
    setup.style = replace(setup.style, turned=bool(one_of(args[0], 1)))


def _gap(setup: Setup, args: bytes) -> None:
    setup.style = replace(setup.style, gap=args[0])


def _align(setup: Setup, args: bytes) -> None:
    setup.align = ALIGNS[one_of(args[0], 2)]


def _default_spacing(setup: Setup, args: bytes) -> None:
    setup.spacing = LINE_DOTS


def _spacing(setup: Setup, args: bytes) -> None:
    setup.spacing = args[0]


def _left_margin(setup: Setup, args: bytes) -> None:
    left = int.from_bytes(args, "little")
    if left >= setup.dots:
        raise RefusedError(f"left margin {left} leaves no room")
    setup.left = left


def _area_width(setup: Setup, args: bytes) -> None:
    width = int.from_bytes(args, "little")
    if not 0 < width <= setup.dots:
        raise RefusedError(f"area width {width} is not on the paper")
    setup.width = width


def code_page(pages: Mapping[int, str]) -> Setter:
    """``ESC t`` of a printer with these pages."""

    def choose(setup: Setup, args: bytes) -> None:
        if args[0] not in pages:
            raise RefusedError(f"no code page {args[0]}")
        setup.codec = pages[args[0]]

    return choose


def styled(**changes: Any) -> Setter:
    """A command without parameter that changes the style."""

    def change(setup: Setup, args: bytes) -> None:
        setup.style = replace(setup.style, **changes)

    return change


def chosen(*choices: dict[str, Any]) -> Setter:
    """A command whose parameter, 0 upward, picks one of the changes of style."""

    def choose(setup: Setup, args: bytes) -> None:
        setup.style = replace(setup.style, **choices[one_of(args[0], len(choices) - 1)])

    return choose


def for_this_line(**changes: Any) -> Setter:
    """A change of style that ends with the line."""

    def change(setup: Setup, args: bytes) -> None:
        before = {name: getattr(setup.style, name) for name in changes}
        setup.one_line = before | setup.one_line
        setup.style = replace(setup.style, **changes)

    return change


def end_of_line(setup: Setup, args: bytes = b"") -> None:
    """What was for one line only is over."""
    setup.style = replace(setup.style, **setup.one_line)
    setup.one_line = {}


def _international(setup: Setup, args: bytes) -> None:
    if args[0] != 0:
        raise RefusedError(f"international set {args[0]}: only 0 is here")


def _kanji_on(setup: Setup, args: bytes) -> None:
    setup.kanji = True


def _kanji_off(setup: Setup, args: bytes) -> None:
    setup.kanji = False


def _bar_height(setup: Setup, args: bytes) -> None:
    if args[0] == 0:
        raise RefusedError("barcode of no height")
    setup.bar_height = args[0]


def _bar_module(setup: Setup, args: bytes) -> None:
    if not 2 <= args[0] <= 6:
        raise RefusedError(f"barcode module {args[0]}")
    setup.bar_module = args[0]


def _bar_text(setup: Setup, args: bytes) -> None:
    setup.bar_text = one_of(args[0], 3)


def _bar_font(setup: Setup, args: bytes) -> None:
    one_of(args[0], 1)


def nothing(setup: Setup, args: bytes) -> None:
    """Accepted; this printer has nothing that it would change."""


SETTERS: dict[str, Setter] = {
    "ESC !": _print_mode,
    "ESC E": _bold,
    "ESC G": _bold,
    "ESC -": _underline,
    "ESC  ": _gap,
    "ESC M": _font,
    "ESC {": _upside_down,
    "ESC V": _turned,
    "ESC a": _align,
    "ESC 2": _default_spacing,
    "ESC 3": _spacing,
    "ESC t": code_page(CODE_PAGES),
    "ESC R": _international,
    "ESC =": nothing,
    "ESC c 5": nothing,
    "FS &": _kanji_on,
    "FS .": _kanji_off,
    "GS !": _size,
    "GS B": _invert,
    "GS L": _left_margin,
    "GS W": _area_width,
    "GS h": _bar_height,
    "GS w": _bar_module,
    "GS H": _bar_text,
    "GS f": _bar_font,
    "GS b": nothing,
}


def set_qr(setup: Setup, args: bytes) -> bool:
    """GS ( k for QR. True when it asks to print. Raises RefusedError."""
    if len(args) < 3 or args[0] != ord("1"):
        raise RefusedError("only QR codes of the two-dimensional kind")
    function, values = args[1], args[2:]
    if function == 65 and len(values) == 2 and values[0] in (49, 50) and values[1] == 0:
        return False
    if function == 67 and len(values) == 1 and 1 <= values[0] <= 16:
        setup.qr_module = values[0]
    elif function == 69 and len(values) == 1 and values[0] in LEVELS:
        setup.qr_level = LEVELS[values[0]]
    elif function == 80 and values[0] == ASCII_ZERO and len(values) > 1:
        setup.qr_data = values[1:]
    elif function == 81 and values == b"0":
        return True
    else:
        raise RefusedError(f"QR function {function} with {values[:8]!r}")
    return False
