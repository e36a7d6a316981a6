"""A document as data becomes ESC/POS bytes, through python-escpos used as a builder of commands
only.

The result is a run of pieces, each ending where a command ends, so that the sender may ask for
status between any two of them. One code page, set once at the top, never switched. The library (19
MB) is loaded at the first document.
"""

import shutil
from functools import cache
from typing import Any

import segno
from msgspec import Struct

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
MODULE_DOTS_MIN, MODULE_DOTS_MAX = 3, 16
CORRECTION_M = 1
BARCODE_DOTS = 80
BAND_DOTS = 24
FEED_MAX = 255
SIZE_MAX = 8
CUT_FEED_LINES = 4
ALIGNED = {"left": str.ljust, "center": str.center, "right": str.rjust}


class Rendered(Struct, frozen=True):
    """``pieces`` end on command boundaries; ``lines`` is the paper's length in text lines, for
    deadlines."""

    pieces: list[bytes]
    lines: int


def render(paper: Paper, profile: PrinterProfile) -> Rendered:
    """Raises ValueError when a block cannot be printed on this paper (a QR code that does not
    fit)."""
    return _Renderer(profile).render(paper)


class _Renderer:
    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile
        self._dummy = _builder(profile)
        self._pieces: list[bytes] = []
        self._lines = 0

    def render(self, paper: Paper) -> Rendered:
        self._end_piece(0)
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
                self._print(lines, bold=block.bold)
            case Rule():
                mark = self._fit("─").replace("?", "=") if block.style == "solid" else "-"
                self._print([mark * self._profile.columns])
            case Qr():
                self._qr(block)
            case Barcode():
                self._barcode(block)
            case Image():
                self._image(block)
            case Logo():
                if block.text:
                    self._print([self._fit(block.text)], size=2, bold=True, align="center")
            case Feed():
                self._dummy.print_and_feed(min(max(block.lines, 0), FEED_MAX))
                self._end_piece(block.lines)
            case Cut():
                self._dummy.cut(feed=False)
                self._end_piece(CUT_FEED_LINES)

    def _text(self, block: Text) -> None:
        size = min(max(block.size, 1), SIZE_MAX)
        columns = self._profile.columns // size
        lines = wrap(self._fit(block.text), columns)
        look: dict[str, Any] = {"size": size, "bold": block.bold, "align": block.align}
        if block.invert:
            lines = [ALIGNED[block.align](line, columns) for line in lines]
            look |= {"align": "left", "invert": True}
        self._print(lines, **look)

    def _print(
        self,
        lines: list[str],
        size: int = 1,
        bold: bool = False,
        align: str = "left",
        invert: bool = False,
    ) -> None:
        self._dummy.set(
            custom_size=True, width=size, height=size, bold=bold, align=align, invert=invert
        )
        for line in lines:
            self._dummy.textln(line)
            self._end_piece(size)

    def _qr(self, block: Qr) -> None:
        modules = _qr_modules(block.data)
        widest = self._profile.dots // (modules + QUIET_MODULES)
        if widest < MODULE_DOTS_MIN:
            raise ValueError("the QR code does not fit on the paper")
        wanted = max(-(-block.millimetres * DOTS_PER_MM // modules), MODULE_DOTS_MIN)
        size = min(wanted, widest, MODULE_DOTS_MAX)
        self._dummy.set(align="center")
        self._dummy.qr(block.data, ec=CORRECTION_M, size=size, native=self._profile.native_qr)
        self._end_piece(-(-modules * size // DOTS_PER_LINE))

    def _barcode(self, block: Barcode) -> None:
        self._dummy.set(align="center")
        if block.kind == "ean13":
            if not (block.data.isdecimal() and len(block.data) in (12, 13)):
                raise ValueError("an EAN-13 has 12 or 13 digits")
            self._dummy.barcode(block.data, "EAN13", height=BARCODE_DOTS, width=2, pos="BELOW")
        else:
            if not block.data or not all(" " <= it <= "~" for it in block.data):
                raise ValueError("a CODE128 holds printable ASCII")
            self._dummy.barcode(
                "{B" + block.data.replace("{", "{{"),
                "CODE128",
                height=BARCODE_DOTS,
                width=2,
                pos="BELOW",
                function_type="B",
            )
        self._end_piece(BARCODE_DOTS // DOTS_PER_LINE + 2)

    def _image(self, block: Image) -> None:
        """In bands, so that status can be asked between two of them."""
        across = (block.width + 7) // 8
        if across * 8 > self._profile.dots or len(block.bits) != across * block.height:
            raise ValueError("the picture does not fit on the paper")
        self._dummy.set(align="center")
        for top in range(0, block.height, BAND_DOTS):
            rows = min(BAND_DOTS, block.height - top)
            size = across.to_bytes(2, "little") + rows.to_bytes(2, "little")
            bits = block.bits[top * across : (top + rows) * across]
            self._dummy._raw(b"\x1dv0\x00" + size + bits)
            self._end_piece(-(-rows // DOTS_PER_LINE))

    def _fit(self, text: str) -> str:
        return fit(text, self._profile.codec)

    def _end_piece(self, lines: int) -> None:
        self._pieces.append(self._dummy.output)
        self._dummy.clear()
        self._lines += lines


def _qr_modules(data: str) -> int:
    if not data:
        raise ValueError("the QR code is empty")
    try:
        code = segno.make(data.encode(), error="m", micro=False, boost_error=False)
    except segno.DataOverflowError as error:
        raise ValueError("too much data for a QR code") from error
    return int(code.symbol_size(border=0)[0])


def _builder(profile: PrinterProfile) -> Any:
    encoder, dummy = _library()
    page = profile.codec.upper()
    builder = dummy(magic_encode_args={"encoder": encoder({page: profile.code_page})})
    builder.hw("INIT")
    builder.magic.force_encoding(page)
    return builder


@cache
def _library() -> tuple[Any, Any]:
    """python-escpos's Encoder and Dummy. It parses its printer database into a new temporary
    folder whenever it is imported and leaves that behind, so the folder goes at once."""
    from escpos import capabilities
    from escpos.magicencode import Encoder
    from escpos.printer import Dummy

    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return Encoder, Dummy
