"""ESC/Bema, the own language of Bematech's MP-4200 TH and its relatives.

It has no proof of print: a ticket is likely at best. Letters double, they do not grow further.
"""

from collections.abc import Iterator

from edge_agent.devices.drivers.escpos.dialect import Look, Presenter, Proof, no_answer
from edge_agent.devices.drivers.escpos.health import Health, PaperState, first_of, in_words
from edge_agent.devices.drivers.escpos.link import EscposLink
from edge_agent.devices.drivers.escpos.pictures import bands, column_bytes
from edge_agent.devices.errors import DeviceTimeoutError
from edge_agent.devices.ports import Barcode, Image, PrinterProfile, Reading

MODE = b"\x1d\xf9\x20\x00"
RESET = b"\x1b@"
ASK_STATUS = b"\x1d\xf8\x31"
STATUS_LENGTH = 5
CENTRED = b"\x1ba\x01"
ALIGN = {"left": 0, "center": 1, "right": 2}
CUT_FEED_LINES = 4
FEED_MAX = 255
BAND_ROWS = 24
BAND_SPACING, USUAL_SPACING = b"\x1b3\x10", b"\x1b2"
CORRECTION_M, ANY_VERSION, TEXT_MODE = 1, 0, 1
BAR_HEIGHT = 64
BELOW = 2
EAN13, CODE128 = 2, 73
FIRST_BITS = {0x04: "overrun", 0x08: "offline", 0x10: "busy"}
SECOND_BITS = {
    0x02: "paper near end",
    0x04: "paper end",
    -0x10: "drawer open",
    0x20: "no paper",
    0x40: "error",
    -0x80: "cover open",
}
THIRD_BITS = {-0x04: "has a cutter"}


class Bematech:
    """Implements Dialect."""

    start = MODE + RESET
    proofs: tuple[Proof, ...] = ()
    size_max = 2
    inverts = False
    module_dots = range(3, 17)
    presenter: Presenter | None = None

    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile

    def begin(self) -> bytes:
        return MODE + RESET + b"\x1bt%c" % self._profile.code_page

    def look(self, look: Look) -> bytes:
        double = look.size > 1
        bold = b"\x1bE" if look.bold else b"\x1bF"
        return b"\x1bW%c\x1bd%c%b\x1ba%c" % (double, double, bold, ALIGN[look.align])

    def line(self, text: str) -> bytes:
        return text.encode(self._profile.codec) + b"\n"

    def feed(self, lines: int) -> bytes:
        """ESC d makes letters tall here, so paper is fed line by line."""
        return b"\n" * min(max(lines, 0), FEED_MAX)

    def cut(self) -> bytes:
        return self.feed(CUT_FEED_LINES) + b"\x1bw"

    def qr(self, data: str, dots: int) -> bytes:
        coded = data.encode()
        head = b"\x1dkQ%c%c%c%c" % (CORRECTION_M, 2 * dots, ANY_VERSION, TEXT_MODE)
        return CENTRED + head + len(coded).to_bytes(2, "little") + coded

    def barcode(self, block: Barcode, dots: int) -> bytes:
        data = block.data.encode("ascii")
        settings = b"\x1dh%c\x1dw%c\x1df\x00\x1dH%c" % (BAR_HEIGHT, dots, BELOW)
        if block.kind == "ean13":
            return CENTRED + settings + b"\x1dk%c%b\x00" % (EAN13, data)
        return CENTRED + settings + b"\x1dk%c%c%b" % (CODE128, len(data), data)

    def raster(self, image: Image) -> Iterator[tuple[bytes, int]]:
        """Column by column: ESC/Bema has no rows."""
        width = image.width.to_bytes(2, "little")
        for band in bands(image, BAND_ROWS):
            columns = b"\x1b*\x21" + width + column_bytes(band, BAND_ROWS) + b"\n"
            yield CENTRED + BAND_SPACING + columns + USUAL_SPACING, BAND_ROWS

    def logo(self) -> bytes:
        return CENTRED + b"\x1cp\x01\x00"

    def store_logo(self, image: Image) -> bytes:
        across, down = -(-image.width // 8), -(-image.height // 8)
        columns = column_bytes(image, down * 8)
        padded = columns.ljust(across * 8 * down, b"\0")
        return b"\x1cq\x01" + across.to_bytes(2, "little") + down.to_bytes(2, "little") + padded

    def proof(self, proof: Proof, process_id: str) -> bytes:
        return b""

    def clear(self, proof: Proof | None) -> list[bytes]:
        return [MODE + RESET]

    def health(self, link: EscposLink) -> Health:
        first, second, *_ = link.ask_bytes(ASK_STATUS, STATUS_LENGTH)
        is_end = second & 0x24
        cause = first_of(
            (
                ("cover_open", ~second & 0x80),
                ("paper_end", is_end),
                ("unrecoverable", second & 0x40),
                ("offline", first & 0x08),
            )
        )
        paper: PaperState = "near_end" if second & 0x02 else "ok"
        return Health(cause, "end" if is_end else paper, busy=bool(first & 0x14))

    def health_between(self, link: EscposLink) -> Health:
        return self.health(link)

    def facts(self, link: EscposLink) -> dict[str, str]:
        return {"maker": "Bematech"}

    def readings(self, link: EscposLink) -> Iterator[Reading]:
        try:
            status = link.ask_bytes(ASK_STATUS, STATUS_LENGTH)
        except DeviceTimeoutError:
            yield no_answer("GS F8h 31h")
            return
        for place, bits in enumerate((FIRST_BITS, SECOND_BITS, THIRD_BITS, {}, {})):
            byte = status[place]
            yield Reading(f"GS F8h 31h byte {place + 1}", f"{byte:02x}", in_words(byte, bits))
