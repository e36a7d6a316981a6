"""Pages beside the way to the ticket: receipt, rights, help.

One at most is open, and only where it was opened: when the visit takes a step, or ends, the page is
gone with what it said. A reload of the screen finds it still open.
"""

from collections.abc import Callable
from typing import Literal

from edge_agent.services.board import Board
from edge_agent.services.errors import RefusedError
from edge_agent.services.visits import Visit

Aside = Literal[
    "", "receipt", "receipt_qr", "receipt_email", "receipt_phone", "rights", "help", "pix_claim"
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


class Asides:
    """Which page is open beside the visit."""

    def __init__(self, visit: Callable[[], Visit | None], board: Board) -> None:
        self._visit = visit
        self._board = board
        self._open: Aside = ""
        self._where: tuple[Visit | None, str] = (None, "")

    def current(self) -> Aside:
        return self._open if self._where == self._here() else ""

    def show(self, aside: Aside) -> None:
        """Open this page, or none. Raises RefusedError where it has no place."""
        visit, step = self._here()
        if step not in _STEPS.get(aside, {step}):
            raise RefusedError("wrong-step", f"The page {aside} has no place here.")
        self._open, self._where = aside, (visit, step)
        self._board.changed()

    def _here(self) -> tuple[Visit | None, str]:
        visit = self._visit()
        return visit, visit.step if visit else ""
