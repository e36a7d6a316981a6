"""Pictures of one bit per dot: checked, cut into bands, read by columns, drawn from a QR code."""

from collections.abc import Iterator

import segno

from edge_agent.devices.ports import Image

QUIET_MODULES = 4
"""Of white on each side of a QR code."""


def row_bytes(image: Image) -> int:
    return -(-image.width // 8)


def check_picture(image: Image, dots: int) -> None:
    """Raises ValueError for one that is no picture or wider than ``dots``."""
    if image.width < 1 or image.height < 1 or len(image.bits) != row_bytes(image) * image.height:
        raise ValueError("the picture's bits do not fit its width and height")
    if image.width > dots:
        raise ValueError("the picture is wider than the paper")


def bands(image: Image, rows: int) -> Iterator[Image]:
    """The picture in strips of ``rows``, top to bottom; the last may be lower."""
    step = row_bytes(image)
    for top in range(0, image.height, rows):
        height = min(rows, image.height - top)
        yield Image(image.width, height, image.bits[top * step : (top + height) * step])


def column_bytes(image: Image, height: int) -> bytes:
    """Column after column, top dot in the highest bit, padded with white to ``height`` dots."""
    step = row_bytes(image)
    out = bytearray()
    for x in range(image.width):
        at, mask = x // 8, 0x80 >> (x % 8)
        column = 0
        for y in range(height):
            is_black = y < image.height and image.bits[y * step + at] & mask
            column = column << 1 | bool(is_black)
        out += column.to_bytes(height // 8, "big")
    return bytes(out)


def qr_modules(data: str) -> int:
    """Modules on a side, without the quiet zone. Raises ValueError."""
    return int(_qr(data).symbol_size(border=0)[0])


def qr_picture(data: str, dots: int) -> Image:
    """The QR code with its quiet zone, ``dots`` to a module. Raises ValueError."""
    rows = [
        "".join("01"[bool(bit)] for bit in row)
        for row in _qr(data).matrix_iter(scale=dots, border=QUIET_MODULES)
    ]
    size = len(rows)
    step = -(-size // 8)
    packed = (int(row.ljust(step * 8, "0"), 2).to_bytes(step, "big") for row in rows)
    return Image(size, size, b"".join(packed))


def _qr(data: str) -> segno.QRCode:
    if not data:
        raise ValueError("the QR code is empty")
    try:
        return segno.make(data.encode(), error="m", micro=False, boost_error=False)
    except segno.DataOverflowError as error:
        raise ValueError("too much data for a QR code") from error
