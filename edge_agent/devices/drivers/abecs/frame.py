"""ABECS link frames: ``SYN stuffed-data ETB CRC``, both ways.

What flows through: the data of one command or response. Promise: what ``encode`` wraps, a
``FrameDecoder`` unwraps however the stream is split; a frame with one wrong bit is never data. The
CRC is computed bit by bit on purpose: it is the other way round than any table-driven peer.
"""

from edge_agent.devices.errors import DeviceProtocolError

EOT, ACK, DC3, NAK, SYN, ETB, CAN = 0x04, 0x06, 0x13, 0x15, 0x16, 0x17, 0x18
STUFFED = frozenset((DC3, SYN, ETB))
SHIFT = 0x20
DATA_MAX = 2049


class BadFrameError(Exception):
    """Garbled bytes: discard until silence, then ask again with NAK."""


def crc16(data: bytes) -> int:
    """CRC-16 with polynomial 1021h, start 0, not reflected ("123456789" gives 31C3h)."""
    register = 0
    for byte in data:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1) ^ 0x1021 if register & 0x8000 else register << 1
            register &= 0xFFFF
    return register


def encode(data: bytes) -> bytes:
    """The frame for ``data``. The CRC covers the unstuffed data and the ETB; it is not stuffed."""
    frame = bytearray((SYN,))
    for byte in data:
        frame += bytes((DC3, byte + SHIFT)) if byte in STUFFED else bytes((byte,))
    frame.append(ETB)
    return bytes(frame) + crc16(data + bytes((ETB,))).to_bytes(2, "big")


class FrameDecoder:
    """Takes a stream byte by byte; skips everything before SYN."""

    def __init__(self) -> None:
        self._inside = False
        self._escaped = False
        self._data = bytearray()
        self._check: bytearray | None = None

    @property
    def inside(self) -> bool:
        """A frame has begun and has not ended: the next byte is due within the byte deadline."""
        return self._inside

    def feed(self, byte: int) -> bytes | None:
        """The data when ``byte`` completes a frame. After BadFrameError use a new decoder."""
        if self._check is not None:
            return self._take_check(self._check, byte)
        if byte == SYN:
            self._inside, self._escaped = True, False
            self._data.clear()
        elif not self._inside:
            return None
        elif self._escaped:
            self._unstuff(byte)
        elif byte == DC3:
            self._escaped = True
        elif byte == ETB:
            self._check = bytearray()
        else:
            self._keep(byte)
        return None

    def _unstuff(self, byte: int) -> None:
        self._escaped = False
        if byte - SHIFT not in STUFFED:
            raise BadFrameError("a stuffed byte that never needs stuffing")
        self._keep(byte - SHIFT)

    def _keep(self, byte: int) -> None:
        if len(self._data) >= DATA_MAX:
            raise BadFrameError("frame too long")
        self._data.append(byte)

    def _take_check(self, check: bytearray, byte: int) -> bytes | None:
        check.append(byte)
        if len(check) < 2:
            return None
        data = bytes(self._data)
        self._inside, self._check = False, None
        self._data.clear()
        if crc16(data + bytes((ETB,))) != int.from_bytes(check, "big"):
            raise BadFrameError("wrong CRC")
        return data


def ascii_digits(raw: bytes) -> int:
    """The number written in ``raw``. Raises DeviceProtocolError when it is not one."""
    if not raw.isdigit():
        raise DeviceProtocolError("digits expected in the reader's answer")
    return int(raw)
