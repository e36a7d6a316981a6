"""Questions to an ESC/POS printer and their answers, each with a deadline.

All bytes from the printer pass here, so an answer that comes while another is awaited is kept, not
lost. Silence is never an answer: it is DeviceTimeoutError.
"""

from collections.abc import Callable

from edge_agent.devices.drivers.escpos.replies import (
    Faults,
    Info,
    ProcessId,
    Queued,
    RealTime,
    Replies,
)
from edge_agent.devices.errors import DeviceTimeoutError
from edge_agent.devices.ports import Clock, Wire

STATUS_S = 1.0
WRITE_S = 5.0
READ_MOST = 256

ERROR_BIT = 0x40


class EscposLink:
    """One printer's conversation. ``finished`` holds the process ids it proved; ``queued``
    counts GS r answers."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self.finished: set[str] = set()
        self.queued = 0
        self._wire = wire
        self._clock = clock
        self._replies = Replies()
        self._real_time: list[int] = []
        self._infos: list[str] = []

    def forget(self) -> None:
        """Take in what has arrived, then start afresh: nothing heard before counts any more."""
        self.hear(0.0)
        self.finished.clear()
        self._infos.clear()
        self.queued = 0

    def send(self, data: bytes) -> None:
        self._wire.write(data, WRITE_S)

    def hear(self, seconds: float) -> None:
        """Take in what comes first, waiting at most ``seconds`` for it."""
        for reply in self._replies.feed(self._wire.read(READ_MOST, seconds)):
            match reply:
                case RealTime():
                    self._real_time.append(reply.bits)
                case Queued():
                    self.queued += 1
                case ProcessId():
                    self.finished.add(reply.id)
                case Info():
                    self._infos.append(reply.text)

    def wait(self, done: Callable[[], bool], seconds: float) -> bool:
        """Listen until ``done`` or the deadline; tells which."""
        end = self._clock.monotonic() + seconds
        while not done():
            left = end - self._clock.monotonic()
            if left <= 0:
                return False
            self.hear(left)
        return True

    def ask_all(self) -> Faults:
        """Every real-time status. Raises DeviceTimeoutError when one is not answered."""
        return Faults(
            printer=self._ask(1), offline=self._ask(2), error=self._ask(3), paper=self._ask(4)
        )

    def ask_brief(self) -> Faults:
        """What can stop a ticket half way: cover, paper, errors. For use between two commands."""
        offline, paper = self._ask(2), self._ask(4)
        if offline & ERROR_BIT:
            return Faults(offline=offline, paper=paper, error=self._ask(3))
        return Faults(offline=offline, paper=paper)

    def ask_info(self, number: int, seconds: float) -> str:
        """GS I: who the printer is. Empty when it does not say."""
        self.hear(0.0)
        self._infos.clear()
        self.send(bytes([0x1D, 0x49, number]))
        self.wait(lambda: bool(self._infos), seconds)
        return self._infos[-1] if self._infos else ""

    def _ask(self, number: int) -> int:
        self.hear(0.0)
        self._real_time.clear()
        self.send(bytes([0x10, 0x04, number]))
        if not self.wait(lambda: bool(self._real_time), STATUS_S):
            raise DeviceTimeoutError(f"{self._wire.name}: no answer to DLE EOT {number}")
        return self._real_time[0]
