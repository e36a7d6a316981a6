"""What an ESC/POS printer sends back, told apart byte by byte.

Replies carry no name of their question; only their fixed bits tell a real-time status (DLE EOT)
from an automatic one (ASB), from a queued one (GS r), from a block (GS ( H, GS I). A byte that fits
nowhere is noise and is dropped, so an XOFF, a broken cable or half a block never passes for "all is
well".
"""

from collections import deque

from msgspec import Struct

from edge_agent.devices.drivers.escpos.health import Health, PaperState, first_of

BLOCK_HEADER = 0x37
PROCESS_ID = 0x22
CLEARED = b"\x37\x25\x00"
INFO_HEADER = 0x5F
PROCESS_ID_LENGTH = 7
INFO_LENGTH_MAX = 80
FULL_STATUS = b"\x10\x0f"
FULL_STATUS_LENGTH = 6
ASB_LENGTH = 4
REAL_TIME_BITS, REAL_TIME = 0x93, 0x12
ASB_BITS, ASB_FIRST = 0x93, 0x10
QUEUED_BITS = 0x90


class RealTime(Struct, frozen=True):
    """The answer to DLE EOT n."""

    bits: int


class Queued(Struct, frozen=True):
    """The answer to GS r n: everything sent before the question was processed."""

    bits: int


class ProcessId(Struct, frozen=True):
    """The answer to GS ( H function 48: everything sent before it is on paper."""

    id: str


class Info(Struct, frozen=True):
    """The answer to GS I n."""

    text: str


class FullStatus(Struct, frozen=True):
    """A presenter's answer to DLE EOT 20: four bytes of bits."""

    paper: int
    user: int
    recoverable: int
    unrecoverable: int


Reply = RealTime | Queued | ProcessId | Info | FullStatus


class Replies:
    """A stream of bytes, in any cuts, to replies in order."""

    def __init__(self) -> None:
        self._held = b""
        self._ready: deque[Reply] = deque()

    def feed(self, data: bytes) -> list[Reply]:
        self._held += data
        while self._held and (used := self._take()):
            self._held = self._held[used:]
        replies = list(self._ready)
        self._ready.clear()
        return replies

    def _take(self) -> int:
        """Bytes used up at the front; 0 when a block is not whole yet."""
        first = self._held[0]
        if first == BLOCK_HEADER:
            return self._take_block()
        if first == INFO_HEADER:
            return self._take_info()
        if first & REAL_TIME_BITS == REAL_TIME:
            self._ready.append(RealTime(first))
        elif self._held[:2] == FULL_STATUS:
            return self._take_full_status()
        elif first & ASB_BITS == ASB_FIRST:
            return self._take_asb()
        elif first & QUEUED_BITS == 0:
            self._ready.append(Queued(first))
        return 1

    def _take_block(self) -> int:
        if self._held.startswith(CLEARED):
            return len(CLEARED)
        return 0 if self._held == CLEARED[:2] else self._take_process_id()

    def _take_process_id(self) -> int:
        block = self._held[:PROCESS_ID_LENGTH]
        mark, name, end = block[1:2], block[2:6], block[6:7]
        if mark not in (b"", bytes([PROCESS_ID])) or not all(0x20 <= c <= 0x7E for c in name):
            return 1
        if not end:
            return 0
        if end != b"\0":
            return 1
        self._ready.append(ProcessId(name.decode("ascii")))
        return PROCESS_ID_LENGTH

    def _take_info(self) -> int:
        end = self._held.find(b"\0", 0, INFO_LENGTH_MAX)
        text = self._held[1:end] if end > 0 else self._held[1:INFO_LENGTH_MAX]
        if len(text) >= INFO_LENGTH_MAX - 1 or not all(0x20 <= c <= 0x7E for c in text):
            return 1
        if end < 0:
            return 0
        self._ready.append(Info(text.decode("ascii")))
        return end + 1

    def _take_full_status(self) -> int:
        if len(self._held) < FULL_STATUS_LENGTH:
            return 0
        self._ready.append(FullStatus(*self._held[len(FULL_STATUS) : FULL_STATUS_LENGTH]))
        return FULL_STATUS_LENGTH

    def _take_asb(self) -> int:
        rest = self._held[1:ASB_LENGTH]
        if any(byte & QUEUED_BITS for byte in rest):
            return 1
        return ASB_LENGTH if len(rest) == ASB_LENGTH - 1 else 0


class Faults(Struct, frozen=True):
    """DLE EOT 1 to 4 as read; 0x12 is "nothing to tell"."""

    printer: int = REAL_TIME
    offline: int = REAL_TIME
    error: int = REAL_TIME
    paper: int = REAL_TIME

    @property
    def health(self) -> Health:
        return Health(cause=self.cause, paper=self.paper_state)

    @property
    def paper_state(self) -> PaperState:
        """``ok``, ``near_end`` or ``end``. One bit of a pair is enough: clones set only one."""
        if self.paper & 0x60 or self.offline & 0x20:
            return "end"
        return "near_end" if self.paper & 0x0C else "ok"

    @property
    def cause(self) -> str:
        """Why it cannot print, the one a person can act on first; empty when it can."""
        return first_of(
            (
                ("cover_open", self.offline & 0x04),
                ("paper_end", self.paper_state == "end"),
                ("cutter_error", self.error & 0x08),
                ("unrecoverable", self.error & 0x20),
                ("overheated", self.error & 0x40),
                ("unrecoverable", self.offline & 0x40),
                ("offline", self.printer & 0x08),
            )
        )
