"""ESC/Bema, the own language of Bematech's MP-4200 TH.

Promise: the statuses are those that a real MP-4200 TH was seen to give for ready, cover open, paper
end, near end and drawer; every other bit is as its programmer's manual (rev. 1.0) has it. Both
enquiries are answered at once, also offline.

Unverified on hardware: bits 5 and 6 of the first status byte (how full the buffer is) and its
bit 4, busy, where the manual says the opposite of what idle printers send; errors of cutter and
head; all of ``ENQ``; STX and ``ESC b`` at once; the answers to ``GS F9h``; the meaning of n3 and n4
in ``GS k Q``; a CODE128 without set selector (here set B); ``ESC a 2``; line spacing (n/144 inch)
and feeds; ``FS q`` and ``FS p`` as Epson's; alignment at the beginning of a line only; pages 5 and
8. That n2 of ``GS k Q`` counts half dots, and that ``ESC * 33`` prints 24 dots a column under a
spacing of 16, is what programs in the field rely on.
"""

from edge_agent.devices.emulators.escpos import commands
from edge_agent.devices.emulators.escpos.commands import (
    CONTROLS,
    Command,
    Found,
    Grammar,
    barcode,
    counted,
    need,
    selected,
    unknown,
)
from edge_agent.devices.emulators.escpos.dialect import (
    PLAIN,
    AtOnce,
    Deed,
    Dialect,
    Electronics,
    answering,
    cut,
    drop_line,
    raster,
    start,
)
from edge_agent.devices.emulators.escpos.mechanism import Mechanism, turned
from edge_agent.devices.emulators.escpos.sensors import Sensors
from edge_agent.devices.emulators.escpos.setup import (
    SETTERS,
    RefusedError,
    Setter,
    Setup,
    chosen,
    code_page,
    end_of_line,
    for_this_line,
    nothing,
    one_of,
    styled,
)

CODE_PAGES = {2: "cp850", 3: "cp437", 4: "cp860", 5: "cp858", 8: "utf-8"}
MODEL, SERIAL, FIRMWARE = b"MP-4200 TH", b"EMU0000001", b"1.6"
LEVELS = "lmqh"
QR_VERSIONS = 40
QR_MODULE = 4
QR_MODULE_MAX = 127
CODE128 = 73
SPACING_MIN = 16
COLUMN_BYTES = {0: 1, 1: 1, 32: 3, 33: 3}
DOTS_PER_144TH = 203 / 144
FEED_DOTS = 3
FEED_MIN, FEED_MAX = 17, 85
PULSE_MS = range(50, 251)

# ---- the stream


def _code(data: bytearray, at: int) -> Found:
    """``GS k``: a QR code (``Q``) or a barcode."""
    if need(data, at + 2, 1) != b"Q":
        return barcode(data, at)
    head = need(data, at + 3, 6)
    size = int.from_bytes(head[4:], "little")
    return Command("GS k Q", head[:4] + need(data, at + 9, size)), 9 + size


def _columns(data: bytearray, at: int) -> Found:
    """``ESC *``: mode, width in dots, then one or three bytes a column."""
    mode, low, high = need(data, at + 2, 3)
    if mode not in COLUMN_BYTES:
        return unknown(data, at, 3)
    size = (low + high * 256) * COLUMN_BYTES[mode]
    return Command("ESC *", bytes((mode,)) + need(data, at + 5, size)), 5 + size


def _kept(data: bytearray, at: int) -> Found:
    """``FS q``: how many pictures, then of each its width and height in bytes and its columns."""
    count, end = need(data, at + 2, 1)[0], at + 3
    for _ in range(count):
        size = need(data, end, 4)
        across, down = int.from_bytes(size[:2], "little"), int.from_bytes(size[2:], "little")
        end += 4 + across * down * 8
        need(data, at, end - at)
    return Command("FS q", bytes(data[at + 2 : end])), end - at


GRAMMAR = Grammar(
    single=CONTROLS
    | {0x02: "STX", 0x03: "ETX", 0x05: "ENQ", 0x0E: "SO", 0x0F: "SI"}
    | {0x12: "DC2", 0x14: "DC4", 0x18: "CAN"},
    parameters={
        "ESC": dict.fromkeys(("@", "2", "4", "5", "E", "F", "H", "P", "V", "w", "m", "0Fh"), 0)
        | {"0Eh": 0}
        | dict.fromkeys(("!", "-", "3", "A", "J", "N", "W", "a", "b", "d", "t", "v"), 1)
        | dict.fromkeys(("y", "z", "}", "80h"), 1),
        "GS": dict.fromkeys("hwHf", 1),
        "FS": {"p": 2},
    },
    variable={
        "ESC f": selected({0: 1, 1: 1, ord("0"): 1, ord("1"): 1}),
        "ESC (": counted,
        "ESC *": _columns,
        "FS q": _kept,
        "GS F8h": selected({ord("1"): 0}),
        "GS F9h": selected({ord(" "): 1, ord("'"): 1, ord("C"): 1}),
        "GS k": _code,
        "GS v": commands.raster,
    },
)

# ---- settings


def _spacing(setup: Setup, args: bytes) -> None:
    if args[0] < SPACING_MIN:
        raise RefusedError(f"line spacing {args[0]}")
    setup.spacing = round(args[0] * DOTS_PER_144TH)


def _switch(setup: Setup, args: bytes) -> None:
    """Accepted, 0 or 1; this printer has nothing that it would change."""
    one_of(args[0], 1)


SAME_AS_ESCPOS = ("ESC !", "ESC 2", "ESC a", "GS h", "GS w", "GS H", "GS f")
BEMA_SETTERS: dict[str, Setter] = {name: SETTERS[name] for name in SAME_AS_ESCPOS} | {
    "ESC 3": _spacing,
    "ESC 4": nothing,
    "ESC 5": nothing,
    "ESC -": chosen({"underline": 0}, {"underline": 1}),
    "ESC E": styled(bold=True),
    "ESC F": styled(bold=False),
    "ESC W": chosen({"width": 1}, {"width": 2}),
    "ESC d": chosen({"height": 1}, {"height": 2}),
    "ESC V": for_this_line(height=2),
    "ESC 0Eh": for_this_line(width=2),
    "SO": for_this_line(width=2),
    "DC4": end_of_line,
    "ESC 0Fh": styled(small=True),
    "SI": styled(small=True),
    "ESC H": styled(small=False),
    "ESC P": styled(small=False),
    "DC2": styled(small=False),
    "ESC }": chosen({"invert": False}, {"invert": True}),
    "ESC t": code_page(CODE_PAGES),
    "ESC N": nothing,
    "ESC y": _switch,
    "ESC z": _switch,
    "ETX": nothing,
}

# ---- in their turn


def _feed(machine: Mechanism, args: bytes) -> None:
    """``ESC A``: n times 0.375 mm; nothing below 17, no more than 85."""
    n = min(args[0], FEED_MAX)
    machine.feed(n * FEED_DOTS if n >= FEED_MIN else 0)


def _fine_feed(machine: Mechanism, args: bytes) -> None:
    machine.feed(round(args[0] * DOTS_PER_144TH))


def _skip_lines(machine: Mechanism, args: bytes) -> None:
    machine.feed(args[0] * machine.setup.spacing)


def _skip_columns(machine: Mechanism, args: bytes) -> None:
    machine.text(b" " * args[0])


def _drawer(machine: Mechanism, args: bytes) -> None:
    if args[0] not in PULSE_MS:
        raise RefusedError(f"drawer pulse of {args[0]} ms")
    machine.open_drawer()


def _qr(machine: Mechanism, args: bytes) -> None:
    level, module, version, mode = args[:4]
    if level >= len(LEVELS) or module > QR_MODULE_MAX or version > QR_VERSIONS or mode > 3:
        raise RefusedError(f"QR parameters {args[:4].hex(' ')}")
    machine.qr(args[4:], module // 2 or QR_MODULE, LEVELS[level])


def _barcode(machine: Mechanism, args: bytes) -> None:
    plain = args[0] == CODE128 and not args[1:].startswith(b"{")
    machine.barcode(args[0], b"{B" + args[1:] if plain else args[1:])


def _picture(machine: Mechanism, args: bytes) -> None:
    machine.columns(args[1:], COLUMN_BYTES[args[0]])


def _keep(machine: Mechanism, args: bytes) -> None:
    """All pictures anew, by number from 1; what was kept before is gone."""
    machine.memory.clear()
    at = 1
    for number in range(1, args[0] + 1):
        across = int.from_bytes(args[at : at + 2], "little")
        down = int.from_bytes(args[at + 2 : at + 4], "little")
        if not across or not down:
            raise RefusedError(f"picture {number} has no size")
        end = at + 4 + across * down * 8
        machine.memory[bytes((number,))] = turned(args[at + 4 : end], down)
        at = end


def _recall(machine: Mechanism, args: bytes) -> None:
    mode = one_of(args[1], 3)
    machine.recall(args[:1], 1 + (mode & 1), 1 + (mode >> 1))


def _mode(machine: Mechanism, args: bytes) -> None:
    if args[0] not in (0, 48):
        raise RefusedError(f"command set {args[0]}: only ESC/Bema is here")
    start(machine, args)


def _information(machine: Mechanism, args: bytes) -> None:
    known = {0: MODEL, 1: SERIAL, 3: FIRMWARE}
    if args[0] not in known:
        raise RefusedError(f"no information {args[0]}")
    machine.reply = known[args[0]]


def _beep(machine: Mechanism, args: bytes) -> None:
    if len(args) not in (4, 5):
        raise RefusedError(f"malformed buzzer {args!r}")


DEEDS: dict[str, Deed] = PLAIN | {
    "CAN": drop_line,
    "ESC A": _feed,
    "ESC J": _fine_feed,
    "ESC f 00h": _skip_columns,
    "ESC f 0": _skip_columns,
    "ESC f 01h": _skip_lines,
    "ESC f 1": _skip_lines,
    "ESC w": cut,
    "ESC m": cut,
    "ESC v": _drawer,
    "ESC 80h": _drawer,
    "ESC ( A": _beep,
    "ESC *": _picture,
    "FS q": _keep,
    "FS p": _recall,
    "GS k": _barcode,
    "GS k Q": _qr,
    "GS v": raster,
    "GS F9h  ": _mode,
    "GS F9h '": _information,
    "GS F9h C": answering(b"\0"),
}

# ---- at once


def _enquiry(printer: Electronics, args: bytes) -> bytes:
    """``ENQ``: bit 2 is the paper, or after ``ESC b 1`` the drawer's pin."""
    sensors = printer.machine.sensors
    absent = _absent(sensors)
    second = not sensors.drawer_open if printer.machine.setup.drawer_told else absent
    bits = (not sensors.offline) | absent << 1 | second << 2 | (not sensors.cover_open) << 3
    return bytes((bits | sensors.near_end << 4 | 1 << 5,))


def _absent(sensors: Sensors) -> bool:
    """The paper sensor is in the cover: with that open it sees no paper."""
    return sensors.paper_end or sensors.cover_open


def _status(printer: Electronics, args: bytes) -> bytes:
    """``GS F8h 1``: printer, cause of offline, errors, head and mode, firmware 1.6."""
    sensors, absent = printer.machine.sensors, _absent(printer.machine.sensors)
    busy = printer.printing or printer.buffered > 0
    low = sensors.near_end or sensors.paper_end
    error = sensors.cutter_error << 3 | sensors.unrecoverable << 5 | sensors.overheated << 6
    cause = low << 1 | (absent and not sensors.one_bit) << 2 | (not sensors.drawer_open) << 4
    cause |= absent << 5 | sensors.error << 6 | (not sensors.cover_open) << 7
    return bytes(
        (
            0x80 | sensors.offline << 3 | busy << 4 | _fullness(printer) << 5,
            0x01 | cause,
            0x90 | error,
            0x91 | sensors.overheated << 2,
            0x16,
        )
    )


def _fullness(printer: Electronics) -> int:
    """0 empty, 1 under a third, 2 above, 3 beyond three quarters."""
    full = printer.fullness
    return (full > 0) + (full > 1 / 3) + (full > 3 / 4)


def _select_sensor(printer: Electronics, args: bytes) -> bytes:
    if args[0] in (0, 1, 48, 49):
        printer.machine.setup.drawer_told = bool(one_of(args[0], 1))
    else:
        printer.machine.errors.append(f"ESC b: no sensor {args[0]}")
    return b""


def _clear(printer: Electronics, args: bytes) -> bytes:
    printer.clear()
    return b""


AT_ONCE: dict[str, AtOnce] = {
    "ENQ": _enquiry,
    "GS F8h 1": _status,
    "ESC b": _select_sensor,
    "STX": _clear,
}
BEMATECH = Dialect(GRAMMAR, BEMA_SETTERS, DEEDS, AT_ONCE, frozenset(("ESC a",)), codec="cp850")
