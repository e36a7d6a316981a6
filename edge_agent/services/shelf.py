"""The catalogue on sale now. A visit pins the one it began with."""

from collections.abc import Callable

from edge_agent.domain.catalogue import EMPTY, Catalogue
from edge_agent.journal.feed import read_catalogue
from edge_agent.journal.journal import Journal


class Shelf:
    """Holds one consistent catalogue; ``refresh`` after each feed page."""

    def __init__(self, journal: Journal, told: Callable[[], None]) -> None:
        self._journal = journal
        self._told = told
        self.catalogue: Catalogue = EMPTY

    def refresh(self) -> None:
        """Read what the feed left; visits under way keep the catalogue they began with."""
        fresh = read_catalogue(self._journal)
        if fresh != self.catalogue:
            self.catalogue = fresh
            self._told()
