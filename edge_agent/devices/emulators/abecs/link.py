"""One line to the pinpad: acknowledge, refuse, cancel, answer; and the faults a bad line or a bad
pinpad shows.

A sound frame is acknowledged and aborts what was running; a broken one is refused after half a
second of silence; CAN is answered with EOT in any state, and nothing that ran before it answers
after it.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableSet

from msgspec import Struct

from edge_agent.devices.emulators.abecs.faults import FAULTS, Fault
from edge_agent.devices.emulators.abecs.framing import (
    ACK,
    CAN,
    EOT,
    NAK,
    Receiver,
    Signal,
    frame,
)
from edge_agent.devices.emulators.abecs.message import notification
from edge_agent.devices.emulators.abecs.terminal import Terminal

__all__ = ["FAULTS", "Link", "Timing"]


class Timing(Struct, frozen=True):
    """Seconds of silence before a NAK, and the longest gap between the bytes of a frame."""

    quiet_s: float = 0.5
    byte_s: float = 2.0


class Link:
    """Bytes from one peer in (``hear``), bytes to it out (``send``). Runs on one event loop."""

    def __init__(
        self,
        terminal: Terminal,
        send: Callable[[bytes], None],
        faults: MutableSet[Fault],
        timing: Timing,
    ) -> None:
        self._terminal = terminal
        self._send_raw = send
        self._faults = faults
        self._timing = timing
        self._receiver = Receiver()
        self._timer: asyncio.TimerHandle | None = None
        self._draining = False
        self._running: asyncio.Task[None] | None = None
        self._last = b""
        self._refused = b""

    def hear(self, chunk: bytes) -> None:
        if "silent" in self._faults:
            return
        for byte in chunk:
            self._hear_byte(byte)
        if self._draining:
            self._arm(self._timing.quiet_s, self._refuse)
        elif self._receiver.inside:
            self._arm(self._timing.byte_s, self._starve)

    def close(self) -> None:
        """The peer is gone: whatever ran for it is over."""
        self._disarm()
        self._abort()
        self._terminal.reset()

    def _hear_byte(self, byte: int) -> None:
        self._disarm()
        if self._draining:
            if byte == CAN:
                self._cancel()
            return
        heard = self._receiver.feed(byte)
        if isinstance(heard, bytes):
            self._take(heard)
        elif heard is Signal.CAN:
            self._cancel()
        elif heard is Signal.NAK and self._last:
            self._send(frame(self._last))
        elif heard is Signal.BAD:
            self._draining = True

    def _take(self, data: bytes) -> None:
        if "nak_first" in self._faults and self._refused != data:
            self._refused = data
            self._send(bytes([NAK]))
            return
        self._refused = b""
        self._abort()
        if "drop_ack" not in self._faults:
            self._send(bytes([ACK]))
        answer = self._terminal.answer(data, self._notify)
        if isinstance(answer, bytes):
            self._respond(answer)
        else:
            self._running = asyncio.create_task(self._await_answer(answer))

    async def _await_answer(self, answer: Callable[[], Awaitable[bytes]]) -> None:
        self._respond(await answer())

    def _respond(self, data: bytes) -> None:
        self._last = data
        sound = frame(data)
        broken = sound[:-1] + bytes([sound[-1] ^ 0x01])
        self._send(broken if "crc_flip" in self._faults else sound)

    def _notify(self, text: str) -> None:
        self._send(frame(self._terminal.outgoing(notification(text))))

    def _cancel(self) -> None:
        self._receiver.restart()
        self._draining = False
        self._abort()
        self._terminal.reset()
        self._last = b""
        self._send(bytes([EOT]))

    def _abort(self) -> None:
        task, self._running = self._running, None
        if task is not None:
            task.cancel()

    def _starve(self) -> None:
        self._receiver.restart()
        self._draining = True
        self._arm(self._timing.quiet_s, self._refuse)

    def _refuse(self) -> None:
        self._draining = False
        self._send(bytes([NAK]))

    def _arm(self, seconds: float, deed: Callable[[], None]) -> None:
        self._disarm()
        self._timer = asyncio.get_running_loop().call_later(seconds, deed)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _send(self, data: bytes) -> None:
        if "split_bytes" in self._faults:
            for byte in data:
                self._send_raw(bytes([byte]))
        else:
            self._send_raw(data)
