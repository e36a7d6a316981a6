"""The command language of Daruma's DR700 and DR800.

Promise: the bits of the two enquiries and the shapes of the commands are those of the open source
ACBr library, the only public table. Both enquiries are answered at once, also offline.

Unverified on hardware: every status bit not named there (here 0); which digit of the configuration
chooses which code page, and the page at power on (here 850); that questions (``ESC C3h``) wait for
their turn; QR level 0 (here M) and module 0 (here 5), and that L does not exist; barcodes 3, 10 and
11, which are refused; ``ESC !`` and ``ESC 3`` as in ESC/POS; alignment at the beginning of a line
only; that CR does nothing.
"""

from edge_agent.devices.emulators.escpos.commands import (
    CONTROLS,
    Command,
    Found,
    Grammar,
    MoreNeededError,
    need,
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
)
from edge_agent.devices.emulators.escpos.mechanism import Mechanism
from edge_agent.devices.emulators.escpos.setup import (
    SETTERS,
    RefusedError,
    Setter,
    Setup,
    chosen,
    for_this_line,
    nothing,
    styled,
)

CONFIGURATION = 40
KEPT = ord("X")
CONDENSED_AT, CODE_PAGE_AT = 30, 38
CODE_PAGES = {ord("0"): "latin-1", ord("1"): "cp850", ord("3"): "cp437"}
CONFIGURED = b":" + b"0" * CODE_PAGE_AT + b"10\r"
MODEL, FIRMWARE = b":20001\r", b":010600\r"
QR_LEVELS = {0: "m", ord("M"): "m", ord("Q"): "q", ord("H"): "h"}
QR_MODULES = range(3, 8)
QR_MODULE = 5
QR_MAX = 700
BARCODES = {1: 2, 2: 3, 4: 5, 5: 8, 6: 4, 7: 7, 8: 0, 9: 6}
"""Daruma's numbers as those of ``GS k``."""
CODE128 = 5
BAR_WIDTHS, BAR_HEIGHTS = range(2, 6), range(50, 201)
EM_LINES = 4

# ---- the stream


def _qr_code(data: bytearray, at: int) -> Found:
    size = int.from_bytes(need(data, at + 2, 2), "little")
    return Command("ESC 81h", need(data, at + 4, size)), 4 + size


def _barcode_to_nul(data: bytearray, at: int) -> Found:
    head = need(data, at + 2, 4)
    end = data.find(b"\0", at + 6)
    if end < 0:
        raise MoreNeededError
    return Command("ESC b", head + bytes(data[at + 6 : end])), end + 1 - at


GRAMMAR = Grammar(
    single=CONTROLS
    | {0x05: "ENQ", 0x07: "BEL", 0x0E: "SO", 0x0F: "SI", 0x11: "DC1", 0x12: "DC2"}
    | {0x13: "DC3", 0x14: "DC4", 0x18: "CAN", 0x19: "EM"},
    parameters={
        "ESC": dict.fromkeys(("@", "2", "E", "F", "m", "p", "0Fh", "C3h", "C7h", "E5h"), 0)
        | dict.fromkeys(("!", "-", "3", "4", "W", "w", "j"), 1)
        | {"C6h": CONFIGURATION},
        "GS": {"05h": 0},
    },
    variable={"ESC 81h": _qr_code, "ESC b": _barcode_to_nul},
)

# ---- settings


def _configure(setup: Setup, args: bytes) -> None:
    """40 characters, one a setting, ``X`` leaves it. Only the code page matters here."""
    page = args[CODE_PAGE_AT]
    if page != KEPT and page not in CODE_PAGES:
        raise RefusedError(f"configuration {args!r}: no code page {chr(page)}")
    if args[CONDENSED_AT] not in b"X01":
        raise RefusedError(f"configuration {args!r}: condensed is 0 or 1")
    setup.codec = CODE_PAGES.get(page, setup.codec)


DARUMA_SETTERS: dict[str, Setter] = {
    "ESC !": SETTERS["ESC !"],
    "ESC 2": SETTERS["ESC 2"],
    "ESC 3": SETTERS["ESC 3"],
    "ESC j": SETTERS["ESC a"],
    "ESC 4": chosen({}, {}),
    "ESC -": chosen({"underline": 0}, {"underline": 1}),
    "ESC E": styled(bold=True),
    "DC1": styled(bold=True),
    "ESC F": styled(bold=False),
    "DC3": styled(bold=False),
    "ESC W": chosen({"width": 1}, {"width": 2}),
    "ESC w": chosen({"height": 1}, {"height": 2}),
    "SO": for_this_line(width=2),
    "ESC 0Fh": styled(small=True),
    "SI": styled(small=True),
    "DC2": styled(small=False),
    "DC4": styled(small=False, width=1, height=1),
    "ESC C6h": _configure,
    "BEL": nothing,
}

# ---- in their turn


def _feed_four(machine: Mechanism, args: bytes) -> None:
    machine.feed(EM_LINES * machine.setup.spacing)


def _drawer(machine: Mechanism, args: bytes) -> None:
    machine.open_drawer()


def _qr(machine: Mechanism, args: bytes) -> None:
    if len(args) < 3 or len(args) > QR_MAX + 2:
        raise RefusedError(f"QR code of {len(args)} bytes")
    module, level = args[0], args[1]
    if (module and module not in QR_MODULES) or level not in QR_LEVELS:
        raise RefusedError(f"QR parameters {args[:2].hex(' ')}")
    machine.qr(args[2:], module or QR_MODULE, QR_LEVELS[level])


def _barcode(machine: Mechanism, args: bytes) -> None:
    kind, width, height, text = args[:4]
    if kind not in BARCODES or width not in BAR_WIDTHS or height not in BAR_HEIGHTS or text > 1:
        raise RefusedError(f"barcode parameters {args[:4].hex(' ')}")
    setup = machine.setup
    setup.bar_module, setup.bar_height, setup.bar_text = width, height, 2 * text
    prefix = b"{B" if kind == CODE128 else b""
    machine.barcode(BARCODES[kind], prefix + args[4:])


DEEDS: dict[str, Deed] = PLAIN | {
    "CAN": drop_line,
    "EM": _feed_four,
    "ESC m": cut,
    "ESC p": _drawer,
    "ESC b": _barcode,
    "ESC 81h": _qr,
    "ESC C3h": answering(MODEL),
    "ESC C7h": answering(FIRMWARE),
    "ESC E5h": answering(CONFIGURED),
}

# ---- at once


def _enquiry(printer: Electronics, args: bytes) -> bytes:
    """``ENQ``: printing, error, online, no paper, cover."""
    sensors = printer.machine.sensors
    busy = printer.printing or printer.buffered > 0
    bits = busy | sensors.error << 3 | (not sensors.offline) << 4
    return bytes((bits | sensors.paper_end << 5 | sensors.cover_open << 7,))


def _second_enquiry(printer: Electronics, args: bytes) -> bytes:
    """``GS ENQ``: near end, no paper, offline, paper over the sensor, error, drawer."""
    sensors = printer.machine.sensors
    over_sensor = not (sensors.paper_end or sensors.cover_open)
    bits = sensors.near_end | sensors.paper_end << 1 | sensors.offline << 3 | over_sensor << 4
    return bytes((bits | sensors.error << 6 | sensors.drawer_open << 7,))


AT_ONCE: dict[str, AtOnce] = {"ENQ": _enquiry, "GS 05h": _second_enquiry}
DARUMA = Dialect(GRAMMAR, DARUMA_SETTERS, DEEDS, AT_ONCE, frozenset(("ESC j",)), codec="cp850")
