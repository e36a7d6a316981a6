"""A small ESC/POS printer on a virtual clock, every fault at will; not the product's emulator."""

from collections.abc import Callable

from msgspec import Struct

from edge_agent.devices.drivers.escpos import EscposPrinter
from edge_agent.devices.drivers.escpos.logo import OwnersLogo
from edge_agent.devices.drivers.escpos.profiles import profile_named
from edge_agent.devices.errors import (
    DeviceGoneError,
)
from edge_agent.devices.ports import (
    PrinterProfile,
)

WIDE = profile_named("generic-80mm")
OK, COVER, PAPER_END, ERROR, CUTTER = 0x12, 0x16, 0x32, 0x52, 0x1A


class VirtualClock:
    """Time passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def wall_ms(self) -> int:
        return int(self.now * 1000)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Temper(Struct):
    """How the scripted printer behaves. ``status`` answers DLE EOT 1 to 4; a missing one is
    silence."""

    status: dict[int, int]
    knows_process_id: bool = True
    knows_sentinel: bool = True
    seconds_per_job: float = 0.5


class ScriptedPrinter:
    """A Wire with a printer behind it that knows five questions and prints by counting bytes."""

    name = "scripted"

    def __init__(self, clock: VirtualClock, **temper: object) -> None:
        self.temper = Temper(**({"status": dict.fromkeys((1, 2, 3, 4), OK)} | temper))  # type: ignore[arg-type]
        self.writes: list[bytes] = []
        self.is_open = False
        self.on_write: Callable[[ScriptedPrinter], None] = lambda _: None
        self._clock = clock
        self._answers: list[tuple[float, bytes]] = []

    @property
    def sent(self) -> bytes:
        return b"".join(self.writes)

    def faults(self, **codes: int) -> None:
        numbers = {"printer": 1, "offline": 2, "error": 3, "paper": 4}
        self.temper.status |= {numbers[name]: code for name, code in codes.items()}

    def open(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def write(self, data: bytes, deadline_s: float) -> None:
        assert deadline_s > 0
        if not self.is_open:
            raise DeviceGoneError("closed")
        self.on_write(self)
        self.writes.append(data)
        self._answer(data)

    def read(self, most: int, deadline_s: float) -> bytes:
        if not self.is_open:
            raise DeviceGoneError("closed")
        end = self._clock.now + deadline_s
        if self._answers and self._answers[0][0] <= end:
            at, data = self._answers.pop(0)
            self._clock.now = max(self._clock.now, at)
            return data[:most]
        self._clock.now = end
        return b""

    def say(self, data: bytes, after_s: float = 0.0) -> None:
        self._answers.append((self._clock.now + after_s, data))
        self._answers.sort(key=lambda answer: answer[0])

    def _answer(self, data: bytes) -> None:
        if data[:2] == b"\x10\x04" and data[2] in self.temper.status:
            self.say(bytes([self.temper.status[data[2]]]))
        if data[:2] == b"\x1dI":
            self.say(b"_GENERIC\0")
        at = data.find(b"\x1d(H\x06\x0000")
        working = self._printing()
        if at >= 0 and self.temper.knows_process_id and working:
            self.say(b"7\x22" + data[at + 7 : at + 11] + b"\0", self.temper.seconds_per_job)
        if data.endswith(b"\x1dr\x01") and self.temper.knows_sentinel and working:
            self.say(b"\x00", self.temper.seconds_per_job)

    def _printing(self) -> bool:
        return self.temper.status.get(2) == OK and self.temper.status.get(4) != 0x72


def printer(
    profile: PrinterProfile = WIDE, logo: OwnersLogo | None = None, **temper: object
) -> tuple[EscposPrinter, ScriptedPrinter, VirtualClock]:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock, **temper)
    device = EscposPrinter(profile, wire, clock, logo=logo)
    device.open()
    wire.writes.clear()
    return device, wire, clock


def after_writes(count: int, deed: Callable[[ScriptedPrinter], None]) -> Callable[..., None]:
    def watch(wire: ScriptedPrinter) -> None:
        if len(wire.writes) == count:
            deed(wire)

    return watch
