"""ZVT serial frames: ``DLE STX stuffed-APDU DLE ETX CRC``, both ways.

What flows through: one APDU per frame. Promise: what ``encode`` wraps, a ``FrameDecoder`` unwraps
however the stream is split; a frame with one wrong bit is never an APDU.
"""

STX, ETX, ACK, DLE, NAK = 0x02, 0x03, 0x06, 0x10, 0x15
START, END = bytes((DLE, STX)), bytes((DLE, ETX))
APDU_MAX = 5 + 0xFFFF


class BadFrameError(Exception):
    """Garbled bytes: answer NAK, so that the sender repeats."""


def crc16(data: bytes) -> int:
    """CRC-16/KERMIT: polynomial 8408h reflected, start 0 ("123456789" gives 2189h)."""
    register = 0
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ 0x8408 if register & 1 else register >> 1
    return register


def encode(apdu: bytes) -> bytes:
    """The frame for ``apdu``. The CRC covers the unstuffed APDU and the ETX; it is not stuffed."""
    check = crc16(apdu + bytes((ETX,))).to_bytes(2, "little")
    return START + apdu.replace(bytes((DLE,)), bytes((DLE, DLE))) + END + check


class FrameDecoder:
    """Takes a stream byte by byte; skips everything before DLE STX."""

    def __init__(self) -> None:
        self._inside = False
        self._after_dle = False
        self._apdu = bytearray()
        self._check: bytearray | None = None

    @property
    def inside(self) -> bool:
        """A frame has begun and has not ended: the next byte is due within T1."""
        return self._inside or self._after_dle

    def feed(self, byte: int) -> bytes | None:
        """The APDU when ``byte`` completes a frame. After BadFrameError use a new decoder."""
        if self._check is not None:
            return self._take_check(self._check, byte)
        if self._after_dle:
            self._after_dle = False
            self._control(byte)
        elif byte == DLE:
            self._after_dle = True
        elif self._inside:
            self._keep(byte)
        return None

    def _control(self, byte: int) -> None:
        if byte == STX:
            self._inside = True
            self._apdu.clear()
        elif not self._inside:
            self._after_dle = byte == DLE
        elif byte == DLE:
            self._keep(byte)
        elif byte == ETX:
            self._check = bytearray()
        else:
            raise BadFrameError("a control character that does not exist")

    def _keep(self, byte: int) -> None:
        if len(self._apdu) >= APDU_MAX:
            raise BadFrameError("frame too long")
        self._apdu.append(byte)

    def _take_check(self, check: bytearray, byte: int) -> bytes | None:
        check.append(byte)
        if len(check) < 2:
            return None
        apdu = bytes(self._apdu)
        self._inside, self._check = False, None
        self._apdu.clear()
        if crc16(apdu + bytes((ETX,))) != int.from_bytes(check, "little"):
            raise BadFrameError("wrong CRC")
        return apdu
