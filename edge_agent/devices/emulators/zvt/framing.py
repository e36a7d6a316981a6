"""ZVT on the wire, written without looking at how a cash register does it.

Serial: ``DLE STX``, the APDU with every DLE doubled, ``DLE ETX``, CRC-16/KERMIT low byte first over
the APDU and ETX. TCP: the APDU alone. APDU: class, instruction, length (one byte, or FF and two
bytes low first), data.
"""

DLE, STX, ETX, ACK, NAK = 0x10, 0x02, 0x03, 0x06, 0x15
LONG = 0xFF


def kermit(data: bytes) -> int:
    """Bit by bit: polynomial 8408h reflected, start 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
    return crc


def framed(apdu: bytes) -> bytes:
    """One serial message."""
    crc = kermit(apdu + bytes([ETX]))
    stuffed = apdu.replace(b"\x10", b"\x10\x10")
    return bytes([DLE, STX]) + stuffed + bytes([DLE, ETX]) + crc.to_bytes(2, "little")


def apdu(kind: int, data: bytes = b"") -> bytes:
    """``kind`` is class and instruction, e.g. 0x0601."""
    size = bytes([len(data)]) if len(data) < LONG else b"\xff" + len(data).to_bytes(2, "little")
    return kind.to_bytes(2, "big") + size + data


def split(message: bytes) -> tuple[int, bytes]:
    """(class and instruction, data) of a whole APDU."""
    start = 5 if message[2] == LONG else 3
    return int.from_bytes(message[:2], "big"), message[start:]


class SerialDeframer:
    """Bytes in, events out: a whole APDU, ``ack``, ``nak``, or ``bad`` for a broken one."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        events = []
        while (event := self._next()) is not None:
            if event:
                events.append(event)
        return events

    def _next(self) -> bytes | None:
        """None when more bytes are needed; empty for a byte that was skipped."""
        if not self._buffer:
            return None
        first = self._buffer[0]
        if first in (ACK, NAK):
            del self._buffer[0]
            return b"ack" if first == ACK else b"nak"
        if first != DLE or (len(self._buffer) > 1 and self._buffer[1] != STX):
            del self._buffer[0]
            return b""
        return self._frame()

    def _frame(self) -> bytes | None:
        content, place = bytearray(), 2
        while place + 1 < len(self._buffer):
            byte, after = self._buffer[place], self._buffer[place + 1]
            if byte != DLE:
                content.append(byte)
                place += 1
            elif after == DLE:
                content.append(DLE)
                place += 2
            elif after == ETX:
                return self._checked(bytes(content), place + 2)
            else:
                del self._buffer[: place + 1]
                return b"bad"
        return None

    def _checked(self, content: bytes, place: int) -> bytes | None:
        if len(self._buffer) < place + 2:
            return None
        said = int.from_bytes(self._buffer[place : place + 2], "little")
        del self._buffer[: place + 2]
        is_whole = len(content) >= 3 and said == kermit(content + bytes([ETX]))
        return content if is_whole else b"bad"


class TcpDeframer:
    """Bytes in, whole APDUs out."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        found = []
        while (size := self._size()) and len(self._buffer) >= size:
            found.append(bytes(self._buffer[:size]))
            del self._buffer[:size]
        return found

    def _size(self) -> int:
        """Of the first APDU; 0 while it cannot be told."""
        if len(self._buffer) < 3:
            return 0
        if self._buffer[2] != LONG:
            return 3 + self._buffer[2]
        return 5 + int.from_bytes(self._buffer[3:5], "little") if len(self._buffer) >= 5 else 0
