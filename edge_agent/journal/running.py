"""Running time: how long this totem was powered, whatever its clock says, and when central last
promised something.

It advances by the monotonic clock, a minute at a time, and only counts what was powered.
"""

from typing import NamedTuple

from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Writing


class Running(NamedTuple):
    """Milliseconds of running time: in all, and when central was last heard."""

    total_ms: int
    heard_ms: int

    @property
    def unheard_ms(self) -> int:
        return self.total_ms - self.heard_ms


def read_running(journal: Journal) -> Running:
    with journal.reading() as connection:
        return Running(
            *connection.execute("SELECT total_ms, heard_ms FROM running_time").fetchone()
        )


def advance(writing: Writing, passed_ms: int, was_heard: bool) -> Running:
    """Add what passed; central's word renews the lease."""
    writing.db.execute(
        "UPDATE running_time SET total_ms = total_ms + ?1,"
        " heard_ms = CASE WHEN ?2 THEN total_ms + ?1 ELSE heard_ms END",
        (passed_ms, was_heard),
    )
    row = writing.row("SELECT total_ms, heard_ms FROM running_time")
    assert row is not None, "the migration made the one row"
    return Running(*row)
