"""Custom's kiosk printers (VKP80, KPM, TG): ESC/POS, with a status of their own and a presenter."""

from collections.abc import Iterator

from edge_agent.devices.drivers.escpos.dialect import Presenter, Proof, no_answer
from edge_agent.devices.drivers.escpos.dialects.escpos import CLEAR_BUFFERS, Escpos
from edge_agent.devices.drivers.escpos.health import Health, first_of, in_words
from edge_agent.devices.drivers.escpos.link import EscposLink
from edge_agent.devices.drivers.escpos.replies import FullStatus
from edge_agent.devices.errors import DeviceError, DeviceTimeoutError
from edge_agent.devices.ports import PrinterProfile, Reading

ASK_EJECTOR = b"\x1de\x06"
JAM_BIT = 0x80
RECOVERABLE_JAM = 0x40
PAPER_BITS = {
    0x01: "no paper",
    0x04: "paper near end",
    0x20: "ticket at the mouth",
    0x40: "virtual paper end",
    0x80: "notch",
}
USER_BITS = {
    0x01: "head up",
    0x02: "cover open",
    0x04: "spooling",
    0x08: "motor on",
    0x20: "key pressed",
    0x40: "key pressed",
}
RECOVERABLE_BITS = {
    0x01: "head temperature",
    0x02: "serial line error",
    0x08: "supply voltage",
    0x20: "unknown command",
    0x40: "paper jam",
    0x80: "notch error",
}
EJECTOR_BITS = {
    0x01: "paper near end",
    0x04: "no paper",
    0x08: "ticket at the mouth",
    0x10: "stepper",
    0x20: "ejector",
    0x40: "error",
    0x80: "jam",
}


class Custom(Escpos):
    """Implements Dialect."""

    proofs: tuple[Proof, ...] = ("sentinel",)

    def __init__(self, profile: PrinterProfile) -> None:
        super().__init__(profile)
        self.presenter: Presenter | None = Ejector()

    def clear(self, proof: Proof | None) -> list[bytes]:
        return [CLEAR_BUFFERS]

    def health(self, link: EscposLink) -> Health:
        status = link.ask_full()
        return _health(status, _is_jammed(link) if status.unrecoverable else False)

    def health_between(self, link: EscposLink) -> Health:
        return _health(link.ask_full(), False)

    def readings(self, link: EscposLink) -> Iterator[Reading]:
        try:
            status = link.ask_full()
        except DeviceTimeoutError:
            yield no_answer("DLE EOT 20")
        else:
            yield from _in_words(status)
        try:
            (byte,) = link.ask_bytes(ASK_EJECTOR, 1)
        except DeviceTimeoutError:
            yield no_answer("GS e 6")
        else:
            yield Reading("GS e 6", f"{byte:02x}", in_words(byte, EJECTOR_BITS))
        yield from super().readings(link)


class Ejector:
    """Implements Presenter."""

    present = b"\x1de\x03\x0c"
    retract = b"\x1de\x02"

    def is_jammed(self, link: EscposLink) -> bool:
        return bool(link.ask_bytes(ASK_EJECTOR, 1)[0] & JAM_BIT)


def _is_jammed(link: EscposLink) -> bool:
    try:
        return Ejector().is_jammed(link)
    except DeviceError:
        return False


def _health(status: FullStatus, is_jammed: bool) -> Health:
    paper = status.paper
    cause = first_of(
        (
            ("jam", is_jammed or status.recoverable & RECOVERABLE_JAM),
            ("cover_open", status.user & 0x03),
            ("paper_end", paper & 0x01),
            ("unrecoverable", status.unrecoverable),
            ("overheated", status.recoverable & 0x01),
            ("offline", status.recoverable & 0x08),
        )
    )
    return Health(
        cause=cause,
        paper="end" if paper & 0x01 else "near_end" if paper & 0x44 else "ok",
        busy=bool(status.user & 0x0C),
        mouth=bool(paper & 0x20),
    )


def _in_words(status: FullStatus) -> Iterator[Reading]:
    hardware = "fault" if status.unrecoverable else "nothing to report"
    for name, byte, meaning in (
        ("paper", status.paper, in_words(status.paper, PAPER_BITS)),
        ("user", status.user, in_words(status.user, USER_BITS)),
        ("recoverable", status.recoverable, in_words(status.recoverable, RECOVERABLE_BITS)),
        ("unrecoverable", status.unrecoverable, hardware),
    ):
        yield Reading(f"DLE EOT 20 {name}", f"{byte:02x}", meaning)
