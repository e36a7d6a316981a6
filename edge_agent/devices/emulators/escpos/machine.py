"""The print mechanism: commands in, one after the other; paper, replies and errors out.

Promise: it obeys the manual and nothing else. What it cannot obey is written into ``errors`` and
changes nothing, so a driver that is right leaves ``errors`` empty.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from edge_agent.devices.emulators.escpos.commands import TEXT, UNKNOWN, Command
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
from edge_agent.devices.emulators.escpos.sensors import Sensors
from edge_agent.devices.emulators.escpos.setup import SETTERS, RefusedError, Setup, set_qr
from edge_agent.devices.emulators.escpos.symbols import bars, checked, qr_rows

IDENTITY = {65: "1.04", 66: "TOTEM", 67: "EMU-80", 68: "EMU0000001"}
SHORT_IDENTITY = {1: 0x20, 2: 0x02, 3: 0x04, 49: 0x20, 50: 0x02, 51: 0x04}
AT_LINE_START = frozenset(("ESC a", "ESC {", "GS L", "GS W"))
PROCESS_ID = b"00"
TAB_COLUMNS = 8
FONT_A_HEIGHT, FONT_B_HEIGHT = 24, 17
FONT_B_SHARE = 0.75
TEXT_HEIGHT = 24


class Machine:
    """A printer's mechanics. ``perform`` one command; ``moved`` counts the dots of paper fed."""

    def __init__(self, columns: int, dots: int, folder: Path | None = None) -> None:
        self.sensors = Sensors()
        self.errors: list[str] = []
        self.moved = 0
        self.lines_left: float | None = None
        self.process_ids = True
        self.drawer_pulses = 0
        self.automatic = 0
        self.cell = dots // columns
        self._size = (dots, columns * self.cell)
        self._tray = Tray(folder)
        self._strip: list[Item] = []
        self._runs: list[Run] = []
        self._used = 0
        self._reply = b""
        self.setup = Setup(*self._size)

    def perform(self, command: Command) -> bytes:
        """Do it; the bytes to answer, often none."""
        self._reply = b""
        try:
            self._do(command)
        except RefusedError as refusal:
            self.errors.append(f"{command.name}: {refusal}")
        return self._reply

    def _do(self, command: Command) -> None:
        if command.name == UNKNOWN:
            raise RefusedError(command.args.hex(" "))
        if command.name in AT_LINE_START and self._runs:
            raise RefusedError("only at the beginning of a line")
        if command.name in SETTERS:
            SETTERS[command.name](self.setup, command.args)
        elif command.name in DEEDS:
            DEEDS[command.name](self, command.args)
        else:
            raise RefusedError("not a command of this printer")

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
        self._runs, self._used = [], 0
        self.setup = Setup(*self._size)
        self.automatic = 0

    def drop_line(self) -> None:
        """Buffer cleared on request: settings stay."""
        self._runs, self._used = [], 0

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

    def _text(self, args: bytes) -> None:
        setup = self.setup
        if setup.kanji and max(args) > 0x7F:
            raise RefusedError("high bytes while FS & (Kanji) is on")
        text = args.decode(setup.codec, "replace")
        if "\N{REPLACEMENT CHARACTER}" in text:
            self.errors.append(f"text: {args!r} is not {setup.codec}")
        for char in text:
            self._put(char)

    def _put(self, char: str) -> None:
        style, room = self.setup.style, self.setup.place().width
        width = self.cell_width(style)
        if self._used and self._used + width > room:
            self._print_line()
        if self._runs and self._runs[-1].style == style:
            self._runs[-1] = Run(self._runs[-1].text + char, style)
        else:
            self._runs.append(Run(char, style))
        self._used += width

    def cell_width(self, style: Style) -> int:
        base = round(self.cell * FONT_B_SHARE) if style.small else self.cell
        return (base + style.gap) * style.width

    def _print_line(self) -> None:
        tallest = max((_cell_height(run.style) for run in self._runs), default=0)
        height = max(self.setup.spacing, tallest)
        line = Line(tuple(self._runs), self.setup.place(), self._used, height)
        self._runs, self._used = [], 0
        self._add(line)

    def _add(self, item: Item) -> None:
        self._strip.append(item)
        self.moved += item.height
        if self.lines_left is not None:
            self.lines_left -= item.height / LINE_DOTS
            if self.lines_left <= 0:
                self.lines_left, self.sensors.paper_end = None, True

    def _tab(self, args: bytes) -> None:
        column = self._used // self.cell
        for _ in range(TAB_COLUMNS - column % TAB_COLUMNS):
            self._put(" ")

    def _line_feed(self, args: bytes) -> None:
        self._print_line()

    def _return(self, args: bytes) -> None:
        """Carriage return does nothing on a printer that feeds by LF."""

    def _feed_lines(self, args: bytes) -> None:
        self._feed(args[0] * self.setup.spacing)

    def _feed_dots(self, args: bytes) -> None:
        self._feed(args[0])

    def _feed(self, dots: int) -> None:
        """Print what waits in the line, then go on to ``dots`` in all."""
        before = self.moved
        if self._runs:
            self._print_line()
        rest = dots - (self.moved - before)
        if rest > 0:
            self._add(Feed(rest))

    # ---- cut, drawer, start

    def _start(self, args: bytes) -> None:
        self.drop_line()
        self.setup = Setup(*self._size)

    def _cut(self, args: bytes) -> None:
        if self._runs:
            raise RefusedError("a cut in the middle of a line")
        if len(args) == 2 and args[1]:
            self._add(Feed(args[1]))
        if self._has_print():
            self._tray.drop(self._paper(complete=True))
        self._strip = []

    def _drawer(self, args: bytes) -> None:
        if args[0] not in (0, 1, 48, 49):
            raise RefusedError(f"no drawer pin {args[0]}")
        self.drawer_pulses += 1
        self.sensors.drawer_open = True

    # ---- codes and pictures

    def _qr(self, args: bytes) -> None:
        if not set_qr(self.setup, args):
            return
        setup = self.setup
        if setup.qr_data is None:
            raise RefusedError("QR code printed before it was stored")
        if self._runs:
            raise RefusedError("QR code in the middle of a line")
        data = setup.qr_data.decode("utf-8", "replace")
        side = len(qr_rows(data, setup.qr_level)) * setup.qr_module
        if side > setup.place().width:
            raise RefusedError(f"QR code of {side} dots is wider than the paper")
        self._add(QrCode(data, setup.qr_module, setup.qr_level, setup.place(), side))

    def _barcode(self, args: bytes) -> None:
        if self._runs:
            raise RefusedError("barcode in the middle of a line")
        setup = self.setup
        system, data = checked(args[0], args[1:])
        if len(bars(system, data)) * setup.bar_module > setup.place().width:
            raise RefusedError(f"{system} is wider than the paper")
        texts = (0, 1, 1, 2)[setup.bar_text]
        height = setup.bar_height + texts * TEXT_HEIGHT
        module, text = setup.bar_module, setup.bar_text
        self._add(Barcode(system, data, module, setup.bar_height, text, setup.place(), height))

    def _raster(self, args: bytes) -> None:
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

    # ---- answers in turn

    def _process_id(self, args: bytes) -> None:
        if not self.process_ids:
            raise RefusedError("not a command of this printer")
        if len(args) != 6 or args[:2] != PROCESS_ID or not all(32 <= b <= 126 for b in args[2:]):
            raise RefusedError(f"malformed process id {args!r}")
        self._reply = b"\x37\x22" + args[2:] + b"\0"

    def _queued_status(self, args: bytes) -> None:
        if args[0] in (1, 49):
            self._reply = self.sensors.queued_paper()
        elif args[0] in (2, 50):
            self._reply = self.sensors.queued_drawer()
        else:
            raise RefusedError(f"no status {args[0]}")

    def _identity(self, args: bytes) -> None:
        if args[0] in IDENTITY:
            self._reply = b"\x5f" + IDENTITY[args[0]].encode() + b"\0"
        elif args[0] in SHORT_IDENTITY:
            self._reply = bytes((SHORT_IDENTITY[args[0]],))
        else:
            raise RefusedError(f"no identity {args[0]}")

    def _automatic_status(self, args: bytes) -> None:
        self.automatic = args[0]
        if args[0]:
            self._reply = self.sensors.automatic()

    def _enable_realtime(self, args: bytes) -> None:
        if len(args) < 3 or args[0] != 20:
            raise RefusedError(f"malformed {args!r}")


def _cell_height(style: Style) -> int:
    return (FONT_B_HEIGHT if style.small else FONT_A_HEIGHT) * style.height


DEEDS: dict[str, Callable[[Machine, bytes], None]] = {
    TEXT: Machine._text,
    "LF": Machine._line_feed,
    "CR": Machine._return,
    "HT": Machine._tab,
    "ESC @": Machine._start,
    "ESC d": Machine._feed_lines,
    "ESC J": Machine._feed_dots,
    "ESC p": Machine._drawer,
    "GS V": Machine._cut,
    "GS ( k": Machine._qr,
    "GS k": Machine._barcode,
    "GS v": Machine._raster,
    "GS ( H": Machine._process_id,
    "GS ( D": Machine._enable_realtime,
    "GS r": Machine._queued_status,
    "GS I": Machine._identity,
    "GS a": Machine._automatic_status,
}
