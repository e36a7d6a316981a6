"""How long a visit waits for somebody who does not touch, and for somebody who calls a person."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.journal.journal import Journal
from edge_agent.services.asides import Asides
from edge_agent.services.board import Board
from edge_agent.services.visits import GRACE_S, HELP_S, IDLE_S, WARNING_S, Visits
from tests.support.bench_totem import CATALOGUE, open_journal

WHOLE_S = IDLE_S + WARNING_S + GRACE_S


class Clock:
    now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s


class Counter:
    """A visit and what is beside it; no card and no paper are needed."""

    def __init__(self, journal: Journal) -> None:
        self.clock, board = Clock(), Board()
        self.visits = Visits(journal, None, None, board, self.clock.monotonic)  # type: ignore[arg-type] # nobody pays
        self.asides = Asides(self.visits, board)
        self.visits.start(CATALOGUE, "pt")

    def is_there_after(self, wait_s: float) -> bool:
        self.clock.now_s += wait_s
        asyncio.run(self.visits.expire())
        return self.visits.current is not None


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    journal = open_journal(tmp_path)
    yield Counter(journal)
    journal.stop()


def test_a_visit_that_nobody_touches_ends(counter: Counter) -> None:
    assert counter.is_there_after(WHOLE_S)
    assert not counter.is_there_after(1)


def test_the_place_of_whoever_calls_a_person_is_kept_for_ten_minutes(counter: Counter) -> None:
    counter.asides.help(is_wanted=True)
    assert counter.is_there_after(HELP_S)
    counter.asides.help(is_wanted=False)
    counter.visits.touch()
    assert counter.is_there_after(WHOLE_S)


def test_a_call_that_nobody_ends_does_not_keep_the_visit_for_ever(counter: Counter) -> None:
    counter.asides.help(is_wanted=True)
    assert counter.is_there_after(HELP_S + WHOLE_S)
    assert not counter.is_there_after(1)
