"""An allotment is never oversold: counted in the sale's own deed, on a real journal."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from msgspec import structs

from edge_agent.devices.ports import CardOutcome
from edge_agent.domain.catalogue import Catalogue, Choice
from edge_agent.journal.connection import load_key
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Stamp, Writing
from edge_agent.services import card_sale, checkout, stock
from edge_agent.services.card_sale import Asked
from edge_agent.services.checkout import Basket
from edge_agent.services.errors import RefusedError
from sync_protocol import events
from tests.support.bench_totem import CARD, DAY, open_journal
from tests.support.offer_bench import KIT, LAST, offering

CATALOGUE = offering(LAST, KIT)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    one = open_journal(tmp_path)
    yield one
    one.stop()


def basket(quantity: int = 1, sale: str = "") -> Basket:
    return Basket(CATALOGUE, [Choice("last", quantity)], "pt", sale)


def left(journal: Journal, day: str = DAY, catalogue: Catalogue = CATALOGUE) -> int:
    with journal.reading() as connection:
        return stock.left(connection.execute, catalogue, day)["last"]


def sell(journal: Journal, quantity: int = 1) -> checkout.Issued:
    return journal.submit(checkout.sell_at_counter(basket(quantity))).result()


def test_the_last_one_is_sold_once_however_many_ask_at_once(journal: Journal) -> None:
    def buy(_: int) -> str:
        try:
            sell(journal)
        except RefusedError as refused:
            return refused.code
        return "sold"

    with ThreadPoolExecutor(16) as crowd:
        bought = list(crowd.map(buy, range(64)))
    assert (bought.count("sold"), bought.count("sold-out")) == (3, 61)
    assert left(journal) == 0
    with journal.reading() as connection:
        assert connection.execute("SELECT count(*) FROM tickets").fetchone()[0] == 3


def test_a_refusal_leaves_nothing_in_the_journal(journal: Journal) -> None:
    sell(journal, 3)
    seq = journal.head().seq
    with pytest.raises(RefusedError):
        sell(journal)
    asked = Asked("debit")
    with pytest.raises(RefusedError):
        journal.submit(card_sale.request_card(basket(), asked, "reader")).result()
    assert journal.head().seq == seq


def test_a_restart_forgets_no_sale(tmp_path: Path) -> None:
    first = open_journal(tmp_path)
    sell(first, 2)
    first.stop()
    second = open_journal(tmp_path)
    assert left(second) == 1
    with pytest.raises(RefusedError):
        sell(second, 2)
    sell(second, 1)
    assert left(second) == 0
    second.stop()


def test_a_new_business_day_has_the_whole_allotment_again(tmp_path: Path) -> None:
    first = open_journal(tmp_path)
    sell(first, 3)
    first.stop()
    ticks = count(1_795_564_800_000, 1_000)
    tomorrow = Journal(
        tmp_path, load_key(tmp_path), lambda: Stamp(next(ticks), 0, "boot", "2026-11-25")
    )
    tomorrow.start()
    sell(tomorrow, 3)
    assert left(tomorrow, "2026-11-25") == 0
    tomorrow.stop()


def test_a_card_that_is_being_paid_holds_its_place_and_gives_it_back(journal: Journal) -> None:
    asked = Asked("debit")
    requested = journal.submit(card_sale.request_card(basket(3), asked, "reader")).result()
    assert left(journal) == 0
    with pytest.raises(RefusedError):
        sell(journal)
    declined = CardOutcome("declined", "card_declined")
    journal.submit(card_sale.refuse_card(requested, declined)).result()
    journal.submit(checkout.cancel_sale(requested.sale, "customer")).result()
    assert left(journal) == 3


def test_a_second_attempt_does_not_stand_in_its_own_way(journal: Journal) -> None:
    asked = Asked("debit")
    first = journal.submit(card_sale.request_card(basket(3), asked, "reader")).result()
    declined = CardOutcome("declined", "card_declined")
    journal.submit(card_sale.refuse_card(first, declined)).result()
    again = basket(3, first.sale)
    second = journal.submit(card_sale.request_card(again, asked, "reader")).result()
    assert second.sale == first.sale
    journal.submit(card_sale.approve_card(again, second, "debit", CARD)).result()
    assert left(journal) == 0


def test_a_ticket_given_back_frees_its_place(journal: Journal) -> None:
    issued = sell(journal, 2)

    def give_back(writing: Writing) -> None:
        writing.append(events.TicketCancelled(issued.ticket, issued.sale, "refunded"))
        writing.append(events.SaleCancelled(issued.sale, "customer"))

    journal.submit(give_back).result()
    assert left(journal) == 3


def test_options_do_not_hide_a_service_from_its_count(journal: Journal) -> None:
    limited = offering(structs.replace(KIT, stock=2))
    cart = [Choice("kit", 1, ("coffee",)), Choice("kit", 1, ("juice",))]
    deed = checkout.sell_at_counter(Basket(limited, cart, "pt"))
    journal.submit(deed).result()
    with journal.reading() as connection:
        assert stock.left(connection.execute, limited, DAY)["kit"] == 0
    with pytest.raises(RefusedError):
        journal.submit(checkout.sell_at_counter(Basket(limited, cart[:1], "pt"))).result()


steps = st.lists(
    st.tuples(st.sampled_from(["sell", "card", "cancel", "restart"]), st.integers(1, 3)),
    max_size=12,
)


@given(steps)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_no_more_is_taken_than_there_is(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("stock")
    journal = open_journal(folder)
    held: dict[str, int] = {}
    pending: list[str] = []
    for deed, quantity in deeds:
        match deed:
            case "restart":
                journal.stop()
                journal = open_journal(folder)
            case "cancel" if pending:
                sale = pending.pop()
                journal.submit(checkout.cancel_sale(sale, "customer")).result()
                held.pop(sale)
            case "sell" | "card":
                sale = _try(journal, deed, quantity)
                if sale:
                    held[sale] = quantity
                    pending += [sale] if deed == "card" else []
        assert sum(held.values()) <= 3
        assert left(journal) == 3 - sum(held.values())
    journal.stop()


def _try(journal: Journal, deed: str, quantity: int) -> str:
    request = card_sale.request_card(basket(quantity), Asked("debit", "ack_then_final"), "reader")
    sold = checkout.sell_at_counter(basket(quantity))

    def ask(writing: Writing) -> str:
        return sold(writing).sale if deed == "sell" else request(writing).sale

    try:
        return journal.submit(ask).result()
    except RefusedError:
        return ""
