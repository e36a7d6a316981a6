"""What is on the paper: items top to bottom, the same as a text grid, and where papers are kept.

Promise: what is on a paper, once cut or torn off, never changes, only where it lies; with a folder
both outlive the process. These counts are the printer's own: nobody else's bookkeeping goes in.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

LINE_DOTS = 30
CELL_DOTS = 12
Align = Literal["left", "center", "right"]
Where = Literal["tray", "presenter", "mouth", "taken", "retracted", "ejected", "cleared"]
"""Where a paper lies. Without a presenter it falls into the tray, where the customer finds it.
``cleared``: staff pulled it out of a jam."""

KEPT = frozenset(("retracted", "cleared"))
"""Places from which no customer has the paper."""


class Style(Struct, frozen=True):
    """How characters look. ``width`` and ``height`` multiply the font's cell, 1 to 8."""

    width: int = 1
    height: int = 1
    bold: bool = False
    underline: int = 0
    invert: bool = False
    small: bool = False
    upside_down: bool = False
    turned: bool = False
    gap: int = 0


class Place(Struct, frozen=True):
    """Where an item stands: alignment inside an area of ``width`` dots, ``left`` dots in."""

    align: Align
    left: int
    width: int


class Run(Struct, frozen=True):
    """Characters of one style."""

    text: str
    style: Style


class Line(Struct, frozen=True, tag="line"):
    """One printed line; ``height`` is the paper it takes, in dots."""

    runs: tuple[Run, ...]
    place: Place
    width: int
    height: int


class QrCode(Struct, frozen=True, tag="qr"):
    data: str
    module: int
    level: str
    place: Place
    height: int


class Barcode(Struct, frozen=True, tag="barcode"):
    """``text``: 0 none, 1 above, 2 below, 3 both."""

    system: str
    data: str
    module: int
    bars: int
    text: int
    place: Place
    height: int


class Raster(Struct, frozen=True, tag="raster"):
    """One bit a dot, rows of whole bytes, each dot ``across`` by ``down``."""

    rows: bytes
    row_bytes: int
    across: int
    down: int
    place: Place
    height: int


class Feed(Struct, frozen=True, tag="feed"):
    height: int


Item = Line | QrCode | Barcode | Raster | Feed


class Paper(Struct, frozen=True):
    """One piece of paper. ``complete``: it was cut by the cutter, not torn off."""

    number: int
    text: str
    qr: list[str]
    complete: bool
    printed_at: datetime
    items: list[Item]
    where: Where = "tray"


def is_ticket(text: str) -> bool:
    """A ticket is a paper with a line that says SENHA, and that is no second copy."""
    return any("SENHA" in line for line in text.splitlines()) and "2ª VIA" not in text


def text_of(items: Sequence[Item]) -> str:
    """The paper as plain lines; codes and pictures as ``[...]``."""
    return "\n".join(row.rstrip() for item in items for row in _rows(item)).rstrip("\n")


def codes_of(items: Sequence[Item]) -> list[str]:
    return [item.data for item in items if isinstance(item, QrCode)]


def _rows(item: Item) -> list[str]:
    if isinstance(item, Line):
        text = "".join(run.text for run in item.runs)
        return [_indent(item.place, item.width) + text]
    if isinstance(item, QrCode):
        return [f"[QR {item.data}]"]
    if isinstance(item, Barcode):
        return [f"[{item.system} {item.data}]"]
    if isinstance(item, Raster):
        return [f"[IMAGE {item.row_bytes * 8}x{len(item.rows) // item.row_bytes}]"]
    return [""] * round(item.height / LINE_DOTS)


def _indent(place: Place, width: int) -> str:
    return " " * ((place.left + offset(place, width)) // CELL_DOTS)


def offset(place: Place, width: int) -> int:
    """Dots from the area's left edge to an item ``width`` dots wide."""
    free = max(place.width - width, 0)
    return {"left": 0, "center": free // 2, "right": free}[place.align]


class Tray:
    """Finished papers, in memory and, with a folder, as ``papers.jsonl`` and ``NNNN.txt``."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.papers: list[Paper] = []
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._load(folder / "papers.jsonl")

    def drop(self, paper: Paper) -> None:
        """A paper fell into the tray: keep it for good."""
        self.papers.append(paper)
        self._log(paper)
        if self._folder is None:
            return
        (self._folder / f"{paper.number:04}.txt").write_text(paper.text + "\n", encoding="utf-8")

    def move(self, number: int, where: Where) -> None:
        """Paper ``number`` lies somewhere else now."""
        index = next(i for i, paper in enumerate(self.papers) if paper.number == number)
        self.papers[index] = replace(self.papers[index], where=where)
        self._log(self.papers[index])

    def _log(self, paper: Paper) -> None:
        if self._folder is not None:
            with (self._folder / "papers.jsonl").open("ab") as log:
                log.write(msgspec.json.encode(paper) + b"\n")

    def _load(self, log: Path) -> None:
        """Read back what was kept, the last word on each paper; a line cut short is dropped."""
        if not log.exists():
            return
        whole = log.read_bytes()
        kept = whole[: whole.rfind(b"\n") + 1]
        if kept != whole:
            log.write_bytes(kept)
        papers = (msgspec.json.decode(line, type=Paper) for line in kept.splitlines())
        self.papers = list({paper.number: paper for paper in papers}.values())
