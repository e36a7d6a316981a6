"""What the corner remembers beside the journal's events: wrong PINs, and who did what on the
machine itself (entered, tested a device). Acts on money and tickets are events of their own.
"""

from typing import NamedTuple

from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Deed, Writing

ACTS_KEPT = 1000


class Tries(NamedTuple):
    """Wrong PINs in a row, and until when nobody may try (wall clock, ms)."""

    failures: int
    until_ms: int


class Act(NamedTuple):
    """``by`` is the attendant's id; ``deed`` a word, ``about`` what it was done to."""

    wall_ms: int
    by: str
    deed: str
    about: str


def read_tries(journal: Journal) -> Tries:
    with journal.reading() as connection:
        return Tries(*connection.execute("SELECT failures, until_ms FROM pin_tries").fetchone())


def put_tries(failures: int, wait_ms: int) -> Deed[None]:
    def deed(writing: Writing) -> None:
        until_ms = writing.stamp.wall_ms + wait_ms
        writing.db.execute("UPDATE pin_tries SET failures = ?, until_ms = ?", (failures, until_ms))

    return deed


def note_act(by: str, deed: str, about: str = "") -> Deed[None]:
    def noted(writing: Writing) -> None:
        writing.db.execute(
            "INSERT INTO staff_acts (wall_ms, by, deed, about) VALUES (?, ?, ?, ?)",
            (writing.stamp.wall_ms, by, deed, about),
        )
        writing.db.execute(
            "DELETE FROM staff_acts WHERE id <= (SELECT max(id) FROM staff_acts) - ?", (ACTS_KEPT,)
        )

    return noted


def read_acts(journal: Journal, most: int) -> list[Act]:
    """The newest first."""
    sql = "SELECT wall_ms, by, deed, about FROM staff_acts ORDER BY id DESC LIMIT ?"
    with journal.reading() as connection:
        return [Act(*row) for row in connection.execute(sql, (most,))]
