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
from edge_agent.devices.emulators.abecs.message import Status, notification, refusal
from edge_agent.devices.emulators.abecs.terminal import Terminal

__all__ = ["FAULTS", "Link", "Outside", "Timing"]

NOISE = b"\x00\xff\x55\x7e"
BEFORE: dict[str, Fault] = {
    "OPN": "unplug_opening",
    "GCX": "unplug_card",
    "GOX": "unplug_pin",
    "CLX": "unplug_goodbye",
}
DECISION = "GOX"


class Timing(Struct, frozen=True):
    """Seconds of silence before a NAK, and the longest gap between the bytes of a frame. Then
    those of faults: how late an answer comes after CAN, how slow one is, how long idle lasts
    before the pinpad speaks, how long what is said waits for more.
    """

    quiet_s: float = 0.5
    byte_s: float = 2.0
    late_s: float = 0.02
    slow_s: float = 11.0
    idle_s: float = 0.5
    merge_s: float = 0.03


class Outside(Struct, frozen=True):
    """What a line is made of: bytes to the peer, pulling the plug, cutting the power."""

    send: Callable[[bytes], None]
    hang_up: Callable[[], None]
    power_cycle: Callable[[], None]


class Link:
    """Bytes from one peer in (``hear``), bytes to it out. Runs on one event loop."""

    def __init__(
        self, terminal: Terminal, outside: Outside, faults: MutableSet[Fault], timing: Timing
    ) -> None:
        self._terminal = terminal
        self._outside = outside
        self._faults = faults
        self._timing = timing
        self._idle: asyncio.TimerHandle | None = None
        self._held = b""
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
        self._hush()
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
        if "nak_always" in self._faults or ("nak_first" in self._faults and self._refused != data):
            self._refused = data
            self._send(bytes([NAK]))
            return
        self._refused = b""
        self._abort()
        self._hush()
        if "drop_ack" not in self._faults:
            self._send(bytes([ACK]))
        answer = self._terminal.answer(data, self._notify)
        struck = BEFORE.get(self._terminal.heard)
        if struck is not None and self._once(struck):
            self._outside.hang_up()
        elif not isinstance(answer, bytes):
            self._running = asyncio.create_task(self._await_answer(answer))
        elif self._once("slow_answer"):
            self._running = asyncio.create_task(self._answer_slowly(answer))
        else:
            self._respond(answer)

    async def _await_answer(self, answer: Callable[[], Awaitable[bytes]]) -> None:
        data, is_decision = await answer(), self._terminal.heard == DECISION
        if is_decision and self._once("unplug_approved"):
            asyncio.get_running_loop().call_soon(self._outside.hang_up)
        elif is_decision and self._once("power_cycle"):
            asyncio.get_running_loop().call_soon(self._outside.power_cycle)
        else:
            self._respond(data)

    async def _answer_slowly(self, data: bytes) -> None:
        await asyncio.sleep(self._timing.slow_s)
        self._respond(data)

    def _respond(self, data: bytes) -> None:
        self._running = None
        self._last = data
        sound = frame(data)
        broken = sound[:-1] + bytes([sound[-1] ^ 0x01])
        said = broken if "crc_flip" in self._faults else sound
        self._send(NOISE + said if "garbage" in self._faults else said)
        self._speak_when_idle()

    def _once(self, fault: Fault) -> bool:
        """Whether this fault strikes now; it will not again."""
        strikes = fault in self._faults
        self._faults.discard(fault)
        return strikes

    def _speak_when_idle(self) -> None:
        self._hush()
        if "speaks_idle" in self._faults:
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(self._timing.idle_s, self._speak)

    def _speak(self) -> None:
        self._notify("PINPAD LIVRE")
        self._speak_when_idle()

    def _hush(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _notify(self, text: str) -> None:
        self._send(frame(self._terminal.outgoing(notification(text))))

    def _cancel(self) -> None:
        called_off = self._called_off()
        self._receiver.restart()
        self._draining = False
        self._abort()
        self._terminal.reset()
        self._last = b""
        self._send(bytes([EOT]))
        if "late_answer" in self._faults and called_off:
            loop = asyncio.get_running_loop()
            loop.call_later(self._timing.late_s, self._send, frame(called_off))
        self._speak_when_idle()

    def _called_off(self) -> bytes:
        """What a pinpad might still say to the command before CAN; empty when there was none."""
        if self._running is None:
            return self._last
        return self._terminal.outgoing(refusal(self._terminal.heard, Status.CANCEL))

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
                self._outside.send(bytes([byte]))
        elif "merged_frames" in self._faults:
            if not self._held:
                asyncio.get_running_loop().call_later(self._timing.merge_s, self._release)
            self._held += data
        else:
            self._outside.send(data)

    def _release(self) -> None:
        held, self._held = self._held, b""
        self._outside.send(held)
