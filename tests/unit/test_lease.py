"""The lease runs on powered time, whatever the clock on the wall says."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.domain.lease import DAY_MS, days_left, standing
from edge_agent.journal.journal import Journal
from edge_agent.services.lease import Lease
from tests.support.bench_totem import open_journal

DAY_S = DAY_MS / 1000


@pytest.mark.parametrize(
    ("days", "is_now", "left"),
    [
        (0, "good", 45),
        (29.9, "good", 15),
        (30, "warning", 15),
        (44.9, "warning", 0),
        (45, "over", 0),
    ],
)
def test_standing_by_days_without_a_word(days: float, is_now: str, left: int) -> None:
    assert standing(int(days * DAY_MS)) == is_now
    assert days_left(int(days * DAY_MS)) == left


class Powered:
    """A lease on a real journal, with time and central's word moved by hand."""

    def __init__(self, journal: Journal) -> None:
        self.now_s = 1000.0
        self.heard_s: float | None = None
        self.changes = 0
        self._journal = journal
        self.boot()

    def boot(self) -> None:
        """A new start: the monotonic clock begins anew."""
        self.now_s = 5.0
        self.heard_s = None
        self.lease = Lease(self._journal, lambda: self.now_s, lambda: self.heard_s, self._changed)
        self.lease.open()

    def run(self, days: float) -> None:
        self.now_s += days * DAY_S
        asyncio.run(self.lease.tick())

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
def powered(tmp_path: Path) -> Iterator[Powered]:
    journal = open_journal(tmp_path)
    yield Powered(journal)
    journal.stop()


def test_a_lease_runs_out_across_restarts_and_is_renewed_by_a_word(powered: Powered) -> None:
    powered.run(20)
    assert powered.lease.standing() == "good"
    powered.boot()
    powered.run(12)
    assert (powered.lease.standing(), powered.changes) == ("warning", 1)
    powered.boot()
    assert powered.lease.standing() == "warning", "known before the first tick of a start"
    powered.run(14)
    assert powered.lease.standing() == "over"
    powered.heard_s = powered.now_s + 1
    powered.run(0.001)
    assert (powered.lease.standing(), powered.lease.days_left()) == ("good", 45)


def test_a_word_heard_before_the_last_tick_renews_nothing(powered: Powered) -> None:
    powered.heard_s = powered.now_s
    powered.run(1)
    powered.run(46)
    assert powered.lease.standing() == "over"
