"""Daruma's own set of commands (DR700, DR800).

It has no proof of print: a ticket is likely at best. The code page is in the printer's own
configuration, letters double at most, and it has no command for pictures: they are left out.
"""

from collections.abc import Iterator

from edge_agent.devices.drivers.escpos.dialect import Look, Presenter, Proof, no_answer
from edge_agent.devices.drivers.escpos.health import Health, PaperState, first_of, in_words
from edge_agent.devices.drivers.escpos.link import EscposLink
from edge_agent.devices.errors import DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import Barcode, Image, PrinterProfile, Reading

RESET = b"\x1b@"
ASK_STATUS = b"\x05"
ASK_SENSORS = b"\x1d\x05"
CENTRED = b"\x1bj\x01"
ALIGN = {"left": 0, "center": 1, "right": 2}
CUT_FEED_LINES = 4
FEED_MAX = 255
BAR_HEIGHT = 64
TEXT_BELOW = 1
EAN13, CODE128 = 1, 5
INFO_IDS = {"model": b"\x1b\xc3", "firmware": b"\x1b\xc7"}
CONFIGURATION = b"\x1b\xe5"
STATUS_BITS = {
    0x01: "printing",
    0x08: "error",
    -0x10: "offline",
    0x20: "no paper",
    0x80: "cover open",
}
SENSOR_BITS = {
    0x01: "paper near end",
    0x02: "no paper",
    0x08: "offline",
    -0x10: "cover open or no paper over the sensor",
    0x40: "fault",
    0x80: "drawer open",
}


class Daruma:
    """Implements Dialect."""

    start = RESET
    proofs: tuple[Proof, ...] = ()
    size_max = 2
    inverts = False
    module_dots = range(3, 8)
    presenter: Presenter | None = None

    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile

    def begin(self) -> bytes:
        return RESET

    def look(self, look: Look) -> bytes:
        double = look.size > 1
        bold = b"\x1bE" if look.bold else b"\x1bF"
        return b"\x1bW%c\x1bw%c%b\x1bj%c" % (double, double, bold, ALIGN[look.align])

    def line(self, text: str) -> bytes:
        return text.encode(self._profile.codec) + b"\n"

    def feed(self, lines: int) -> bytes:
        return b"\n" * min(max(lines, 0), FEED_MAX)

    def cut(self) -> bytes:
        return self.feed(CUT_FEED_LINES) + b"\x1bm"

    def qr(self, data: str, dots: int) -> bytes:
        coded = data.encode()
        size = (len(coded) + 2).to_bytes(2, "little")
        return CENTRED + b"\x1b\x81" + size + b"%cM" % dots + coded

    def barcode(self, block: Barcode, dots: int) -> bytes:
        kind = EAN13 if block.kind == "ean13" else CODE128
        head = b"\x1bb%c%c%c%c" % (kind, dots, BAR_HEIGHT, TEXT_BELOW)
        return CENTRED + head + block.data.encode("ascii") + b"\0"

    def raster(self, image: Image) -> Iterator[tuple[bytes, int]]:
        return iter(())

    def logo(self) -> bytes:
        return b""

    def store_logo(self, image: Image) -> bytes:
        raise DeviceRefusedError("no_logo", "this printer keeps no picture")

    def proof(self, proof: Proof, process_id: str) -> bytes:
        return b""

    def clear(self, proof: Proof | None) -> list[bytes]:
        return [RESET]

    def health(self, link: EscposLink) -> Health:
        (status,) = link.ask_bytes(ASK_STATUS, 1)
        (sensors,) = link.ask_bytes(ASK_SENSORS, 1)
        is_end = bool(status & 0x20 or sensors & 0x02)
        cause = first_of(
            (
                ("cover_open", status & 0x80),
                ("paper_end", is_end),
                ("cover_open", ~sensors & 0x10),
                ("unrecoverable", status & 0x08 | sensors & 0x40),
                ("offline", ~status & 0x10 | sensors & 0x08),
            )
        )
        paper: PaperState = "near_end" if sensors & 0x01 else "ok"
        return Health(cause, "end" if is_end else paper, busy=bool(status & 0x01))

    def health_between(self, link: EscposLink) -> Health:
        return self.health(link)

    def facts(self, link: EscposLink) -> dict[str, str]:
        told = {name: link.ask_text(question) for name, question in INFO_IDS.items()}
        return {"maker": "Daruma"} | told

    def readings(self, link: EscposLink) -> Iterator[Reading]:
        for asked, question, bits in (
            ("ENQ", ASK_STATUS, STATUS_BITS),
            ("GS ENQ", ASK_SENSORS, SENSOR_BITS),
        ):
            try:
                (byte,) = link.ask_bytes(question, 1)
            except DeviceTimeoutError:
                yield no_answer(asked)
            else:
                yield Reading(asked, f"{byte:02x}", in_words(byte, bits))
        configuration = link.ask_text(CONFIGURATION)
        yield Reading("ESC E5h", configuration.encode().hex(" "), configuration or "not told")
