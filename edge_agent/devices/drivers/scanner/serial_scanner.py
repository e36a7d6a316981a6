"""A barcode and QR scanner in serial mode (USB-CDC or RS-232: Honeywell, Zebra, Newland, Gertec).

Promise: a code is returned whole and once, or not at all. What is longer than any code we use, or
comes without the prefix that the scanner was set to send, is noise and is dropped.

Checklist: nothing to probe, a scanner only speaks; lost and back are the supervisor's to log; a
deadline on every wait; codes are never logged; emulator twin; blocking, so on the device's own
thread; unplugging ends in DeviceGoneError; a power cut loses the code under way only.
"""

import re
from collections import deque
from typing import Literal, cast

from msgspec import Struct

from edge_agent.devices.ports import Clock, Driver, Scanner, Wire

MOST = 2000
"""Characters of a code, without its prefix."""
GAP_S = 0.05
CHUNK = 512
_LINE_END = re.compile(rb"[\r\n]")

Suffix = Literal["crlf", "none"]


class Settings(Struct, frozen=True):
    """``suffix``: codes end with CR, LF or both, or (none) with a silence of 50 ms. ``prefix``:
    what the scanner sends before every code; it is taken away.
    """

    suffix: Suffix = "crlf"
    prefix: str = ""


class SerialScanner:
    """One scanner on one wire."""

    def __init__(self, settings: Settings, wire: Wire, clock: Clock) -> None:
        self._settings = settings
        self._wire = wire
        self._clock = clock
        self._codes: deque[str] = deque()
        self._buffer = bytearray()
        self._is_dropping = False
        self._heard_at = 0.0

    def open(self) -> dict[str, str]:
        """Open the wire; what came before is forgotten. Raises DeviceGoneError."""
        self._wire.open()
        self._forget()
        return {
            "wire": self._wire.name,
            "suffix": self._settings.suffix,
            "prefix": self._settings.prefix,
        }

    def close(self) -> None:
        self._wire.close()
        self._forget()

    def ping(self) -> None:
        """A scanner answers nothing; a wire that can be read is all there is to prove."""
        self._take(0.0)

    def read(self, deadline_s: float) -> str:
        """See Scanner.read. Codes are UTF-8, or Latin-1 where they are not."""
        until = self._clock.monotonic() + deadline_s
        while not self._codes:
            left = until - self._clock.monotonic()
            self._take(max(left, 0.0))
            if left <= 0 and not self._codes:
                return ""
        return self._codes.popleft()

    def _forget(self) -> None:
        self._codes.clear()
        self._buffer.clear()
        self._is_dropping = False

    def _take(self, wait_s: float) -> None:
        """Read once, at most until a silence could have ended a code."""
        ends_by_gap = self._settings.suffix == "none" and self._is_in_code()
        data = self._wire.read(CHUNK, min(wait_s, GAP_S) if ends_by_gap else wait_s)
        now = self._clock.monotonic()
        if data:
            self._heard_at = now
            self._feed(data)
        elif ends_by_gap and now - self._heard_at >= GAP_S:
            self._end()

    def _is_in_code(self) -> bool:
        return bool(self._buffer) or self._is_dropping

    def _feed(self, data: bytes) -> None:
        if self._settings.suffix == "none":
            self._add(data)
            return
        first, *others = _LINE_END.split(data)
        self._add(first)
        for piece in others:
            self._end()
            self._add(piece)

    def _add(self, piece: bytes) -> None:
        self._buffer += piece
        if len(self._buffer) > 4 * (MOST + len(self._settings.prefix)):
            self._is_dropping = True
        if self._is_dropping:
            self._buffer.clear()

    def _end(self) -> None:
        raw, is_whole = bytes(self._buffer), not self._is_dropping
        self._buffer.clear()
        self._is_dropping = False
        if not is_whole:
            return
        text = _decoded(raw)
        code = text.removeprefix(self._settings.prefix)
        if text.startswith(self._settings.prefix) and 0 < len(code) <= MOST:
            self._codes.append(code)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def build(options: dict[str, str], wire: Wire, clock: Clock) -> Scanner:
    """``suffix`` (crlf, none) and ``prefix``."""
    unknown = options.keys() - {"suffix", "prefix"}
    if unknown:
        raise ValueError(f"the serial-scanner driver has no option {min(unknown)!r}")
    suffix = options.get("suffix", "crlf")
    if suffix not in ("crlf", "none"):
        raise ValueError(f"suffix is crlf or none, not {suffix!r}")
    settings = Settings(cast(Suffix, suffix), options.get("prefix", ""))
    return SerialScanner(settings, wire, clock)


DRIVER = Driver(id="serial-scanner", kind="scanner", build=build)
