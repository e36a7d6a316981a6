"""Carries APDUs over the wire: framed with acknowledgements (serial) or raw (TCP).

Promise: every wait has a deadline; on a serial line a garbled frame is asked for again and ours is
repeated twice. That a frame arrived says nothing about money: that is the APDUs' business.
"""

from collections import deque
from typing import Protocol

from msgspec import Struct

from edge_agent.devices.drivers.zvt.apdu import is_answer, size_of
from edge_agent.devices.drivers.zvt.frame import ACK, NAK, BadFrameError, FrameDecoder, encode
from edge_agent.devices.errors import DeviceTimeoutError
from edge_agent.devices.ports import Clock, Wire

REPEATS = 2
CHUNK = 512


class Pace(Struct, frozen=True):
    """The protocol's timers in seconds. t1: gap inside a frame; t2: acknowledgement of a frame; t3:
    answer to an APDU; t4: silence during a payment; query: the whole of any other command; busy:
    pause before a command the terminal was too busy for is repeated.
    """

    t1_s: float = 0.2
    t2_s: float = 5.0
    t3_s: float = 5.0
    t4_s: float = 180.0
    query_s: float = 30.0
    busy_s: float = 2.0


class Link(Protocol):
    """Whole APDUs over a wire. Not for two threads."""

    def reset(self) -> None:
        """Forget what was heard in part: the wire was opened anew."""

    def send(self, apdu: bytes) -> None:
        """Raises DeviceTimeoutError, DeviceGoneError."""

    def receive(self, deadline_s: float) -> bytes | None:
        """The next APDU, or None at the deadline. Raises DeviceTimeoutError, DeviceGoneError."""


class SerialLink:
    """DLE frames, each answered by ACK or NAK."""

    def __init__(self, wire: Wire, clock: Clock, pace: Pace) -> None:
        self._wire = wire
        self._clock = clock
        self._pace = pace
        self.reset()

    def reset(self) -> None:
        self._pending = bytearray()
        self._heard: deque[bytes] = deque()
        self._decoder = FrameDecoder()
        self._byte_at = self._clock.monotonic()

    def send(self, apdu: bytes) -> None:
        frame = encode(apdu)
        for _ in range(1 + REPEATS):
            self._wire.write(frame, self._pace.t2_s)
            if self._is_acknowledged():
                return
        raise DeviceTimeoutError("the terminal does not acknowledge")

    def receive(self, deadline_s: float) -> bytes | None:
        until = self._clock.monotonic() + deadline_s
        while not self._heard:
            left_s = until - self._clock.monotonic()
            self._listen(max(left_s, 0.0))
            if left_s <= 0 and not self._pending:
                break
        return self._heard.popleft() if self._heard else None

    def _is_acknowledged(self) -> bool:
        """An answer to what we sent proves, too, that it arrived; another frame may have crossed
        it.
        """
        until = self._clock.monotonic() + self._pace.t2_s
        while (left_s := until - self._clock.monotonic()) > 0:
            known = len(self._heard)
            control = self._listen(left_s)
            if control in (ACK, NAK):
                return control == ACK
            if len(self._heard) > known and is_answer(self._heard[-1]):
                return True
        return False

    def _listen(self, deadline_s: float) -> int | None:
        """Take one byte; the byte itself when it stands outside of any frame."""
        if not self._pending and not self._read(deadline_s):
            return None
        byte = self._pending.pop(0)
        was_inside = self._decoder.inside
        try:
            apdu = self._decoder.feed(byte)
        except BadFrameError:
            self._refuse()
            return None
        if apdu is not None:
            self._wire.write(bytes((ACK,)), self._pace.t2_s)
            self._heard.append(apdu)
        return None if was_inside or self._decoder.inside else byte

    def _read(self, deadline_s: float) -> bool:
        patience_s = min(deadline_s, self._pace.t1_s) if self._decoder.inside else deadline_s
        self._pending += self._wire.read(CHUNK, patience_s)
        now = self._clock.monotonic()
        if self._pending:
            self._byte_at = now
        elif self._decoder.inside and now - self._byte_at >= self._pace.t1_s:
            self._refuse()
        return bool(self._pending)

    def _refuse(self) -> None:
        self._decoder = FrameDecoder()
        self._wire.write(bytes((NAK,)), self._pace.t2_s)


class TcpLink:
    """Raw APDUs in a stream that loses nothing: the length alone says where one ends."""

    def __init__(self, wire: Wire, clock: Clock, pace: Pace) -> None:
        self._wire = wire
        self._clock = clock
        self._pace = pace
        self._pending = bytearray()

    def reset(self) -> None:
        self._pending.clear()

    def send(self, apdu: bytes) -> None:
        self._wire.write(apdu, self._pace.t2_s)

    def receive(self, deadline_s: float) -> bytes | None:
        until = self._clock.monotonic() + deadline_s
        while (apdu := self._whole()) is None:
            left_s = until - self._clock.monotonic()
            heard = self._wire.read(CHUNK, max(left_s, 0.0))
            if not heard and left_s <= 0:
                return None
            self._pending += heard
        return apdu

    def _whole(self) -> bytes | None:
        size = size_of(self._pending)
        if size is None or len(self._pending) < size:
            return None
        apdu = bytes(self._pending[:size])
        del self._pending[:size]
        return apdu
