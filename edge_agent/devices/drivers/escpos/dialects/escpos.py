"""ESC/POS as Epson and its followers speak it, through python-escpos used as a builder of commands
only.

The library (19 MB) is loaded at the first document.
"""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from edge_agent.devices.drivers.escpos.dialect import Look, Presenter, Proof, no_answer
from edge_agent.devices.drivers.escpos.health import Health, in_words
from edge_agent.devices.drivers.escpos.link import EscposLink
from edge_agent.devices.drivers.escpos.pictures import bands, row_bytes
from edge_agent.devices.drivers.escpos.replies import Faults
from edge_agent.devices.errors import DeviceTimeoutError
from edge_agent.devices.ports import Barcode, Image, PrinterProfile, Reading

DATABASE = "ESCPOS_CAPABILITIES_FILE"
RESET = b"\x1b@"
NO_AUTOMATIC_STATUS = b"\x1da\x00"
SENTINEL = b"\x1dr\x01"
CLEAR_BUFFERS = b"\x10\x05\x02"
CLEAR_ALL = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
CENTRED = b"\x1ba\x01"
LOGO_KEY = b"T1"
CORRECTION_M = 1
FEED_MAX = 255
BAND_ROWS = 24
BAR_HEIGHT = 64
BELOW = 2
EAN13, CODE128 = 2, 73
SHORT_PARAMETERS_MAX = 0xFFFF
ERROR_BIT = 0x40
INFO_IDS = {"maker": 66, "model": 67, "firmware": 65, "serial": 68}
BITS: dict[int, dict[int, str]] = {
    1: {
        0x04: "drawer pin 3 high",
        0x08: "offline",
        0x20: "waiting to go online again",
        0x40: "feed button pressed",
    },
    2: {0x04: "cover open", 0x08: "fed by button", 0x20: "stopped: paper end", 0x40: "error"},
    3: {
        0x04: "recoverable error",
        0x08: "cutter error",
        0x20: "unrecoverable error",
        0x40: "head too hot, recovers by itself",
    },
    4: {0x0C: "paper near end", 0x60: "paper end"},
}


class Escpos:
    """Implements Dialect."""

    start = RESET + NO_AUTOMATIC_STATUS
    proofs: tuple[Proof, ...] = ("process_id", "sentinel")
    size_max = 8
    inverts = True
    module_dots = range(3, 17)
    presenter: Presenter | None = None

    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile
        self._builder: Any = None

    def begin(self) -> bytes:
        self._builder = _builder(self._profile)
        return self._taken()

    def look(self, look: Look) -> bytes:
        self._builder.set(
            custom_size=True,
            width=look.size,
            height=look.size,
            bold=look.bold,
            align=look.align,
            invert=look.invert,
        )
        return self._taken()

    def line(self, text: str) -> bytes:
        self._builder.textln(text)
        return self._taken()

    def feed(self, lines: int) -> bytes:
        self._builder.print_and_feed(min(max(lines, 0), FEED_MAX))
        return self._taken()

    def cut(self) -> bytes:
        self._builder.cut(feed=False)
        return self._taken()

    def qr(self, data: str, dots: int) -> bytes:
        self._builder.set(align="center")
        self._builder.qr(data, ec=CORRECTION_M, size=dots, native=True)
        return self._taken()

    def barcode(self, block: Barcode, dots: int) -> bytes:
        data = block.data.encode("ascii")
        settings = b"\x1dh%c\x1dw%c\x1df\x00\x1dH%c" % (BAR_HEIGHT, dots, BELOW)
        if block.kind == "ean13":
            return CENTRED + settings + b"\x1dk%c%b\x00" % (EAN13, data)
        coded = b"{B" + data.replace(b"{", b"{{")
        return CENTRED + settings + b"\x1dk%c%c%b" % (CODE128, len(coded), coded)

    def raster(self, image: Image) -> Iterator[tuple[bytes, int]]:
        for band in bands(image, BAND_ROWS):
            head = b"\x1dv0\x00" + _little(row_bytes(band)) + _little(band.height)
            yield CENTRED + head + band.bits, band.height

    def logo(self) -> bytes:
        return CENTRED + b"\x1d(L" + _little(6) + b"0E" + LOGO_KEY + b"\x01\x01"

    def store_logo(self, image: Image) -> bytes:
        size = _little(image.width) + _little(image.height)
        parameters = b"0C0" + LOGO_KEY + b"\x01" + size + b"1" + image.bits
        if len(parameters) > SHORT_PARAMETERS_MAX:
            return b"\x1d8L" + len(parameters).to_bytes(4, "little") + parameters
        return b"\x1d(L" + _little(len(parameters)) + parameters

    def proof(self, proof: Proof, process_id: str) -> bytes:
        named = b"\x1d(H\x06\x0000" + process_id.encode("ascii")
        return {"process_id": named, "sentinel": SENTINEL, "status": b""}[proof]

    def clear(self, proof: Proof | None) -> list[bytes]:
        """DLE ENQ 2 alone may be heeded only in an error; firmware that knows process ids also
        clears at any time."""
        return [CLEAR_ALL, CLEAR_BUFFERS] if proof == "process_id" else [CLEAR_BUFFERS]

    def health(self, link: EscposLink) -> Health:
        printer, offline, error, paper = (link.ask_real_time(number) for number in BITS)
        return Faults(printer=printer, offline=offline, error=error, paper=paper).health

    def health_between(self, link: EscposLink) -> Health:
        """Cover, paper, errors."""
        offline, paper = link.ask_real_time(2), link.ask_real_time(4)
        if offline & ERROR_BIT:
            return Faults(offline=offline, paper=paper, error=link.ask_real_time(3)).health
        return Faults(offline=offline, paper=paper).health

    def facts(self, link: EscposLink) -> dict[str, str]:
        return {name: link.ask_info(number) for name, number in INFO_IDS.items()}

    def readings(self, link: EscposLink) -> Iterator[Reading]:
        for number, bits in BITS.items():
            asked = f"DLE EOT {number}"
            try:
                byte = link.ask_real_time(number)
            except DeviceTimeoutError:
                yield no_answer(asked)
            else:
                yield Reading(asked, f"{byte:02x}", in_words(byte, bits))
        for name, number in INFO_IDS.items():
            text = link.ask_info(number)
            yield Reading(f"GS I {number}", text.encode().hex(" "), f"{name} {text or 'not told'}")

    def _taken(self) -> bytes:
        built = bytes(self._builder.output)
        self._builder.clear()
        return built


def _little(number: int) -> bytes:
    return number.to_bytes(2, "little")


def _builder(profile: PrinterProfile) -> Any:
    library = _library()
    page = profile.codec.upper()
    library.pages.setdefault(page, {"name": page, "python_encode": profile.codec})
    encoder = library.encoder({page: profile.code_page})
    builder = library.dummy(magic_encode_args={"encoder": encoder})
    builder.hw("INIT")
    builder.magic.force_encoding(page)
    return builder


class _Library(NamedTuple):
    """What is used of python-escpos; ``pages`` are the code pages it knows, by their names."""

    encoder: Any
    dummy: Any
    pages: dict[str, dict[str, str]]


@cache
def _library() -> _Library:
    """python-escpos parses its database of printers whenever it is imported, as long as the rest of
    the import takes, and leaves a temporary folder behind. Our profiles say what a printer can,
    so it is given a database of one, and the folder goes at once."""
    os.environ[DATABASE] = str(Path(__file__).with_suffix(".json"))
    try:
        from escpos import capabilities, codepages
        from escpos.magicencode import Encoder
        from escpos.printer import Dummy
    finally:
        del os.environ[DATABASE]

    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return _Library(Encoder, Dummy, codepages.CodePages.data)
