"""What makes the screen usable for this customer, and for nobody after them.

The choice is the agent's, so that a reload of the page or the start of a visit keeps it. It is
wiped when the visit ends, and at the first screen a minute after the last touch.
"""

from collections.abc import Callable

from msgspec import Struct, structs

from edge_agent.services.board import Board

UNUSED_S = 60.0
MORE_TIME = 3


class AccessView(Struct, frozen=True):
    """``low``: everything within reach of a seated person. ``large``: text at 200 %. ``slow``:
    every limit three times as long. ``headphones``: the customer alone hears the speech, so
    personal data may be spoken. ``blank``: nobody reads over the shoulder of who hears the speech.
    """

    low: bool = False
    contrast: bool = False
    large: bool = False
    slow: bool = False
    speech: bool = False
    headphones: bool = False
    blank: bool = False


NONE = AccessView()


class Access:
    """One customer's aids, in memory only."""

    def __init__(self, board: Board, monotonic: Callable[[], float]) -> None:
        self._board = board
        self._monotonic = monotonic
        self._touched_s = monotonic()
        self.chosen = NONE

    @property
    def slow(self) -> bool:
        return self.chosen.slow

    def stretch(self, limit_s: float) -> float:
        """A limit as long as this customer needs it."""
        return limit_s * MORE_TIME if self.slow else limit_s

    def choose(self, view: AccessView) -> None:
        """A picture is off only for who hears it instead."""
        self.touch()
        self.chosen = structs.replace(view, blank=view.blank and view.speech)
        self._board.changed()

    def touch(self) -> None:
        self._touched_s = self._monotonic()

    def wipe(self) -> None:
        if self.chosen != NONE:
            self.chosen = NONE
            self._board.changed()

    def expire(self) -> None:
        """Nobody is visiting: whoever chose these is gone after a while."""
        if self._monotonic() - self._touched_s > self.stretch(UNUSED_S):
            self.wipe()
