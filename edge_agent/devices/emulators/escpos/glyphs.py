"""Characters as black dots in the printer's cells.

Promise: crisp, monospaced, never grey: a thermal head burns a dot or it does not. No font is
bundled: a monospaced one of the system when there is one, else Pillow's own.
"""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from edge_agent.devices.emulators.escpos.papers import Style

FOLDERS = ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/truetype/liberation")
REGULAR = ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf")
BOLD = ("DejaVuSansMono-Bold.ttf", "LiberationMono-Bold.ttf")
HEIGHTS = {False: 24, True: 17}
SIZE_SHARE = 20 / 24
BASELINE_SHARE = 19 / 24
THRESHOLD = 120
WHITE, BLACK = 255, 0
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=64)
def _font(bold: bool, size: int) -> Font:
    for folder in FOLDERS:
        for name in BOLD if bold else REGULAR:
            path = Path(folder) / name
            if path.exists():
                return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)


@lru_cache(maxsize=4096)
def glyph(char: str, style: Style, cell: int) -> Image.Image:
    """One character, ``cell`` dots wide before multiplying; mode L, black on white."""
    tall = HEIGHTS[style.small]
    width, height = cell * style.width, tall * style.height
    scale = max(style.width, style.height)
    big = Image.new("L", (cell * scale, tall * scale), WHITE)
    _draw(big, char, style.bold)
    if big.size != (width, height):
        big = big.resize((width, height), Image.Resampling.LANCZOS)
    tile = big.point(lambda grey: WHITE if grey > THRESHOLD else BLACK)
    if style.turned:
        tile = tile.rotate(-90, expand=True).resize((width, height), Image.Resampling.NEAREST)
    return _decorated(tile, style)


def _draw(image: Image.Image, char: str, bold: bool) -> None:
    font = _font(bold, round(image.height * SIZE_SHARE))
    pen = ImageDraw.Draw(image)
    place = (image.width / 2, image.height * BASELINE_SHARE)
    if isinstance(font, ImageFont.FreeTypeFont):
        pen.text(place, char, BLACK, font, anchor="ms")
    else:
        pen.text((0, 0), char, BLACK, font)


def _decorated(tile: Image.Image, style: Style) -> Image.Image:
    """With the gap at the right, the underline, and black and white swapped when inverted."""
    gap = style.gap * style.width
    whole = Image.new("L", (tile.width + gap, tile.height), WHITE)
    whole.paste(tile, (0, 0))
    if style.underline:
        bottom = whole.height - style.underline
        ImageDraw.Draw(whole).rectangle((0, bottom, whole.width, whole.height), BLACK)
    return whole.point(lambda grey: WHITE - grey) if style.invert else whole
