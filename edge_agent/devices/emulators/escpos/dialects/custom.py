"""Custom's kiosk printers (VKP80, KPM) in ESC/POS emulation: a presenter and its commands.

Promise: ESC/POS without process ids (``GS ( H``), and on top the full status, the ejector and the
automatic full status of the manuals of KPM150, KPM210 and VKP80III. DLE EOT is answered at once;
the ejector obeys, and tells its state, in turn, so not while the printer is offline.

Unverified on hardware: that a VKP80 has the ejector byte of the KPM210; jam as bit 6 of the third
and as bit 2 of ``DLE EOT 3``; that a jam makes the printer go offline with the output sensor
covered; the notch bit (here 0); RAM for every unrecoverable error; bit 5 of the third byte, here on
until it was told once; that a newer ticket pushes the older out; that a present without a ticket
cut is refused. A VKP80III presents with ``FS P``, which is not here.
"""

from edge_agent.devices.emulators.escpos import commands
from edge_agent.devices.emulators.escpos.commands import DLE, Grammar, realtime, selected
from edge_agent.devices.emulators.escpos.dialect import (
    AtOnce,
    Deed,
    Dialect,
    Electronics,
    cut,
)
from edge_agent.devices.emulators.escpos.dialects import epson
from edge_agent.devices.emulators.escpos.mechanism import Mechanism
from edge_agent.devices.emulators.escpos.papers import LINE_DOTS
from edge_agent.devices.emulators.escpos.presenter import Presenter
from edge_agent.devices.emulators.escpos.setup import SETTERS, RefusedError

PRINT_STATUS, FULL_STATUS = 17, 20
FIXED = 0x12
ALL_BYTES = 0x0F
DOTS_PER_CM = 80
ROLL_CM = 510

STATUS_KINDS = commands.STATUS_KINDS | {PRINT_STATUS, FULL_STATUS}
ESCPOS = commands.ESCPOS
GRAMMAR = Grammar(
    single=ESCPOS.single,
    parameters={
        **ESCPOS.parameters,
        "ESC": {**ESCPOS.parameters["ESC"], "i": 0},
        "GS": {**ESCPOS.parameters["GS"], "E0h": 1, "E1h": 0},
    },
    variable={**ESCPOS.variable, "GS e": selected({2: 0, 3: 1, 5: 0, 6: 0})},
    special={DLE: realtime(STATUS_KINDS)},
)

# ---- status


def _full(machine: Mechanism, moving: int) -> bytes:
    """Paper, user, recoverable, unrecoverable; ``moving``: the user bits for spooling and motor."""
    sensors = machine.sensors
    at_output = machine.presenter is not None and machine.presenter.at_mouth
    paper = sensors.paper_end | sensors.near_end << 2 | at_output << 5
    user = sensors.cover_open << 1 | moving
    recoverable = sensors.overheated | machine.misunderstood << 5 | sensors.mouth_jam << 6
    unrecoverable = sensors.cutter_error | sensors.unrecoverable << 2
    return bytes((paper, user, recoverable, unrecoverable))


def _status(printer: Electronics, args: bytes) -> bytes:
    machine, kind = printer.machine, args[0]
    if kind == PRINT_STATUS:
        return bytes((FIXED | printer.printing << 2 | machine.sensors.paper_end << 5,))
    if kind != FULL_STATUS:
        return machine.sensors.realtime(kind)
    said = _full(machine, (printer.buffered > 0) << 2 | printer.printing << 3)
    machine.misunderstood = False
    return bytes((DLE, ALL_BYTES)) + said


def _automatic_full(machine: Mechanism, args: bytes) -> None:
    """``GS E0h n``: the bits of n say which of the four bytes are told at every change."""
    wanted = args[0] & ALL_BYTES
    machine.watched.pop("GS E0h", None)
    if args[0] != wanted:
        raise RefusedError(f"reserved bits in {args[0]}")
    if not wanted:
        return

    def told() -> bytes:
        chosen = (byte for bit, byte in enumerate(_full(machine, 0)) if wanted >> bit & 1)
        return bytes((DLE, wanted, *chosen))

    machine.watched["GS E0h"] = told
    machine.reply = told()


# ---- the ejector


def _presenter(machine: Mechanism) -> Presenter:
    if machine.presenter is None:
        raise RefusedError("this printer has no presenter")
    return machine.presenter


def _retract(machine: Mechanism, args: bytes) -> None:
    _presenter(machine).retract()


def _present(machine: Mechanism, args: bytes) -> None:
    _presenter(machine).present()


def _eject(machine: Mechanism, args: bytes) -> None:
    _presenter(machine).eject()


def _ejector_status(machine: Mechanism, args: bytes) -> None:
    sensors = machine.sensors
    bits = sensors.near_end | (not sensors.paper_end) << 2 | _presenter(machine).at_mouth << 3
    machine.reply = bytes((bits | sensors.error << 6 | sensors.mouth_jam << 7,))


def _remaining(machine: Mechanism, args: bytes) -> None:
    left = machine.lines_left
    centimetres = ROLL_CM if left is None else round(left * LINE_DOTS / DOTS_PER_CM)
    machine.reply = f"{centimetres}cm".encode()


ESCPOS_DEEDS = {name: deed for name, deed in epson.DEEDS.items() if name != "GS ( H"}
DEEDS: dict[str, Deed] = ESCPOS_DEEDS | {
    "ESC i": cut,
    "GS e 02h": _retract,
    "GS e 03h": _present,
    "GS e 05h": _eject,
    "GS e 06h": _ejector_status,
    "GS E0h": _automatic_full,
    "GS E1h": _remaining,
}
AT_ONCE: dict[str, AtOnce] = epson.AT_ONCE | {"DLE EOT": _status}
CUSTOM = Dialect(
    GRAMMAR, SETTERS, DEEDS, AT_ONCE, epson.AT_LINE_START, codec="cp437", presents=True
)
