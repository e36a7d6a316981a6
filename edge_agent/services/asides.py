"""Pages beside the way to the ticket: receipt, rights, a claim; and over any of them, help.

One page at most is open, and only where it was opened: when the visit takes a step, or ends, it is
gone with what it said, and so is help. A reload of the screen finds both still open. Whoever called
a person finds the page below as it was, and is not hurried meanwhile.
"""

from typing import Literal

from edge_agent.services.board import Board
from edge_agent.services.errors import RefusedError
from edge_agent.services.visit import Visit
from edge_agent.services.visits import Visits

Aside = Literal[
    "", "receipt", "receipt_qr", "receipt_email", "receipt_phone", "rights", "pix_claim"
]

_STEPS: dict[str, frozenset[str]] = {
    "receipt": frozenset({"ticket"}),
    "receipt_qr": frozenset({"ticket"}),
    "receipt_email": frozenset({"ticket"}),
    "receipt_phone": frozenset({"ticket"}),
    "rights": frozenset({"review", "ticket"}),
    "pix_claim": frozenset({""}),
}
"""Where a page may be opened ("" is the first screen); one not named may be opened anywhere."""

Place = tuple[Visit | None, str]


class Asides:
    """What is open beside the visit, and whether help is over it."""

    def __init__(self, visits: Visits, board: Board) -> None:
        self._visits = visits
        self._board = board
        self._open: Aside = ""
        self._where: Place = (None, "")
        self._helped_at: Place | None = None
        visits.is_helped = self.is_helped

    def current(self) -> Aside:
        if self._where != self._here():
            self._open = ""
        return self._open

    def is_helped(self) -> bool:
        """Help is on show."""
        if self._helped_at != self._here():
            self._helped_at = None
        return self._helped_at is not None

    def show(self, aside: Aside) -> None:
        """Open this page, or none. Raises RefusedError where it has no place."""
        visit, step = self._here()
        if step not in _STEPS.get(aside, {step}):
            raise RefusedError("wrong-step", f"The page {aside} has no place here.")
        self._open, self._where = aside, (visit, step)
        self._board.changed()

    def help(self, *, is_wanted: bool) -> None:
        """Put help over whatever is open, or take it away."""
        self._helped_at = self._here() if is_wanted else None
        self._board.changed()

    def _here(self) -> Place:
        visit = self._visits.current
        return visit, visit.step if visit else ""
