"""Printers of other dialects on a virtual clock: a table of answers, and one with a presenter."""

from edge_agent.devices.drivers.escpos import EscposPrinter
from edge_agent.devices.drivers.escpos.logo import OwnersLogo
from edge_agent.devices.drivers.escpos.profiles import profile_named
from tests.support.scripted_printer import ScriptedPrinter, VirtualClock

BEMATECH_ASKS = b"\x1d\xf8\x31"
BEMATECH_OK = bytes([0x00, 0x90, 0x00, 0x00, 0x00])
DARUMA_ASKS, DARUMA_SENSORS = b"\x05", b"\x1d\x05"
DARUMA_OK = b"\x10"
FULL_STATUS, EJECTOR_STATUS = b"\x10\x04\x14", b"\x1de\x06"
PRESENT, RETRACT = b"\x1de\x03\x0c", b"\x1de\x02"
SENTINEL = b"\x1dr\x01"


class TablePrinter(ScriptedPrinter):
    """Answers exactly the questions of ``table``, and nothing else ever."""

    def __init__(self, clock: VirtualClock, table: dict[bytes, bytes]) -> None:
        super().__init__(clock)
        self.table = table

    def _answer(self, data: bytes) -> None:
        if data in self.table:
            self.say(self.table[data])


class PresenterPrinter(ScriptedPrinter):
    """Prints, shows the ticket at its mouth, and a customer takes it after ``taken_s``; None never.
    ``hides``: the ticket never comes to the mouth. ``clings``: it cannot be drawn back. ``mute``:
    no answers.
    """

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.taken_s: float | None = 2.0
        self.hides = self.clings = self.mute = False
        self.paper = self.user = self.recoverable = self.unrecoverable = 0
        self.ejector = 0
        self.mouth = False
        self._taken_at = float("inf")

    def _answer(self, data: bytes) -> None:
        self.mouth = self.mouth and self._clock.now < self._taken_at
        if self.mute:
            return
        if data == FULL_STATUS:
            paper = self.paper | 0x20 * self.mouth
            rest = (paper, self.user, self.recoverable, self.unrecoverable)
            self.say(b"\x10\x0f" + bytes(rest))
        elif data == EJECTOR_STATUS:
            self.say(bytes([self.ejector | 0x08 * self.mouth]))
        elif data == PRESENT and not self.hides:
            self.mouth = True
            patience = float("inf") if self.taken_s is None else self.taken_s
            self._taken_at = self._clock.now + patience
        elif data == RETRACT and not self.clings:
            self.mouth = False
        elif data.endswith(SENTINEL):
            self.say(b"\x00", self.temper.seconds_per_job)


def bematech(
    status: bytes = BEMATECH_OK, logo: OwnersLogo | None = None
) -> tuple[EscposPrinter, TablePrinter, VirtualClock]:
    return _opened("bematech-mp4200", {BEMATECH_ASKS: status}, logo)


def daruma(
    status: bytes = DARUMA_OK, sensors: bytes = DARUMA_OK
) -> tuple[EscposPrinter, TablePrinter, VirtualClock]:
    return _opened("daruma-dr800", {DARUMA_ASKS: status, DARUMA_SENSORS: sensors})


def custom(present_s: float = 20.0) -> tuple[EscposPrinter, PresenterPrinter, VirtualClock]:
    clock = VirtualClock()
    wire = PresenterPrinter(clock)
    device = EscposPrinter(profile_named("custom-vkp80"), wire, clock, present_s)
    device.open()
    wire.writes.clear()
    return device, wire, clock


def _opened(
    profile: str, table: dict[bytes, bytes], logo: OwnersLogo | None = None
) -> tuple[EscposPrinter, TablePrinter, VirtualClock]:
    clock = VirtualClock()
    wire = TablePrinter(clock, table)
    device = EscposPrinter(profile_named(profile), wire, clock, logo=logo)
    device.open()
    wire.writes.clear()
    return device, wire, clock
