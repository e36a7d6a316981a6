"""The print mechanism: characters, codes and pictures onto paper; feed, cut, drawer.

Promise: it does what is asked or raises RefusedError and moves nothing. Which bytes ask for what is
the dialect's affair, not known here; an answer to the sender is left in ``reply``.
"""

import codecs
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from edge_agent.devices.emulators.escpos.papers import (
    LINE_DOTS,
    Barcode,
    Feed,
    Item,
    Line,
    Paper,
    QrCode,
    Raster,
    Run,
    Style,
    Tray,
    codes_of,
    text_of,
)
from edge_agent.devices.emulators.escpos.presenter import Presenter
from edge_agent.devices.emulators.escpos.sensors import Sensors
from edge_agent.devices.emulators.escpos.setup import RefusedError, Setup, end_of_line
from edge_agent.devices.emulators.escpos.symbols import bars, checked, qr_rows

TAB_COLUMNS = 8
FONT_A_HEIGHT, FONT_B_HEIGHT = 24, 17
FONT_B_SHARE = 0.75
TEXT_HEIGHT = 24
LOST = "\N{REPLACEMENT CHARACTER}"


class Bits(NamedTuple):
    """A picture of one bit a dot, rows padded to whole bytes."""

    rows: bytes
    row_bytes: int


class Mechanism:
    """A printer's mechanics. ``moved`` counts the dots of paper fed.

    ``watched``: what is told unasked whenever it changes, by the name of the command that asked.
    ``misunderstood``: a command was not obeyed since the last time somebody asked.
    """

    def __init__(
        self,
        columns: int,
        dots: int,
        folder: Path | None = None,
        codec: str = "cp437",
        presents: bool = False,
    ) -> None:
        self.sensors = Sensors()
        self.errors: list[str] = []
        self.misunderstood = False
        self.moved = 0
        self.lines_left: float | None = None
        self.process_ids = True
        self.drawer_pulses = 0
        self.memory: dict[bytes, Bits] = {}
        self.watched: dict[str, Callable[[], bytes]] = {}
        self.cell = dots // columns
        self.reply = b""
        self._size = (dots, columns * self.cell)
        self._codec = codec
        self._tray = Tray(folder)
        self.presenter = Presenter(self._tray, self.sensors) if presents else None
        self._strip: list[Item] = []
        self._runs: list[Run] = []
        self._used = 0
        self._pictured = 0
        self.setup = self._fresh_setup()

    def papers(self) -> list[Paper]:
        """All papers, oldest first; the last may still hang in the printer."""
        hanging = [self._paper(complete=False)] if self._has_print() else []
        return [*self._tray.papers, *hanging]

    def tear_off(self) -> None:
        """Somebody's hands were in the printer: what hung there is torn off, never cut."""
        if self._has_print():
            self._tray.drop(self._paper(complete=False))
        self._strip = []

    def forget(self) -> None:
        """Power off: everything not on paper is gone."""
        self.restart()
        self.watched.clear()

    def restart(self) -> None:
        """Settings as at power on; the line that was not printed is gone."""
        self.drop_line()
        self.setup = self._fresh_setup()

    def drop_line(self) -> None:
        """Buffer cleared on request: settings stay."""
        self._runs, self._used = [], 0

    @property
    def in_line(self) -> bool:
        """Characters wait for their line to be printed."""
        return bool(self._runs)

    def _fresh_setup(self) -> Setup:
        return Setup(*self._size, codec=self._codec)

    def _has_print(self) -> bool:
        return any(
            item.runs if isinstance(item, Line) else not isinstance(item, Feed)
            for item in self._strip
        )

    def _paper(self, complete: bool) -> Paper:
        return Paper(
            number=self._tray.papers[-1].number + 1 if self._tray.papers else 1,
            text=text_of(self._strip),
            qr=codes_of(self._strip),
            complete=complete,
            printed_at=datetime.now(UTC),
            items=list(self._strip),
        )

    # ---- characters and lines

    def text(self, args: bytes) -> None:
        if self.setup.kanji and max(args) > 0x7F:
            raise RefusedError("high bytes while FS & (Kanji) is on")
        text = self._decoded(args)
        if LOST in text:
            self.errors.append(f"text: {args!r} is not {self.setup.codec}")
        for char in text:
            self._put(char)

    def _decoded(self, args: bytes) -> str:
        setup = self.setup
        if setup.codec != "utf-8":
            return args.decode(setup.codec, "replace")
        whole = setup.cut_off + args
        text, used = codecs.utf_8_decode(whole, "replace", False)
        setup.cut_off = whole[used:]
        return text

    def _put(self, char: str) -> None:
        style, room = self.setup.style, self.setup.place().width
        width = self.cell_width(style)
        if self._used and self._used + width > room:
            self.print_line()
        if self._runs and self._runs[-1].style == style:
            self._runs[-1] = Run(self._runs[-1].text + char, style)
        else:
            self._runs.append(Run(char, style))
        self._used += width

    def cell_width(self, style: Style) -> int:
        base = round(self.cell * FONT_B_SHARE) if style.small else self.cell
        return (base + style.gap) * style.width

    def print_line(self) -> None:
        if self.setup.cut_off:
            self.errors.append(f"text: {self.setup.cut_off!r} is half a character")
            self.setup.cut_off = b""
        if self._pictured and not self._runs:
            rest, self._pictured = self.setup.spacing - self._pictured, 0
            if rest > 0:
                self._add(Feed(rest))
            return
        tallest = max((_cell_height(run.style) for run in self._runs), default=0)
        height = max(self.setup.spacing, tallest)
        line = Line(tuple(self._runs), self.setup.place(), self._used, height)
        self._runs, self._used = [], 0
        end_of_line(self.setup)
        self._add(line)

    def _add(self, item: Item) -> None:
        self._strip.append(item)
        self.moved += item.height
        if self.lines_left is not None:
            self.lines_left -= item.height / LINE_DOTS
            if self.lines_left <= 0:
                self.lines_left, self.sensors.paper_end = None, True

    def tab(self) -> None:
        column = self._used // self.cell
        for _ in range(TAB_COLUMNS - column % TAB_COLUMNS):
            self._put(" ")

    def feed(self, dots: int) -> None:
        """Print what waits in the line, then go on to ``dots`` in all."""
        before = self.moved
        if self._runs:
            self.print_line()
        rest = dots - (self.moved - before)
        if rest > 0:
            self._add(Feed(rest))

    # ---- cut and drawer

    def cut(self, feed: int = 0) -> None:
        if self._runs:
            raise RefusedError("a cut in the middle of a line")
        if feed:
            self._add(Feed(feed))
        if self._has_print():
            paper = self._paper(complete=True)
            if self.presenter is None:
                self._tray.drop(paper)
            else:
                self.presenter.receive(paper)
        self._strip = []

    def open_drawer(self) -> None:
        self.drawer_pulses += 1
        self.sensors.drawer_open = True

    # ---- codes and pictures

    def qr(self, data: bytes, module: int, level: str) -> None:
        if self._runs:
            raise RefusedError("QR code in the middle of a line")
        text, place = data.decode("utf-8", "replace"), self.setup.place()
        side = len(qr_rows(text, level)) * module
        if side > place.width:
            raise RefusedError(f"QR code of {side} dots is wider than the paper")
        self._add(QrCode(text, module, level, place, side))

    def barcode(self, number: int, raw: bytes) -> None:
        """``number`` as in ``GS k``; height, width and text as set up."""
        if self._runs:
            raise RefusedError("barcode in the middle of a line")
        setup = self.setup
        system, data = checked(number, raw)
        if len(bars(system, data)) * setup.bar_module > setup.place().width:
            raise RefusedError(f"{system} is wider than the paper")
        texts = (0, 1, 1, 2)[setup.bar_text]
        height = setup.bar_height + texts * TEXT_HEIGHT
        module, text = setup.bar_module, setup.bar_text
        self._add(Barcode(system, data, module, setup.bar_height, text, setup.place(), height))

    def raster(self, args: bytes) -> None:
        """The parameters of ``GS v 0``: mode, size, rows of dots."""
        if args[1] not in (0, 1, 2, 3, 48, 49, 50, 51):
            raise RefusedError(f"picture mode {args[1]}")
        if self._runs:
            raise RefusedError("a picture in the middle of a line")
        mode, row_bytes = args[1] & 0x03, int.from_bytes(args[2:4], "little")
        across, down = 1 + (mode & 1), 1 + (mode >> 1)
        rows = args[6:]
        if not rows or row_bytes * 8 * across > self.setup.place().width:
            raise RefusedError(f"a picture of {row_bytes * 8} dots does not fit")
        height = len(rows) // row_bytes * down
        self._add(Raster(rows, row_bytes, across, down, self.setup.place(), height))

    def recall(self, key: bytes, across: int = 1, down: int = 1) -> None:
        """Print the picture that is kept under ``key``; nothing when there is none, as printers
        do.
        """
        if self._runs:
            raise RefusedError("a picture in the middle of a line")
        kept = self.memory.get(key)
        if kept is None:
            return
        place = self.setup.place()
        if kept.row_bytes * 8 * across > place.width:
            raise RefusedError(f"a kept picture of {kept.row_bytes * 8} dots does not fit")
        height = len(kept.rows) // kept.row_bytes * down
        self._add(Raster(kept.rows, kept.row_bytes, across, down, place, height))

    def columns(self, columns: bytes, column_bytes: int) -> None:
        """A line that is a picture: ``column_bytes`` of dots a column, top first. Its line feed
        adds what the spacing has beyond its height.
        """
        if self._runs:
            raise RefusedError("a picture in the middle of a line")
        width, height = len(columns) // column_bytes, column_bytes * 8
        if not 0 < width <= self.setup.place().width:
            raise RefusedError(f"a picture of {width} dots does not fit")
        bits = turned(columns, column_bytes)
        self._add(Raster(bits.rows, bits.row_bytes, 1, 1, self.setup.place(), height))
        self._pictured = height


def turned(columns: bytes, column_bytes: int) -> Bits:
    """A picture that came column by column, top first."""
    width, height = len(columns) // column_bytes, column_bytes * 8
    row_bytes = -(-width // 8)
    rows = bytearray(row_bytes * height)
    for x in range(width):
        for y in range(height):
            if columns[x * column_bytes + y // 8] & 0x80 >> y % 8:
                rows[y * row_bytes + x // 8] |= 0x80 >> x % 8
    return Bits(bytes(rows), row_bytes)


def _cell_height(style: Style) -> int:
    return (FONT_B_HEIGHT if style.small else FONT_A_HEIGHT) * style.height
