"""One conversation with an ABECS pinpad: we ask, it answers; it never talks first.

What flows through: command bytes out, Responses in. Promise: every wait has a deadline; a garbled
answer is asked for again, three times; whoever waits for a customer can be called off within a
fifth of a second and the pinpad is idle afterwards (CAN answered by EOT); with a secure channel no
clear answer is taken but a refusal and the goodbye.
"""

from collections.abc import Callable

from msgspec import Struct

from edge_agent.devices.drivers.abecs.frame import (
    ACK,
    CAN,
    EOT,
    NAK,
    BadFrameError,
    FrameDecoder,
    encode,
)
from edge_agent.devices.drivers.abecs.secure import DC2, SecureChannel
from edge_agent.devices.drivers.abecs.tlv import OK, Response, parse_response
from edge_agent.devices.errors import DeviceProtocolError, DeviceTimeoutError
from edge_agent.devices.ports import Clock, Wire

TRIES = 3
ACK_S = 2.0
BYTE_S = 2.0
ANSWER_S = 10.0
SILENCE_S = 0.5
DRAIN_MAX_S = 3.0
QUIET_AFTER_EOT_S = 0.05
POLL_S = 0.1
CHUNK = 512
REFUSAL_BYTES = 6
SECURE_LOST = "009"
GOODBYES = ("CLO", "CLX")


class CallEndedError(Exception):
    """A blocking command was called off and the pinpad is idle. ``reason`` is an outcome reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SecureLostError(DeviceProtocolError):
    """The pinpad and we do not share a channel (status 009): open again."""


class Watch(Struct, frozen=True):
    """How long a command that waits for the customer may take, and who looks on meanwhile."""

    deadline_s: float
    cancelled: Callable[[], bool]
    shown: Callable[[str], None]


class Link:
    """The pinpad at the other end of ``wire``. Not for two threads. ``channel`` is set by whoever
    opened it and forgotten when the pinpad closes or drops it.
    """

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock
        self._pending = bytearray()
        self.channel: SecureChannel | None = None

    def reset(self) -> None:
        """CAN until EOT, three times: the pinpad is idle. Raises DeviceTimeoutError."""
        for _ in range(TRIES):
            self._write(bytes((CAN,)))
            if self._saw_eot():
                return
            self._drain()
        raise DeviceTimeoutError("the reader does not answer CAN")

    def exchange(self, command: bytes, watch: Watch | None = None) -> Response:
        """Send a command, return its response. With ``watch`` it may wait for the customer.

        Raises DeviceTimeoutError, DeviceProtocolError, DeviceGoneError, SecureLostError; with
        ``watch`` also CallEndedError.
        """
        name = command[:3].decode("ascii")
        channel = None if name == "OPN" else self.channel
        self._send(encode(channel.seal(command) if channel else command))
        end = self._clock.monotonic() + (watch.deadline_s if watch else ANSWER_S)
        while True:
            data = self._receive(watch, end)
            response = parse_response(_unsealed(data, channel, name) if channel else data)
            if response.command != "NTM":
                return self._expect(response, name)
            if watch:
                watch.shown(response.body.decode("latin-1").strip())

    def _expect(self, response: Response, name: str) -> Response:
        impossible = response.command == "ERR" and response.status == OK
        if response.command not in (name, "ERR") or impossible:
            raise DeviceProtocolError(f"asked {name}, the reader answered {response.command}")
        if response.status == SECURE_LOST:
            self.channel = None
            raise SecureLostError(f"{name}: the reader has no such secure channel")
        if name in GOODBYES:
            self.channel = None
        return response

    def _saw_eot(self) -> bool:
        """EOT counts only as the last byte said: inside a late answer 04 is ordinary data."""
        self._pending.clear()
        end = self._clock.monotonic() + ACK_S
        last = b""
        while self._clock.monotonic() < end:
            quiet = QUIET_AFTER_EOT_S if last == bytes((EOT,)) else end - self._clock.monotonic()
            heard = self._wire.read(CHUNK, quiet)
            if not heard and last == bytes((EOT,)):
                return True
            last = heard[-1:] or last
        return False

    def _drain(self) -> None:
        """Discard until the line is silent, or give up on a line that never is."""
        self._pending.clear()
        end = self._clock.monotonic() + DRAIN_MAX_S
        while self._wire.read(CHUNK, SILENCE_S) and self._clock.monotonic() < end:
            continue

    def _send(self, frame: bytes) -> None:
        self._forget_stale()
        for _ in range(TRIES):
            self._write(frame)
            answer = self._take(ACK_S)
            if answer == ACK:
                return
            if answer is None:
                raise DeviceTimeoutError("the reader does not acknowledge")
            if answer != NAK:
                raise DeviceProtocolError("neither ACK nor NAK after a command")
        raise DeviceProtocolError("the reader refused the frame three times")

    def _forget_stale(self) -> None:
        self._pending.clear()
        end = self._clock.monotonic() + DRAIN_MAX_S
        while self._wire.read(CHUNK, 0.0) and self._clock.monotonic() < end:
            continue

    def _receive(self, watch: Watch | None, end: float) -> bytes:
        """The data of the next good frame. A good one is not acknowledged, a bad one gets NAK."""
        decoder = FrameDecoder()
        for _ in range(TRIES + 1):
            try:
                return self._frame(decoder, watch, end)
            except BadFrameError:
                decoder = FrameDecoder()
                self._drain()
                self._write(bytes((NAK,)))
        raise DeviceProtocolError("the reader's answer came garbled four times")

    def _frame(self, decoder: FrameDecoder, watch: Watch | None, end: float) -> bytes:
        heard_at = self._clock.monotonic()
        while True:
            self._look_on(watch, end)
            byte = self._take(POLL_S)
            now = self._clock.monotonic()
            if byte is None and decoder.inside and now - heard_at >= BYTE_S:
                raise BadFrameError("the frame stopped half way")
            if byte is None:
                continue
            heard_at = now
            data = decoder.feed(byte)
            if data is not None:
                return data

    def _look_on(self, watch: Watch | None, end: float) -> None:
        if self._pending:
            return
        late = self._clock.monotonic() >= end
        if watch is None:
            if late:
                raise DeviceTimeoutError("the reader acknowledged but did not answer")
            return
        if late or watch.cancelled():
            self.reset()
            raise CallEndedError("timeout" if late else "we_cancelled")

    def _take(self, deadline_s: float) -> int | None:
        if not self._pending:
            self._pending += self._wire.read(CHUNK, deadline_s)
        return self._pending.pop(0) if self._pending else None

    def _write(self, data: bytes) -> None:
        self._wire.write(data, ACK_S)


def _unsealed(data: bytes, channel: SecureChannel, name: str) -> bytes:
    """The clear data. In clear it may come only for a goodbye or to refuse."""
    if data[:1] == bytes((DC2,)):
        return channel.unseal(data)
    refusal = len(data) == REFUSAL_BYTES and data[:3] == b"ERR"
    lost = data == f"{name}{SECURE_LOST}".encode("ascii")
    if not (refusal or lost or name in GOODBYES):
        raise DeviceProtocolError(f"{name}: a clear answer on the secure channel")
    return data
