"""Whatever dies at whatever screen, the customer finds the right one again: the browser is killed
and a new one shows the same; the agent is killed and what it then shows is true of the money.
"""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import PANELS, start_kiosk
from tests.browser.customer import Customer, customer_at
from tests.support.flow_bench import MortalTotem, totem_at_work
from tests.support.sample_catalogue import sample_page

PAID, FREE = "hemograma", "resultados"
Way = Callable[[MortalTotem], object]


def begin(totem: MortalTotem) -> None:
    totem.client.send("POST", "/v1/visit", {"locale": "pt"})


def fill(totem: MortalTotem, service: str = PAID) -> None:
    begin(totem)
    lines = [{"service": service, "quantity": 2}]
    totem.client.send("PUT", "/v1/visit/cart", {"lines": lines})


def walk(totem: MortalTotem, step: str) -> None:
    fill(totem)
    totem.client.send("PUT", "/v1/visit/step", {"step": step})


def wait_for_card(totem: MortalTotem) -> None:
    totem.far.next_cards("timeout")
    walk(totem, "method")
    totem.pay("debit")
    totem.until(lambda it: it["payment"]["step"] == "insert_card" and not totem.far.cards_left)


def be_declined(totem: MortalTotem) -> None:
    totem.far.next_cards("decline")
    walk(totem, "method")
    totem.pay("debit")
    totem.until(lambda it: it["payment"]["step"] == "declined")


def have_paid(totem: MortalTotem) -> None:
    walk(totem, "method")
    totem.pay("debit")
    totem.printed()


def take_free(totem: MortalTotem) -> None:
    fill(totem, FREE)
    totem.pay("free")
    totem.printed()


WAYS: dict[str, tuple[Way, str]] = {
    "attract": (lambda totem: totem.state(), "Toque para começar"),
    "services": (begin, "Toque no que você precisa"),
    "chosen": (fill, "Continuar"),
    "review": (lambda totem: walk(totem, "review"), "Está tudo certo?"),
    "method": (lambda totem: walk(totem, "method"), "Como você quer pagar?"),
    "card": (wait_for_card, "Aproxime ou insira o cartão"),
    "declined": (be_declined, "O cartão não foi aprovado"),
    "paid": (have_paid, "Retire o papel abaixo da tela."),
    "free": (take_free, "Retire o papel abaixo da tela."),
}
"""How each screen is reached, and a text of it that is there once it stands still."""

AFTER = {
    "card": "Nada foi cobrado.",
}
"""What the screen says once the agent is back."""

ways = pytest.mark.parametrize("at", WAYS)


@pytest.fixture(scope="module")
def totem(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalTotem]:
    with totem_at_work(
        tmp_path_factory.mktemp("kills"), catalogue=sample_page(), second_s=1
    ) as one:
        yield one


@pytest.fixture
def ready(totem: MortalTotem) -> MortalTotem:
    """The same totem, with nobody at it."""
    if totem.state()["step"] == "payment":
        totem.tell("cancel")
        totem.until(lambda it: it["payment"] is None or it["payment"]["step"] == "cancelled")
    step = totem.state()["step"]
    if step == "recovered":
        totem.client.send("POST", "/v1/recovered/leave")
    elif step != "attract":
        totem.tell("finish" if step == "ticket" else "cancel")
    assert totem.state()["step"] == "attract"
    return totem


# ---- the browser


class Seat:
    """Where the kiosk's browser runs, and is started again when it was killed."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._start = partial(start_kiosk, browser.browser_type, PANELS["portrait"], address)
        self.start()

    def start(self) -> None:
        self.kiosk = self._start()

    def kill(self) -> None:
        self.kiosk.kill()
        self.start()

    def reads(self, text: str) -> str:
        """All that can be read once ``text`` is there."""
        self.kiosk.page.get_by_text(text).first.wait_for()
        return Customer.written(self.kiosk.page)


@pytest.fixture(scope="module")
def seat(browser: Browser, totem: MortalTotem) -> Iterator[Seat]:
    one = Seat(browser, totem.address)
    yield one
    one.kiosk.kill()


@ways
def test_a_killed_browser_comes_back_to_the_same_screen(
    seat: Seat, ready: MortalTotem, at: str
) -> None:
    way, text = WAYS[at]
    way(ready)
    before = seat.reads(text)
    seat.kill()
    assert seat.reads(text) == before


# ---- the agent


@pytest.fixture
def ana(browser: Browser, ready: MortalTotem) -> Iterator[Customer]:
    one = customer_at(browser, PANELS["landscape"], ready.address)
    yield one
    one.page.context.close()


@ways
def test_a_killed_agent_comes_back_with_the_truth_about_the_money(
    ana: Customer, ready: MortalTotem, at: str
) -> None:
    charged = len(ready.far.pinpad.approvals())
    tickets = count(ready, "tickets")
    WAYS[at][0](ready)
    charged_now, tickets_now = len(ready.far.pinpad.approvals()), count(ready, "tickets")
    ready.kill()
    ana.hears_of("Um momento…")
    if at in ("card", "declined"):
        ana.sees("Não pague de novo. Já estamos conferindo.")
    ready.start_again()
    ana.sees(AFTER.get(at, "Toque para começar"))
    assert len(ready.far.pinpad.approvals()) == charged_now
    assert count(ready, "tickets") == tickets_now
    assert charged_now - charged == (1 if at == "paid" else 0)
    assert tickets_now - tickets == (1 if at in ("paid", "free") else 0)
    assert left_open(ready) == []


def count(totem: MortalTotem, table: str) -> int:
    found: int = totem.rows(f"SELECT count(*) FROM {table}")[0][0]
    return found


def left_open(totem: MortalTotem) -> list[tuple[str, ...]]:
    """Payments that nobody knows the end of, and sales without one."""
    return totem.rows("SELECT payment, state FROM payments WHERE state IN ('REQUESTED', 'UNKNOWN')")
