"""A customer calls a person.

Nothing is written about the person: the call lives in memory, is counted, and shows in health and
metrics until an attendant comes to this totem or it is too old to mean anything.
"""

from collections.abc import Callable

from edge_agent import metrics
from edge_agent.services.board import Board

WANTED_S = 600.0


class HelpDesk:
    """Whether somebody waits at this totem for a person."""

    def __init__(self, board: Board, monotonic: Callable[[], float]) -> None:
        self._board = board
        self._monotonic = monotonic
        self._called_s: float | None = None

    def call(self) -> None:
        """Somebody asks for a person; asking again only renews it."""
        if not self.is_wanted():
            metrics.HELP_CALLS.inc()
        self._called_s = self._monotonic()
        self._board.changed()

    def answered(self) -> None:
        """An attendant is here."""
        if self._called_s is not None:
            self._called_s = None
            self._board.changed()

    def is_wanted(self) -> bool:
        return self._called_s is not None and self._monotonic() - self._called_s < WANTED_S
