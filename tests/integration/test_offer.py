"""What can be had at this moment: closed, sold out, how long the queue takes. A real journal."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from edge_agent.api.screen import Drawer
from edge_agent.domain.catalogue import Choice
from edge_agent.journal.journal import Journal
from edge_agent.journal.outbox import Outbox
from edge_agent.journal.writer import Writing
from edge_agent.services import checkout
from edge_agent.services.checkout import Basket, Issued
from edge_agent.services.errors import RefusedError
from edge_agent.services.offer import CLOCK_DOUBT, Offer
from edge_agent.services.shelf import Shelf
from edge_agent.services.visit import Visit
from sync_protocol import events
from sync_protocol.feed import SitePolicy
from tests.support.bench_totem import CATALOGUE_PAGE, DAY, open_journal
from tests.support.offer_bench import KIT, LAST, offering, page


class Wall:
    """A clock on the wall that somebody sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def ms(self) -> int:
        return int(self.now.timestamp() * 1000)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    one = open_journal(tmp_path)
    yield one
    one.stop()


@pytest.fixture
def wall(journal: Journal) -> Wall:
    """Right: a little after the journal's newest row."""
    with journal.reading() as connection:
        newest = connection.execute("SELECT max(wall_ms) FROM journal").fetchone()[0]
    return Wall(datetime.fromtimestamp(newest / 1000, UTC) + timedelta(seconds=1))


@pytest.fixture
def offer(journal: Journal, wall: Wall) -> Offer:
    return Offer(journal, wall.ms, lambda: DAY)


def local(wall: Wall, hour: int, minute: int = 0) -> None:
    """The next day's time in São Paulo, which is three hours behind UTC."""
    day = wall.now.date() + timedelta(days=1)
    wall.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) + timedelta(hours=3)


def weekday(wall: Wall) -> str:
    return (wall.now - timedelta(hours=3)).strftime("%a").lower()


def test_out_of_hours_it_says_when_it_opens(offer: Offer, wall: Wall) -> None:
    local(wall, 19)
    today = weekday(wall)
    assert offer.closed(SitePolicy(hours={today: ["08:00-18:00"]})) is not None
    assert offer.closed(SitePolicy(hours={today: ["08:00-18:00", "20:00-22:00"]})) == "20:00"
    assert offer.closed(SitePolicy(hours={today: ["08:00-20:00"]})) is None
    late = SitePolicy(hours={today: ["08:00-20:00"]}, last_ticket_minutes=90)
    assert offer.closed(late) is not None


def test_hours_that_nobody_set_are_always_open(offer: Offer, wall: Wall) -> None:
    for hour in range(24):
        local(wall, hour)
        assert offer.closed(SitePolicy()) is None


def test_a_clock_that_runs_behind_the_journal_closes_nothing(offer: Offer, wall: Wall) -> None:
    never = SitePolicy(hours={"mon": []})
    assert offer.closed(never) == ""
    wall.now -= CLOCK_DOUBT + timedelta(minutes=1)
    assert offer.closed(never) is None
    asleep = structs.replace(KIT, hours={"mon": []})
    assert offer.off(asleep, SitePolicy(), offer.counts(offering(asleep))) == ""


def test_a_service_out_of_its_own_hours_is_off_and_cannot_be_added(
    offer: Offer, wall: Wall
) -> None:
    local(wall, 15)
    morning = structs.replace(KIT, hours={weekday(wall): ["07:00-11:00"]})
    catalogue = offering(morning)
    assert offer.off(morning, catalogue.policy, offer.counts(catalogue)) == "closed_now"
    visit = Visit(catalogue, "pt", 0.0)
    with pytest.raises(RefusedError) as refused:
        offer.check(visit, [Choice("kit", 1, ("coffee",))])
    assert refused.value.code == "closed-now"
    visit.cart = (Choice("kit", 1, ("coffee",)),)
    offer.check(visit, [Choice("kit", 2, ("coffee",))])


def test_what_is_sold_out_cannot_be_added_and_what_is_there_already_can_stay(
    journal: Journal, offer: Offer
) -> None:
    catalogue = offering(LAST)
    visit = Visit(catalogue, "pt", 0.0, cart=(Choice("last", 1),))
    sold = Basket(catalogue, [Choice("last", 3)], "pt")
    journal.submit(checkout.sell_at_counter(sold)).result()
    assert offer.off(LAST, catalogue.policy, offer.counts(catalogue)) == "sold_out"
    with pytest.raises(RefusedError) as refused:
        offer.check(visit, [Choice("last", 2)])
    assert refused.value.code == "sold-out"
    offer.check(visit, [Choice("last", 1), Choice("blood", 1)])
    offer.check(visit, [Choice("blood", 1)])


def test_more_than_is_left_cannot_be_added(offer: Offer) -> None:
    visit = Visit(offering(LAST), "pt", 0.0)
    offer.check(visit, [Choice("last", 3)])
    with pytest.raises(RefusedError):
        offer.check(visit, [Choice("last", 4)])


def test_a_queue_is_told_once_its_desk_serves(journal: Journal, offer: Offer) -> None:
    catalogue = offering(KIT)
    tickets = [_kit(journal) for _ in range(4)]
    assert offer.counts(catalogue).wait_minutes("L", 5) == 0
    _serve(journal, tickets[0])
    counts = offer.counts(catalogue)
    assert counts.wait_minutes("L", 5) == 15
    assert counts.wait_minutes("L", 5, 1) == 10
    assert counts.wait_minutes("C", 5) == 0
    for issued in tickets[1:]:
        _serve(journal, issued)
    assert offer.counts(catalogue).wait_minutes("L", 5, 1) == 0


def test_how_many_wait_is_told_once_every_desk_says_whom_it_serves(
    journal: Journal, offer: Offer
) -> None:
    catalogue = offering(KIT)
    assert offer.counts(catalogue).queue is None
    tickets = [_kit(journal) for _ in range(3)]
    assert offer.counts(catalogue).queue is None
    _serve(journal, tickets[0])
    assert offer.counts(catalogue).queue == 2
    free = Basket(catalogue, [Choice("result", 1)], "pt")
    other = journal.submit(checkout.give_free(free)).result()
    assert offer.counts(catalogue).queue is None, "nobody knows of the other desk"
    _serve(journal, other)
    assert offer.counts(catalogue).queue == 2


def test_a_visit_is_shown_the_prices_it_began_with(journal: Journal, offer: Offer) -> None:
    Outbox(journal).apply_feed(CATALOGUE_PAGE)
    shelf = Shelf(journal, lambda: None)
    shelf.refresh()
    visits: list[Visit] = [Visit(shelf.catalogue, "pt", 0.0)]
    parts: dict[str, Any] = dict.fromkeys(Drawer.__struct_fields__)
    parts |= {"offer": offer, "shelf": shelf, "visit": lambda: visits[0] if visits else None}
    drawer = Drawer(**parts)
    before = _price(drawer)
    dearer = structs.replace(shelf.catalogue.services["blood"], prices={"debit": before + 500})
    Outbox(journal).apply_feed(page({"service/blood": dearer}))
    shelf.refresh()
    assert _price(drawer) == before
    visits.clear()
    assert _price(drawer) == before + 500


def _price(drawer: Drawer) -> int:
    return next(it.from_minor for it in drawer.catalogue().services if it.id == "blood")


def test_yesterday_is_no_queue(journal: Journal, wall: Wall) -> None:
    _serve(journal, _kit(journal))
    _kit(journal)
    tomorrow = Offer(journal, wall.ms, lambda: "2026-11-25")
    assert tomorrow.counts(offering(KIT)).wait_minutes("L", 5) == 0


def _kit(journal: Journal) -> Issued:
    basket = Basket(offering(KIT), [Choice("kit", 1, ("coffee",))], "pt")
    return journal.submit(checkout.sell_at_counter(basket)).result()


def _serve(journal: Journal, issued: Issued) -> None:
    def deed(writing: Writing) -> None:
        writing.append(events.TicketConsumed(issued.ticket, issued.sale, "1", "ana"))

    journal.submit(deed).result()
