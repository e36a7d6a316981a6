"""What the last power cut interrupted, and whether anybody has seen what became of it."""

from typing import NamedTuple

from edge_agent.journal.writer import Writing


class Cut(NamedTuple):
    """``sale`` is empty when there was none. ``was_paying``: money had been asked for."""

    sale: str
    was_paying: bool
    is_seen: bool = False


def read_cut(writing: Writing) -> Cut:
    row = writing.db.execute("SELECT sale, was_paying, is_seen FROM last_cut").fetchone()
    return Cut(row[0], bool(row[1]), bool(row[2]))


def put_cut(writing: Writing, cut: Cut) -> None:
    writing.db.execute("UPDATE last_cut SET sale = ?, was_paying = ?, is_seen = ?", cut)


def cut_seen(writing: Writing) -> None:
    """The deed."""
    writing.db.execute("UPDATE last_cut SET is_seen = 1")
