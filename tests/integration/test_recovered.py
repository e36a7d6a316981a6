"""How long the first screen after a cut stands, and whose sale it is about."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Stamp, Writing
from edge_agent.services import checkout, printing
from edge_agent.services.board import Board
from edge_agent.services.checkout import Issued
from edge_agent.services.errors import RefusedError
from edge_agent.services.recovered import LAST_MINUTES_MS, OFFERED_S, Recovered, interrupted
from edge_agent.services.recovery import settle_at_boot
from sync_protocol.events import TicketConsumed
from tests.support.bench_totem import basket, open_journal


class Prints:
    """Stands where the printer's queue is: says that it was poked."""

    def __init__(self) -> None:
        self.pokes = 0

    def poke(self) -> None:
        self.pokes += 1


class Clock:
    now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = open_journal(tmp_path)
    yield found
    found.stop()


def after_boot(journal: Journal, clock: Clock) -> Recovered:
    recovered = Recovered(journal, Prints(), Board(), clock.monotonic)  # type: ignore[arg-type] # only poked
    left = journal.submit(interrupted).result()
    journal.submit(settle_at_boot).result()
    recovered.open(left)
    return recovered


def sent_to_the_printer(journal: Journal, service: str = "result") -> Issued:
    """A free ticket whose paper was on its way when the power went."""
    issued: Issued = journal.submit(checkout.give_free(basket(service))).result()
    job = printing.next_job(journal)
    assert job is not None
    journal.submit(printing.started(job)).result()
    return issued


def test_a_ticket_may_be_printed_for_ten_minutes_from_the_boot(journal: Journal) -> None:
    sent_to_the_printer(journal)
    clock = Clock()
    recovered = after_boot(journal, clock)
    clock.now_s += OFFERED_S
    asyncio.run(recovered.expire())
    remains = recovered.look()
    assert remains is not None
    assert (remains.standing, remains.number, remains.kind) == ("to_print", "RA001", "free")
    clock.now_s += 1
    with pytest.raises(RefusedError, match="ticket is valid"):
        asyncio.run(recovered.print())
    asyncio.run(recovered.expire())
    assert recovered.look() is None
    with journal.reading() as connection:
        assert connection.execute("SELECT kind, open FROM cases").fetchall() == [
            ("print_in_doubt", 1)
        ]


def test_a_touch_prints_one_copy_and_not_two(journal: Journal) -> None:
    sent_to_the_printer(journal)
    recovered = after_boot(journal, Clock())
    asyncio.run(recovered.print())
    with pytest.raises(RefusedError):
        asyncio.run(recovered.print())
    with journal.reading() as connection:
        assert connection.execute("SELECT copy, state FROM prints ORDER BY copy").fetchall() == [
            (1, "UNKNOWN"),
            (2, "QUEUED"),
        ]


def test_a_sale_of_hours_ago_is_not_shown_to_whoever_stands_there_now(journal: Journal) -> None:
    sent_to_the_printer(journal)

    def later(age_ms: int) -> bool:
        def asked(writing: Writing) -> bool:
            stamp = writing.stamp._replace(wall_ms=writing.stamp.wall_ms + age_ms)
            return interrupted(Writing(writing.db, writing.head, Stamp(*stamp))) is not None

        return journal.submit(asked).result()

    assert later(LAST_MINUTES_MS - 60_000)
    assert not later(LAST_MINUTES_MS + 60_000)
    assert later(-86_400_000)


def test_another_cut_shows_again_what_nobody_has_seen_and_nothing_else(journal: Journal) -> None:
    sent_to_the_printer(journal)
    after_boot(journal, Clock())
    unseen = after_boot(journal, Clock())
    remains = unseen.look()
    assert remains is not None
    assert remains.standing == "to_print"
    asyncio.run(unseen.leave())
    assert after_boot(journal, Clock()).look() is None


def test_only_the_newest_sale_counts(journal: Journal) -> None:
    sent_to_the_printer(journal)
    second = sent_to_the_printer(journal)
    left = journal.submit(interrupted).result()
    assert left is not None
    assert left.sale == second.sale


def test_a_ticket_that_an_attendant_served_is_no_longer_offered(journal: Journal) -> None:
    issued = sent_to_the_printer(journal)
    recovered = after_boot(journal, Clock())
    assert recovered.look() is not None

    def serve(writing: Writing) -> None:
        writing.append(TicketConsumed(issued.ticket, issued.sale, "totem", "ana"))

    journal.submit(serve).result()
    assert recovered.look() is None
