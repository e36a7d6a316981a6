"""What went over a device's wire, for support: the last bytes of each device, card numbers out.

A tap copies; it never changes, delays or stops a byte.
"""

import threading
import time
from collections import deque
from typing import NamedTuple

from edge_agent.devices.ports import Wire

KEPT = 4000
PAN_DIGITS = range(13, 20)
MASK = 0x0E


class Seen(NamedTuple):
    """``at_s`` on a clock that only grows; ``way`` is > to the device and < from it."""

    at_s: float
    device: str
    way: str
    data: bytes


class Tap:
    """One per agent; thread-safe."""

    def __init__(self) -> None:
        self._seen: deque[Seen] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def note(self, device: str, way: str, data: bytes) -> None:
        if data:
            with self._lock:
                self._seen.append(Seen(time.monotonic(), device, way, data))

    def forget(self, device: str) -> None:
        """Something personal went over its wire."""
        with self._lock:
            kept = [it for it in self._seen if it.device != device]
            self._seen = deque(kept, maxlen=KEPT)

    def last(self, seconds: float) -> list[str]:
        """Lines of ``seconds-ago device way hex``, oldest first, card numbers masked."""
        now = time.monotonic()
        with self._lock:
            found = [it for it in self._seen if now - it.at_s <= seconds]
        return [
            f"-{now - it.at_s:07.3f} {it.device:<8} {it.way} {redacted(it.data).hex(' ')}"
            for it in found
        ]


class TappedWire:
    """A wire with a tap on it."""

    def __init__(self, inner: Wire, device: str, tap: Tap) -> None:
        self.name = inner.name
        self._inner = inner
        self._device = device
        self._tap = tap

    def open(self) -> None:
        self._inner.open()

    def close(self) -> None:
        self._inner.close()

    def write(self, data: bytes, deadline_s: float) -> None:
        self._tap.note(self._device, ">", data)
        self._inner.write(data, deadline_s)

    def read(self, most: int, deadline_s: float) -> bytes:
        data = self._inner.read(most, deadline_s)
        self._tap.note(self._device, "<", data)
        return data


def redacted(data: bytes) -> bytes:
    """The same length, with every card number in ASCII or packed BCD masked: first 6 and last 4
    digits stay.
    """
    return _mask_bcd(_mask_ascii(data))


def _mask_ascii(data: bytes) -> bytes:
    out = bytearray(data)
    for first, last in _runs([0x30 <= byte <= 0x39 for byte in data]):
        digits = [byte - 0x30 for byte in data[first:last]]
        for start, end in _card_numbers(digits):
            out[first + start + 6 : first + end - 4] = b"*" * (end - start - 10)
    return bytes(out)


def _mask_bcd(data: bytes) -> bytes:
    nibbles = [part for byte in data for part in (byte >> 4, byte & 0xF)]
    masked = list(nibbles)
    for first, last in _runs([nibble <= 9 for nibble in nibbles]):
        for start, end in _card_numbers(nibbles[first:last]):
            masked[first + start + 6 : first + end - 4] = [MASK] * (end - start - 10)
    pairs = zip(masked[::2], masked[1::2], strict=True)
    return bytes(high << 4 | low for high, low in pairs)


def _runs(is_in: list[bool]) -> list[tuple[int, int]]:
    """(first, behind the last) of every stretch of True."""
    found, first = [], -1
    for place, flag in enumerate([*is_in, False]):
        if flag and first < 0:
            first = place
        elif not flag and first >= 0:
            found.append((first, place))
            first = -1
    return found


def _card_numbers(digits: list[int]) -> list[tuple[int, int]]:
    """Where a number of card length with a right check digit stands, longest first, none twice."""
    found, place = [], 0
    while place + PAN_DIGITS.start <= len(digits):
        end = next(
            (
                place + length
                for length in reversed(PAN_DIGITS)
                if place + length <= len(digits) and _is_card(digits[place : place + length])
            ),
            0,
        )
        if end:
            found.append((place, end))
        place = end or place + 1
    return found


def _is_card(digits: list[int]) -> bool:
    if digits[0] not in (2, 3, 4, 5, 6):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
