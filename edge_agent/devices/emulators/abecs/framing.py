"""ABECS frames as a pinpad sees them: SYN, stuffed data, ETB, CRC-16.

The receiver takes one byte at a time and therefore cannot depend on how a stream was cut. What is
not a whole, sound frame is BAD, whatever was wrong with it. Written from the specification alone,
sharing nothing with any peer.
"""

from enum import Enum

EOT, ACK, DC3, NAK, SYN, ETB, CAN = 0x04, 0x06, 0x13, 0x15, 0x16, 0x17, 0x18
STUFFED = (DC3, SYN, ETB)
STUFFING = 0x20
DATA_MAX = 2049
POLYNOMIAL = 0x1021


class Signal(Enum):
    """Heard outside of frames, or in place of one."""

    CAN = "can"
    NAK = "nak"
    BAD = "bad"


def _remainder(byte: int) -> int:
    value = byte << 8
    for _ in range(8):
        value = (value << 1) ^ POLYNOMIAL if value & 0x8000 else value << 1
    return value & 0xFFFF


CRC_TABLE = tuple(_remainder(byte) for byte in range(256))


def crc16(data: bytes) -> int:
    """CRC-16/XMODEM: polynomial 1021h, nothing inverted, nothing reflected."""
    value = 0
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ CRC_TABLE[value >> 8 ^ byte]
    return value


def frame(data: bytes) -> bytes:
    """``data`` ready for the line. The CRC is over the bare data and ETB, and is not stuffed
    itself."""
    stuffed = b"".join(
        bytes([DC3, byte + STUFFING]) if byte in STUFFED else bytes([byte]) for byte in data
    )
    return bytes([SYN]) + stuffed + bytes([ETB]) + crc16(data + bytes([ETB])).to_bytes(2, "big")


class Receiver:
    """Bytes in, frames' data and signals out."""

    def __init__(self) -> None:
        self._data: bytearray | None = None
        self._escaped = False
        self._check: bytearray | None = None

    @property
    def inside(self) -> bool:
        """A frame has begun and is not complete."""
        return self._data is not None

    def restart(self) -> None:
        self._data, self._check, self._escaped = None, None, False

    def feed(self, byte: int) -> bytes | Signal | None:
        """The data of a frame that this byte completes, or a signal, or nothing yet."""
        if self._check is not None:
            return self._feed_check(byte)
        if byte == SYN:
            self.restart()
            self._data = bytearray()
            return None
        if self._data is None:
            return {CAN: Signal.CAN, NAK: Signal.NAK}.get(byte)
        return self._feed_data(self._data, byte)

    def _feed_data(self, data: bytearray, byte: int) -> Signal | None:
        if self._escaped:
            self._escaped = False
            byte -= STUFFING
            if byte not in STUFFED:
                return self._bad()
        elif byte == DC3:
            self._escaped = True
            return None
        elif byte == ETB:
            self._check = bytearray()
            return None
        data.append(byte)
        return self._bad() if len(data) > DATA_MAX else None

    def _feed_check(self, byte: int) -> bytes | Signal | None:
        assert self._check is not None
        assert self._data is not None
        self._check.append(byte)
        if len(self._check) < 2:
            return None
        data, check = bytes(self._data), int.from_bytes(self._check, "big")
        self.restart()
        return data if check == crc16(data + bytes([ETB])) else Signal.BAD

    def _bad(self) -> Signal:
        self.restart()
        return Signal.BAD
