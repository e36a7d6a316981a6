"""ESC/POS as Epson writes it: the table of commands in their turn and of those obeyed at once."""

from edge_agent.devices.emulators.escpos.commands import ESCPOS
from edge_agent.devices.emulators.escpos.dialect import (
    PLAIN,
    AtOnce,
    Deed,
    Dialect,
    Electronics,
    raster,
)
from edge_agent.devices.emulators.escpos.mechanism import Bits, Mechanism
from edge_agent.devices.emulators.escpos.setup import SETTERS, RefusedError, set_qr

IDENTITY = {65: "1.04", 66: "TOTEM", 67: "EMU-80", 68: "EMU0000001"}
SHORT_IDENTITY = {1: 0x20, 2: 0x02, 3: 0x04, 49: 0x20, 50: 0x02, 51: 0x04}
PROCESS_ID = b"00"
CLEAR_BUFFER = bytes((8, 1, 3, 20, 1, 6, 2, 8))

# ---- in their turn


def _feed_lines(machine: Mechanism, args: bytes) -> None:
    machine.feed(args[0] * machine.setup.spacing)


def _feed_dots(machine: Mechanism, args: bytes) -> None:
    machine.feed(args[0])


def _cut(machine: Mechanism, args: bytes) -> None:
    machine.cut(args[1] if len(args) == 2 else 0)


def _drawer(machine: Mechanism, args: bytes) -> None:
    if args[0] not in (0, 1, 48, 49):
        raise RefusedError(f"no drawer pin {args[0]}")
    machine.open_drawer()


def _qr(machine: Mechanism, args: bytes) -> None:
    if not set_qr(machine.setup, args):
        return
    setup = machine.setup
    if setup.qr_data is None:
        raise RefusedError("QR code printed before it was stored")
    machine.qr(setup.qr_data, setup.qr_module, setup.qr_level)


def _barcode(machine: Mechanism, args: bytes) -> None:
    machine.barcode(args[0], args[1:])


def _process_id(machine: Mechanism, args: bytes) -> None:
    if not machine.process_ids:
        raise RefusedError("not a command of this printer")
    if len(args) != 6 or args[:2] != PROCESS_ID or not all(32 <= b <= 126 for b in args[2:]):
        raise RefusedError(f"malformed process id {args!r}")
    machine.reply = b"\x37\x22" + args[2:] + b"\0"


def _queued_status(machine: Mechanism, args: bytes) -> None:
    if args[0] in (1, 49):
        machine.reply = machine.sensors.queued_paper()
    elif args[0] in (2, 50):
        machine.reply = machine.sensors.queued_drawer()
    else:
        raise RefusedError(f"no status {args[0]}")


def _identity(machine: Mechanism, args: bytes) -> None:
    if args[0] in IDENTITY:
        machine.reply = b"\x5f" + IDENTITY[args[0]].encode() + b"\0"
    elif args[0] in SHORT_IDENTITY:
        machine.reply = bytes((SHORT_IDENTITY[args[0]],))
    else:
        raise RefusedError(f"no identity {args[0]}")


def _automatic_status(machine: Mechanism, args: bytes) -> None:
    machine.watched.pop("GS a", None)
    if args[0]:
        machine.watched["GS a"] = machine.sensors.automatic
        machine.reply = machine.sensors.automatic()


def _enable_realtime(machine: Mechanism, args: bytes) -> None:
    if len(args) < 3 or args[0] != 20:
        raise RefusedError(f"malformed {args!r}")


def _graphics(machine: Mechanism, args: bytes) -> None:
    """``GS ( L`` and ``GS 8 L``: 67 keeps a picture under a key of two characters, 69 prints
    it."""
    if args[:1] != b"0" or len(args) < 2:
        raise RefusedError(f"malformed graphics {args[:8]!r}")
    function, values = args[1], args[2:]
    if function == 67:
        _keep(machine, values)
    elif function == 69 and len(values) == 4 and {*values[2:]} <= {1, 2}:
        machine.recall(_key(values[:2]), values[2], values[3])
    else:
        raise RefusedError(f"graphics function {function} with {values[:8]!r}")


def _keep(machine: Mechanism, values: bytes) -> None:
    """One colour, raster; nothing of it may be missing or left over."""
    tone, key, colours, size, colour = (
        values[:1],
        _key(values[1:3]),
        values[3:4],
        values[4:8],
        values[8:9],
    )
    width, height = int.from_bytes(size[:2], "little"), int.from_bytes(size[2:], "little")
    row_bytes = -(-width // 8)
    if (tone, colours, colour) != (b"0", b"\x01", b"1") or not width or not height:
        raise RefusedError(f"malformed picture {values[:9]!r}")
    if len(values) - 9 != row_bytes * height:
        raise RefusedError(f"{len(values) - 9} bytes for a picture of {width} x {height}")
    machine.memory[key] = Bits(values[9:], row_bytes)


def _key(raw: bytes) -> bytes:
    if len(raw) != 2 or not all(32 <= byte <= 126 for byte in raw):
        raise RefusedError(f"picture key {raw!r}")
    return raw


DEEDS: dict[str, Deed] = PLAIN | {
    "ESC d": _feed_lines,
    "ESC J": _feed_dots,
    "ESC p": _drawer,
    "GS V": _cut,
    "GS ( k": _qr,
    "GS k": _barcode,
    "GS v": raster,
    "GS ( L": _graphics,
    "GS 8 L": _graphics,
    "GS ( H": _process_id,
    "GS ( D": _enable_realtime,
    "GS r": _queued_status,
    "GS I": _identity,
    "GS a": _automatic_status,
}

# ---- at once


def _status(printer: Electronics, args: bytes) -> bytes:
    return printer.machine.sensors.realtime(args[0])


def _recover(printer: Electronics, args: bytes) -> bytes:
    printer.machine.sensors.cutter_error = False
    if args[0] == 2:
        printer.clear()
    return b""


def _clear_or_pulse(printer: Electronics, args: bytes) -> bytes:
    if args == CLEAR_BUFFER:
        printer.clear()
    elif args[0] == 1:
        printer.machine.sensors.drawer_open = True
    else:
        printer.machine.errors.append(f"DLE DC4: {args.hex(' ')}")
    return b""


AT_ONCE: dict[str, AtOnce] = {
    "DLE EOT": _status,
    "DLE ENQ": _recover,
    "DLE DC4": _clear_or_pulse,
}
AT_LINE_START = frozenset(("ESC a", "ESC {", "GS L", "GS W"))
EPSON = Dialect(ESCPOS, SETTERS, DEEDS, AT_ONCE, AT_LINE_START, codec="cp437")
