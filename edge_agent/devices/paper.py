"""A document as data, top to bottom: what drivers turn into bytes. Pure shapes."""

from typing import Literal

from msgspec import Struct


class Text(Struct, frozen=True, tag="text"):
    """One paragraph; the driver wraps it by words to the paper's columns. ``size`` 1 to 8
    multiplies both ways.
    """

    text: str
    size: int = 1
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"
    invert: bool = False


class Pair(Struct, frozen=True, tag="pair"):
    """Left text and right text on one line, filled with spaces; the left one gives way by
    wrapping.
    """

    left: str
    right: str
    bold: bool = False


class Rule(Struct, frozen=True, tag="rule"):
    """A separator over the whole width."""

    style: Literal["solid", "dashed"] = "solid"


class Qr(Struct, frozen=True, tag="qr"):
    """A QR code, centred, at least ``millimetres`` wide, error correction M."""

    data: str
    millimetres: int = 30


class Barcode(Struct, frozen=True, tag="barcode"):
    """A one-dimensional code, centred, with its text below. ``ean13`` has 12 or 13 digits."""

    data: str
    kind: Literal["code128", "ean13"] = "code128"


class Image(Struct, frozen=True, tag="image"):
    """A picture of one bit per dot, rows padded to whole bytes, 1 is black; centred."""

    width: int
    height: int
    bits: bytes


class Logo(Struct, frozen=True, tag="logo"):
    """The owner's picture, where the printer has one (see Printer.store_logo); ``text`` stands
    in.
    """

    text: str = ""


class Feed(Struct, frozen=True, tag="feed"):
    lines: int = 1


class Cut(Struct, frozen=True, tag="cut"):
    """Feed past the cutter and cut."""


Block = Text | Pair | Rule | Qr | Barcode | Image | Logo | Feed | Cut
Paper = list[Block]
"""A document as data, top to bottom. Text may hold any pt-BR, en or es character."""
