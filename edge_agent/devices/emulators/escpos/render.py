"""A paper as a picture: what a person would hold in the hand.

Promise: every dot stands where the printer would burn it; the codes can be scanned from the
picture. Around it the paper's own margins, warm white, cut straight or torn off.
"""

import io

from PIL import Image, ImageDraw, ImageFilter

from edge_agent.devices.emulators.escpos.glyphs import HEIGHTS, glyph
from edge_agent.devices.emulators.escpos.papers import (
    Barcode,
    Feed,
    Item,
    Line,
    Paper,
    QrCode,
    Raster,
    Run,
    Style,
    offset,
)
from edge_agent.devices.emulators.escpos.symbols import bars, qr_rows

MARGINS = {576: 32, 384: 40}
OTHER_MARGIN = 32
HEAD_TO_CUTTER = 96
TAIL = 24
PAPER = (251, 250, 246)
INK = (38, 36, 42)
TOOTH = 10
TEETH = (3, 8, 1, 6, 10, 4, 9, 2, 7, 5)
TEXT_HEIGHT = 24
FONT_B_SHARE = 0.75
BLUR = 0.45
WHITE, BLACK = 255, 0


def render_paper(paper: Paper, dots: int, cell: int) -> bytes:
    """PNG with a transparent surrounding. ``cell`` is the width of one font A character."""
    burnt = _burn(paper.items, dots, cell)
    margin = MARGINS.get(dots, OTHER_MARGIN)
    sheet = Image.new("L", (dots + 2 * margin, burnt.height + HEAD_TO_CUTTER + TAIL), WHITE)
    sheet.paste(burnt, (margin, HEAD_TO_CUTTER))
    return _png(_coloured(sheet, paper.complete))


def _burn(items: list[Item], dots: int, cell: int) -> Image.Image:
    """The black dots, mode L."""
    height = sum(item.height for item in items)
    page = Image.new("L", (dots, max(height, 1)), WHITE)
    top = 0
    for item in items:
        if not isinstance(item, Feed):
            picture = _picture(item, cell)
            left = item.place.left + offset(item.place, picture.width)
            page.paste(picture, (left, top))
        top += item.height
    return page


def _picture(item: Line | QrCode | Barcode | Raster, cell: int) -> Image.Image:
    if isinstance(item, Line):
        return _line(item, cell)
    if isinstance(item, QrCode):
        return _qr(item)
    if isinstance(item, Barcode):
        return _barcode(item, cell)
    rows = len(item.rows) // item.row_bytes
    bits = Image.frombytes("1", (item.row_bytes * 8, rows), bytes(b ^ 0xFF for b in item.rows))
    size = (bits.width * item.across, bits.height * item.down)
    return bits.convert("L").resize(size, Image.Resampling.NEAREST)


def _line(line: Line, cell: int) -> Image.Image:
    """Characters of one line stand on the same bottom, whatever their heights."""
    tall = max((HEIGHTS[run.style.small] * run.style.height for run in line.runs), default=1)
    picture = Image.new("L", (max(line.width, 1), tall), WHITE)
    left = 0
    for run in line.runs:
        left = _run(picture, run, left, cell)
    upside_down = any(run.style.upside_down for run in line.runs)
    return picture.rotate(180) if upside_down else picture


def _run(picture: Image.Image, run: Run, left: int, cell: int) -> int:
    width = round(cell * FONT_B_SHARE) if run.style.small else cell
    for char in run.text:
        tile = glyph(char, run.style, width)
        picture.paste(tile, (left, picture.height - tile.height))
        left += tile.width
    return left


def _qr(code: QrCode) -> Image.Image:
    rows = qr_rows(code.data, code.level)
    side = len(rows)
    pixels = bytes(BLACK if dark else WHITE for row in rows for dark in row)
    picture = Image.frombytes("L", (side, side), pixels)
    return picture.resize((side * code.module, side * code.module), Image.Resampling.NEAREST)


def _barcode(item: Barcode, cell: int) -> Image.Image:
    modules = bars(item.system, item.data) or "10" * (6 * len(item.data) + 10)
    width = max(len(modules) * item.module, len(item.data) * cell)
    picture = Image.new("L", (width, item.height), WHITE)
    pen = ImageDraw.Draw(picture)
    top = TEXT_HEIGHT if item.text in (1, 3) else 0
    start = (width - len(modules) * item.module) // 2
    for index, module in enumerate(modules):
        if module == "1":
            left = start + index * item.module
            pen.rectangle((left, top, left + item.module - 1, top + item.bars - 1), BLACK)
    _caption(picture, item, cell)
    return picture


def _caption(picture: Image.Image, item: Barcode, cell: int) -> None:
    tops = ((), (0,), (item.height - TEXT_HEIGHT,), (0, item.height - TEXT_HEIGHT))[item.text]
    left = (picture.width - len(item.data) * cell) // 2
    for top in tops:
        for index, char in enumerate(item.data):
            picture.paste(glyph(char, Style(), cell), (left + index * cell, top))


def _coloured(sheet: Image.Image, complete: bool) -> Image.Image:
    """Ink on paper; heat spreads a little, so the edge of a dot is softer than a screen's."""
    ink = sheet.point(lambda grey: WHITE - grey).filter(ImageFilter.GaussianBlur(BLUR))
    paper = Image.new("RGB", sheet.size, PAPER)
    paper.paste(Image.new("RGB", sheet.size, INK), mask=ink)
    paper.putalpha(_outline(sheet.size, complete))
    return paper


def _outline(size: tuple[int, int], complete: bool) -> Image.Image:
    """Serrated where the tear bar or the cutter's teeth went through; ragged where torn."""
    width, height = size
    shape = Image.new("L", size, WHITE)
    pen = ImageDraw.Draw(shape)
    for index, left in enumerate(range(0, width, TOOTH)):
        deep = 4 if complete else TEETH[index % len(TEETH)] * 2
        middle, right = left + TOOTH // 2, left + TOOTH
        pen.polygon(((left, -1), (middle, 4), (right, -1)), BLACK)
        pen.polygon(((left, height), (middle, height - deep), (right, height)), BLACK)
    return shape


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False)
    return out.getvalue()
