"""What the printer feels, and the status bytes that ESC/POS says it with.

Promise: every byte keeps the fixed bits of its kind, so a reader can tell them apart: DLE EOT
``0xx1xx10``, automatic status ``0xx1xx00`` first, GS r ``0xx0xxxx``.
"""

from msgspec import Struct

PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, ROLL = 1, 2, 3, 4
FIXED = 0x12


class Sensors(Struct):
    """The state of the machine. ``one_bit`` mimics clones that raise one roll bit of each pair.

    ``mouth_jam`` is of printers with a presenter: a ticket is stuck in it.
    """

    paper_end: bool = False
    near_end: bool = False
    cover_open: bool = False
    cutter_error: bool = False
    unrecoverable: bool = False
    overheated: bool = False
    drawer_open: bool = False
    one_bit: bool = False
    mouth_jam: bool = False

    @property
    def error(self) -> bool:
        return self.cutter_error or self.unrecoverable or self.overheated or self.mouth_jam

    @property
    def offline(self) -> bool:
        return self.paper_end or self.cover_open or self.error

    def realtime(self, kind: int) -> bytes:
        """The answer to ``DLE EOT kind``."""
        if kind == PRINTER:
            bits = self.drawer_open << 2 | self.offline << 3
        elif kind == OFFLINE_CAUSE:
            bits = self.cover_open << 2 | self.paper_end << 5 | self.error << 6
        elif kind == ERROR_CAUSE:
            bits = self._error_causes()
        else:
            bits = self._roll()
        return bytes((FIXED | bits,))

    def _error_causes(self) -> int:
        mechanical = self.mouth_jam << 2 | self.cutter_error << 3
        return mechanical | self.unrecoverable << 5 | self.overheated << 6

    def _roll(self) -> int:
        near, end = (0x04, 0x20) if self.one_bit else (0x0C, 0x60)
        low = self.near_end or (self.paper_end and not self.one_bit)
        return (near if low else 0) | (end if self.paper_end else 0)

    def queued_paper(self) -> bytes:
        """The answer to ``GS r 1``."""
        return bytes((0x03 * self.near_end | 0x0C * self.paper_end,))

    def queued_drawer(self) -> bytes:
        """The answer to ``GS r 2``."""
        return bytes((int(self.drawer_open),))

    def automatic(self) -> bytes:
        """The four bytes of automatic status (GS a)."""
        first = 0x10 | self.drawer_open << 2 | self.offline << 3 | self.cover_open << 5
        return bytes((first, self._error_causes())) + self.queued_paper() + b"\0"
