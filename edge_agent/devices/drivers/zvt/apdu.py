"""ZVT APDUs and the fields inside them: bitmaps (BMP) of fixed, LL, LLL and TLV length.

Promise: bytes that do not add up raise DeviceProtocolError, which never quotes them.
"""

from collections.abc import Iterator

from msgspec import Struct

from edge_agent.devices.errors import DeviceProtocolError

EXTENDED = 0xFF
TLV = 0x06
CONSTRUCTED = 0x20

FIXED = {
    **dict.fromkeys((0x01, 0x02, 0x03, 0x05, 0x19, 0x27, 0x72, 0x73, 0x74, 0x75), 1),
    **dict.fromkeys((0x8A, 0x8C, 0xA0, 0xD0, 0xD2, 0xD3, 0xE0, 0xE9, 0xEA), 1),
    **dict.fromkeys((0xF0, 0xF9, 0xFA), 1),
    **dict.fromkeys((0x0D, 0x0E, 0x17, 0x3A, 0x49, 0x87), 2),
    **dict.fromkeys((0x0B, 0x0C, 0x37, 0x3D, 0x88, 0xAA), 3),
    **dict.fromkeys((0x29, 0x70, 0x71), 4),
    0xBA: 5,
    0x04: 6,
    0x3B: 8,
    0xEB: 8,
    0x2A: 15,
}
"""BMP to its length in bytes."""

VARIABLE = {
    **dict.fromkeys((0x22, 0x23, 0x2D, 0x4C, 0x8B, 0xA7, 0xD1), 2),
    **dict.fromkeys(range(0xE1, 0xE9), 2),
    **dict.fromkeys(range(0xF1, 0xF9), 2),
    **dict.fromkeys((0x24, 0x2E, 0x3C, 0x60, 0x9A, 0xAF), 3),
}
"""BMP to the number of its length digits, one byte Fn each."""


class Apdu(Struct, frozen=True):
    """``command`` is class and instruction as one number: 0x0601."""

    command: int
    data: bytes = b""

    def encode(self) -> bytes:
        size = len(self.data)
        long = bytes((EXTENDED,)) + size.to_bytes(2, "little")
        head = bytes((size,)) if size < EXTENDED else long
        return self.command.to_bytes(2, "big") + head + self.data


def is_answer(raw: bytes) -> bool:
    """80 00 or 84 xx: what every other APDU is answered with."""
    return raw[:1] in (b"\x80", b"\x84")


def size_of(raw: bytes | bytearray) -> int | None:
    """How long the APDU at the start of ``raw`` is in all; None when its head is not there yet."""
    if len(raw) < 3:
        return None
    if raw[2] != EXTENDED:
        return 3 + raw[2]
    return 5 + int.from_bytes(raw[3:5], "little") if len(raw) >= 5 else None


def parse_apdu(raw: bytes) -> Apdu:
    """Raises DeviceProtocolError when the length says something else than there is."""
    if size_of(raw) != len(raw):
        raise DeviceProtocolError("an APDU of another length than it says")
    head = 5 if raw[2] == EXTENDED else 3
    return Apdu(int.from_bytes(raw[:2], "big"), raw[head:])


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._data)

    def take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._data):
            raise DeviceProtocolError("a field longer than its message")
        taken, self._at = self._data[self._at : end], end
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def digits(self, count: int) -> int:
        """A length of ``count`` bytes F0 to F9."""
        size = 0
        for byte in self.take(count):
            if not 0xF0 <= byte <= 0xF9:
                raise DeviceProtocolError("a length that is no digit")
            size = size * 10 + byte - 0xF0
        return size

    def ber_size(self) -> int:
        first = self.byte()
        if first < 0x80:
            return first
        if first not in (0x81, 0x82):
            raise DeviceProtocolError("a TLV length of more than two bytes")
        return int.from_bytes(self.take(first - 0x80), "big")

    def ber_tag(self) -> int:
        tag = self.byte()
        if tag & 0x1F != 0x1F:
            return tag
        while True:
            byte = self.byte()
            tag = tag << 8 | byte
            if byte < 0x80:
                return tag


def parse_bmps(data: bytes) -> dict[int, bytes]:
    """BMP to its value; the first of equal ones counts. Raises DeviceProtocolError."""
    cursor = _Cursor(data)
    found: dict[int, bytes] = {}
    while cursor.more():
        bmp = cursor.byte()
        found.setdefault(bmp, _value(cursor, bmp))
    return found


def _value(cursor: _Cursor, bmp: int) -> bytes:
    if bmp == TLV:
        return cursor.take(cursor.ber_size())
    if bmp in FIXED:
        return cursor.take(FIXED[bmp])
    if bmp in VARIABLE:
        return cursor.take(cursor.digits(VARIABLE[bmp]))
    raise DeviceProtocolError(f"a field {bmp:02X} of unknown length")


def read_var(data: bytes, count: int) -> tuple[bytes, bytes]:
    """An LL or LLL value without a BMP (``count`` length digits), and what follows it."""
    cursor = _Cursor(data)
    value = cursor.take(cursor.digits(count))
    return value, data[count + len(value) :]


def leaves(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every plain tag of a TLV field in order, those inside constructed tags too. Raises
    DeviceProtocolError.
    """
    cursor = _Cursor(data)
    while cursor.more():
        tag = cursor.ber_tag()
        value = cursor.take(cursor.ber_size())
        if _first_byte(tag) & CONSTRUCTED:
            yield from leaves(value)
        else:
            yield tag, value


def _first_byte(tag: int) -> int:
    while tag > 0xFF:
        tag >>= 8
    return tag


def bcd_digits(raw: bytes) -> str:
    """Two digits a byte. Raises DeviceProtocolError for anything but digits."""
    digits = raw.hex()
    if not digits.isdecimal():
        raise DeviceProtocolError("packed digits expected")
    return digits
