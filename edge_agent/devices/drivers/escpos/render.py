"""A document as data becomes the commands of one printer, whatever its dialect.

The result is a run of pieces, each ending where a command ends, so that the sender may ask for
status between any two of them. One code page, set once at the top, never switched.
"""

from msgspec import Struct

from edge_agent.devices.drivers.escpos.dialect import Look
from edge_agent.devices.drivers.escpos.dialects import dialect_of
from edge_agent.devices.drivers.escpos.logo import Head
from edge_agent.devices.drivers.escpos.pictures import check_picture, qr_modules, qr_picture
from edge_agent.devices.drivers.escpos.text import fit, pair, wrap
from edge_agent.devices.ports import (
    Barcode,
    Block,
    Cut,
    Feed,
    Image,
    Logo,
    Pair,
    Paper,
    PrinterProfile,
    Qr,
    Rule,
    Text,
)

DOTS_PER_MM = 8
DOTS_PER_LINE = 30
QUIET_MODULES = 8
MODULE_DOTS_MIN = 3
CUT_FEED_LINES = 4
BAR_DOTS = (3, 2)
BAR_LINES = 4
BAR_QUIET_MODULES = 20
EAN13_MODULES = 95
CODE128_FRAME_MODULES = 35
CODE128_MODULES = 11
CODE128_MOST = 60
NO_PICTURE = Head()
ALIGNED = {"left": str.ljust, "center": str.center, "right": str.rjust}


class Rendered(Struct, frozen=True):
    """``pieces`` end on command boundaries; ``lines`` is the paper's length in text lines, for
    deadlines."""

    pieces: list[bytes]
    lines: int


def render(paper: Paper, profile: PrinterProfile, head: Head = NO_PICTURE) -> Rendered:
    """Raises ValueError when a block cannot be printed on this paper (a QR code that does not
    fit)."""
    return _Renderer(profile, head).render(paper)


class _Renderer:
    def __init__(self, profile: PrinterProfile, head: Head) -> None:
        self._profile = profile
        self._head = head
        self._dialect = dialect_of(profile)
        self._pieces: list[bytes] = []
        self._lines = 0

    def render(self, paper: Paper) -> Rendered:
        self._add(self._dialect.begin(), 0)
        for block in paper:
            self._block(block)
        return Rendered(pieces=self._pieces, lines=self._lines)

    def _block(self, block: Block) -> None:
        match block:
            case Text():
                self._text(block)
            case Pair():
                columns = self._profile.columns
                lines = pair(self._fit(block.left), self._fit(block.right), columns)
                self._print(lines, Look(bold=block.bold))
            case Rule():
                mark = self._fit("─").replace("?", "=") if block.style == "solid" else "-"
                self._print([mark * self._profile.columns], Look())
            case Qr():
                self._qr(block)
            case Barcode():
                self._barcode(block)
            case Image():
                self._picture(block)
            case Logo():
                self._logo(block)
            case Feed():
                self._add(self._dialect.feed(block.lines), block.lines)
            case Cut():
                self._add(self._dialect.cut(), CUT_FEED_LINES)

    def _text(self, block: Text) -> None:
        size = min(max(block.size, 1), self._dialect.size_max)
        columns = self._profile.columns // size
        lines = wrap(self._fit(block.text), columns)
        look = Look(size=size, bold=block.bold, align=block.align)
        if block.invert and self._dialect.inverts:
            lines = [ALIGNED[block.align](line, columns) for line in lines]
            look = Look(size=size, bold=block.bold, invert=True)
        elif block.invert:
            look = Look(size=size, bold=True, align=block.align)
        self._print(lines, look)

    def _print(self, lines: list[str], look: Look) -> None:
        prefix = self._dialect.look(look)
        for line in lines:
            self._add(prefix + self._dialect.line(line), look.size)
            prefix = b""

    def _qr(self, block: Qr) -> None:
        modules = qr_modules(block.data)
        widest = self._profile.dots // (modules + QUIET_MODULES)
        if widest < MODULE_DOTS_MIN:
            raise ValueError("the QR code does not fit on the paper")
        wanted = max(-(-block.millimetres * DOTS_PER_MM // modules), MODULE_DOTS_MIN)
        size = min(wanted, widest, self._dialect.module_dots[-1])
        if self._profile.native_qr:
            self._add(self._dialect.qr(block.data, size), _lines_of(modules * size))
        else:
            self._picture(qr_picture(block.data, size))

    def _barcode(self, block: Barcode) -> None:
        modules = _bar_modules(block) + BAR_QUIET_MODULES
        dots = next((dots for dots in BAR_DOTS if modules * dots <= self._profile.dots), 0)
        if not dots:
            raise ValueError("the barcode does not fit on the paper")
        self._add(self._dialect.barcode(block, dots), BAR_LINES)

    def _picture(self, image: Image) -> None:
        check_picture(image, self._profile.dots)
        for band, rows in self._dialect.raster(image):
            self._add(band, _lines_of(rows))

    def _logo(self, block: Logo) -> None:
        image = self._head.image
        if image is not None and self._head.kept:
            self._add(self._dialect.logo(), _lines_of(image.height))
        elif image is not None and any(self._dialect.raster(image)):
            self._picture(image)
        elif block.text:
            self._text(Text(block.text, size=2, bold=True, align="center"))

    def _fit(self, text: str) -> str:
        return fit(text, self._profile.codec)

    def _add(self, piece: bytes, lines: int) -> None:
        self._pieces.append(piece)
        self._lines += lines


def _lines_of(dots: int) -> int:
    return -(-dots // DOTS_PER_LINE)


def _bar_modules(block: Barcode) -> int:
    """How wide the code is. Raises ValueError for data that the kind cannot carry."""
    data = block.data
    if block.kind == "ean13":
        if not (data.isascii() and data.isdigit() and len(data) in (12, 13)):
            raise ValueError("an EAN-13 code has 12 or 13 digits")
        if len(data) == 13 and data[-1] != _check_digit(data[:12]):
            raise ValueError("the EAN-13 code's check digit is wrong")
        return EAN13_MODULES
    if not 0 < len(data) <= CODE128_MOST or not all(" " <= character <= "~" for character in data):
        raise ValueError(f"a CODE128 code has 1 to {CODE128_MOST} plain characters")
    return CODE128_FRAME_MODULES + CODE128_MODULES * len(data)


def _check_digit(digits: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-total % 10)
