"""What went over a device's line, for support: the last bytes of each device, card numbers out.

A tap copies; it never changes, delays or stops a byte.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from edge_agent.devices.ports import Folder, Listener, Transport, Wire

KEPT = 4000
MARGIN = 400
"""Older pieces that are kept to find card numbers by, and never told."""
PAN_DIGITS = range(13, 20)
PAN_FIRST = range(2, 7)
MASK = 0x0E


class Seen(NamedTuple):
    """``at_s`` on a clock that only grows; ``way`` is > to the device and < from it. ``line`` tells
    callers of the same device apart.
    """

    at_s: float
    device: str
    way: str
    data: bytes
    line: str


class Tap:
    """One per agent; thread-safe."""

    def __init__(self) -> None:
        self._seen: deque[Seen] = deque(maxlen=KEPT + MARGIN)
        self._lock = threading.Lock()

    def note(self, device: str, way: str, data: bytes, line: str = "") -> None:
        if data:
            with self._lock:
                self._seen.append(Seen(time.monotonic(), device, way, data, line))

    def forget(self, device: str) -> None:
        """Something personal went over its wire."""
        with self._lock:
            kept = [it for it in self._seen if it.device != device]
            self._seen = deque(kept, maxlen=KEPT + MARGIN)

    def last(self, seconds: float) -> list[str]:
        """Lines of ``seconds-ago device way hex``, oldest first, card numbers masked."""
        now = time.monotonic()
        with self._lock:
            seen = list(self._seen)
        told = sum(now - it.at_s <= seconds for it in seen[-KEPT:])
        found = _masked(seen[-told - MARGIN :])[-told:] if told else []
        return [
            f"-{now - it.at_s:07.3f} {it.device:<8} {it.way} {it.data.hex(' ')}" for it in found
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
        self._tap.note(self._device, ">", data, self.name)
        self._inner.write(data, deadline_s)

    def read(self, most: int, deadline_s: float) -> bytes:
        data = self._inner.read(most, deadline_s)
        self._tap.note(self._device, "<", data, self.name)
        return data


class TappedListener:
    """A listener with a tap on everybody who calls."""

    def __init__(self, inner: Listener, device: str, tap: Tap) -> None:
        self.name = inner.name
        self._inner = inner
        self._device = device
        self._tap = tap

    def open(self) -> None:
        self._inner.open()

    def close(self) -> None:
        self._inner.close()

    def accept(self, deadline_s: float) -> Wire | None:
        wire = self._inner.accept(deadline_s)
        return None if wire is None else TappedWire(wire, self._device, self._tap)


class TappedFolder:
    """A folder with a tap on what its driver shows of the files in it."""

    def __init__(self, inner: Folder, device: str, tap: Tap) -> None:
        self.name = inner.name
        self.path: Path = inner.path
        self._inner = inner
        self._device = device
        self._tap = tap

    def open(self) -> None:
        self._inner.open()

    def close(self) -> None:
        self._inner.close()

    def show(self, way: str, data: bytes) -> None:
        self._tap.note(self._device, way, data, self.name)


TAPPED: dict[Transport, Callable[[Any, str, Tap], Any]] = {
    "stream": TappedWire,
    "listener": TappedListener,
    "folder": TappedFolder,
}
"""What a tap is put on -> the same with a tap on it."""


def _masked(seen: list[Seen]) -> list[Seen]:
    """What a device said one way is one stream: a card number may lie across its pieces."""
    streams: dict[tuple[str, str, str], bytearray] = {}
    for it in seen:
        streams.setdefault((it.device, it.line, it.way), bytearray()).extend(it.data)
    left = {key: memoryview(redacted(bytes(data))) for key, data in streams.items()}
    found = []
    for it in seen:
        key = (it.device, it.line, it.way)
        found.append(it._replace(data=bytes(left[key][: len(it.data)])))
        left[key] = left[key][len(it.data) :]
    return found


def redacted(data: bytes) -> bytes:
    """The same length, with whatever may be a card number in ASCII or packed BCD masked: first 6
    and last 4 digits stay. Other digits may stand beside it, so every stretch is tried.
    """
    return _mask_bcd(_mask_ascii(data))


def _mask_ascii(data: bytes) -> bytes:
    out = bytearray(data)
    digits = [byte - 0x30 for byte in data]
    for start, end in _card_numbers(digits):
        out[start + 6 : end - 4] = b"*" * (end - start - 10)
    return bytes(out)


def _mask_bcd(data: bytes) -> bytes:
    nibbles = [part for byte in data for part in (byte >> 4, byte & 0xF)]
    masked = list(nibbles)
    letters = _letters(data)
    for start, end in _card_numbers(nibbles):
        # A packed number follows its length, never a letter: then it is text.
        first, last = start // 2, (end + 1) // 2
        is_text = letters[last] > last - first or data[first:last].isdigit()
        if _is_aligned(nibbles, start, end) and not is_text:
            masked[start + 6 : end - 4] = [MASK] * (end - start - 10)
    pairs = zip(masked[::2], masked[1::2], strict=True)
    return bytes(high << 4 | low for high, low in pairs)


def _is_aligned(nibbles: list[int], start: int, end: int) -> bool:
    """Packed numbers fill whole bytes: an odd one has a 0 before it, or no digit behind it."""
    begins = start % 2 == 0 or nibbles[start - 1] == 0
    return begins and (end % 2 == 0 or nibbles[end] > 9)


def _letters(data: bytes) -> list[int]:
    """For each place, how many printable bytes stand before it without a gap."""
    found = [0]
    for byte in data:
        found.append(found[-1] + 1 if 0x20 <= byte < 0x7F else 0)
    return found


def _card_numbers(digits: list[int]) -> Iterator[tuple[int, int]]:
    """(first, behind the last) of every stretch of card length with a right check digit. What is
    no digit is below 0 or above 9.
    """
    run = 0
    for end, digit in enumerate(digits, 1):
        run = run + 1 if 0 <= digit <= 9 else 0
        for length in PAN_DIGITS:
            if length > run:
                break
            start = end - length
            if digits[start] in PAN_FIRST and _is_card(digits[start:end]):
                yield start, end


def _is_card(digits: list[int]) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
