"""Questions to a receipt printer and their answers, each with a deadline.

All bytes from the printer pass here, so an answer that comes while another is awaited is kept, not
lost. Silence is never an answer: it is DeviceTimeoutError.
"""

from collections.abc import Callable

from edge_agent.devices.drivers.escpos.replies import (
    FullStatus,
    Info,
    ProcessId,
    Queued,
    RealTime,
    Replies,
)
from edge_agent.devices.errors import DeviceProtocolError, DeviceTimeoutError
from edge_agent.devices.ports import Clock, Wire

STATUS_S = 1.0
WRITE_S = 5.0
INFO_S = 0.5
READ_MOST = 256
DRAINS_MOST = 16


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
        self._full: list[FullStatus] = []

    def forget(self) -> None:
        """Take in what has arrived, then start afresh: nothing heard before counts any more."""
        self._drain()
        self.finished.clear()
        self._infos.clear()
        self.queued = 0

    def send(self, data: bytes) -> None:
        self._wire.write(data, WRITE_S)

    def hear(self, seconds: float) -> bool:
        """Take in what comes first, waiting at most ``seconds`` for it; tells whether anything
        came.
        """
        data = self._wire.read(READ_MOST, seconds)
        for reply in self._replies.feed(data):
            match reply:
                case RealTime():
                    self._real_time.append(reply.bits)
                case Queued():
                    self.queued += 1
                case ProcessId():
                    self.finished.add(reply.id)
                case Info():
                    self._infos.append(reply.text)
                case FullStatus():
                    self._full.append(reply)
        return bool(data)

    def wait(self, done: Callable[[], bool], seconds: float) -> bool:
        """Listen until ``done`` or the deadline; tells which."""
        end = self._clock.monotonic() + seconds
        while not done():
            left = end - self._clock.monotonic()
            if left <= 0:
                return False
            self.hear(left)
        return True

    def ask_real_time(self, number: int) -> int:
        """DLE EOT ``number``, 1 to 4. Raises DeviceTimeoutError."""
        self._drain()
        self._real_time.clear()
        self.send(bytes([0x10, 0x04, number]))
        if not self.wait(lambda: bool(self._real_time), STATUS_S):
            raise self._silent(f"DLE EOT {number}")
        return self._real_time[0]

    def ask_full(self) -> FullStatus:
        """DLE EOT 20 of printers with a presenter. Raises DeviceTimeoutError."""
        self._drain()
        self._full.clear()
        self.send(b"\x10\x04\x14")
        if not self.wait(lambda: bool(self._full), STATUS_S):
            raise self._silent("DLE EOT 20")
        return self._full[0]

    def ask_info(self, number: int) -> str:
        """GS I: who the printer is. Empty when it does not say."""
        self._drain()
        self._infos.clear()
        self.send(bytes([0x1D, 0x49, number]))
        self.wait(lambda: bool(self._infos), INFO_S)
        return self._infos[-1] if self._infos else ""

    def ask_bytes(self, question: bytes, length: int) -> bytes:
        """An answer without any marks of its own: exactly ``length`` bytes, or it is none. Raises
        DeviceTimeoutError, DeviceProtocolError when more came.
        """
        answer = self._collect(question, length, STATUS_S)
        if len(answer) < length:
            raise self._silent(question.hex(" "))
        if len(answer) > length:
            raise DeviceProtocolError(f"{self._wire.name}: {len(answer)} bytes for {length}")
        return answer

    def ask_text(self, question: bytes) -> str:
        """An answer of any length, printable characters only. Empty when it does not say."""
        answer = self._collect(question, READ_MOST, INFO_S)
        return "".join(chr(byte) for byte in answer if 0x20 <= byte <= 0x7E)

    def _collect(self, question: bytes, length: int, seconds: float) -> bytes:
        self._drain()
        self.send(question)
        end, answer = self._clock.monotonic() + seconds, b""
        while len(answer) < length and (left := end - self._clock.monotonic()) > 0:
            answer += self._wire.read(READ_MOST, left)
        return answer

    def _drain(self) -> None:
        """Take in what is there already; a wire that never ends does not hold us."""
        for _ in range(DRAINS_MOST):
            if not self.hear(0.0):
                return

    def _silent(self, question: str) -> DeviceTimeoutError:
        return DeviceTimeoutError(f"{self._wire.name}: no answer to {question}")
