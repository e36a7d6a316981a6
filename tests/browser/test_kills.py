"""Whatever dies at whatever screen, the customer finds the right one again: the browser is killed
and a new one shows the same; the agent is killed and what it then shows is true of the money.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserType

from tests.browser.killing import (
    NOTHING,
    Screen,
    Seat,
    kill_agent,
    kill_browser,
    mortal,
    seated,
)
from tests.support.flow_bench import MortalTotem, totem_at_work
from tests.support.sample_catalogue import sample_page

PAID, FREE = "hemograma", "resultados"
TAKE_PAPER, PAUSED = "Retire o papel abaixo da tela.", "Este totem está em pausa"
CUT = "A energia caiu. Se o papel não saiu, toque para imprimir."


def begin(totem: MortalTotem) -> None:
    totem.client.send("POST", "/v1/visit", {"locale": "pt"})


def fill(totem: MortalTotem, service: str = PAID) -> None:
    begin(totem)
    lines = [{"service": service, "quantity": 2}]
    totem.client.send("PUT", "/v1/visit/cart", {"lines": lines})


def walk(totem: MortalTotem, step: str) -> None:
    fill(totem)
    totem.client.send("PUT", "/v1/visit/step", {"step": step})


def pay(totem: MortalTotem, method: str = "debit") -> None:
    walk(totem, "method")
    totem.pay(method)


def until_card(totem: MortalTotem, step: str) -> None:
    """The customer has done their part, and the screen has the reader's own words."""
    totem.until(
        lambda it: (
            it["payment"]["step"] == step
            and it["payment"]["message"] != ""
            and not totem.far.cards_left
        )
    )


def wait_for_card(totem: MortalTotem) -> None:
    totem.far.next_cards("timeout")
    pay(totem)
    until_card(totem, "insert_card")


def wait_for_pin(totem: MortalTotem) -> None:
    totem.far.next_cards("timeout_at_pin")
    pay(totem)
    until_card(totem, "enter_pin")


def be_declined(totem: MortalTotem) -> None:
    totem.far.next_cards("decline")
    pay(totem)
    until_card(totem, "declined")


def have_paid(totem: MortalTotem) -> None:
    pay(totem)
    totem.printed()


def take_free(totem: MortalTotem) -> None:
    fill(totem, FREE)
    totem.pay("free")
    totem.printed()


def pay_at_counter(totem: MortalTotem) -> None:
    pay(totem, "counter")
    assert totem.printed()["ticket"]["kind"] == "to_pay"


def lose_paper(totem: MortalTotem) -> None:
    """It ends in the middle of a ticket that was paid."""
    totem.far.act("paper_end_after_lines=4")
    pay(totem)
    totem.until(lambda it: it["ticket"] and it["ticket"]["print"] == "failed")


def be_without_paper(totem: MortalTotem) -> None:
    totem.far.act("paper_end")
    totem.until(lambda it: it["step"] == "out_of_order")


def beside(aside: str, way: Callable[[MortalTotem], object]) -> Callable[[MortalTotem], object]:
    def opened(totem: MortalTotem) -> None:
        way(totem)
        totem.client.send("PUT", "/v1/visit/aside", {"aside": aside})

    return opened


def call_somebody(totem: MortalTotem) -> None:
    walk(totem, "method")
    totem.tell("help")


def cut_at_card(totem: MortalTotem) -> None:
    wait_for_card(totem)
    cut(totem)


def cut_at_paper(totem: MortalTotem) -> None:
    """While a ticket that was paid comes out."""
    totem.far.act("lines_per_s=1")
    pay(totem)
    totem.until(lambda it: it["ticket"] and it["ticket"]["print"] == "late")
    cut(totem)


def cut(totem: MortalTotem) -> None:
    totem.kill()
    totem.far.act("lines_per_s=0")
    totem.come_back()
    assert totem.state()["step"] == "recovered"


def after_paying(aside: str, text: str) -> Screen[MortalTotem]:
    """A page beside the paid ticket."""
    way = beside(aside, have_paid)
    return Screen(way, text, is_money_open=True, charges=1, tickets=1)


SCREENS: dict[str, Screen[MortalTotem]] = {
    "attract": Screen(lambda totem: totem.state(), "Toque para começar"),
    "services": Screen(begin, "Toque no que você precisa"),
    "chosen": Screen(fill, "Continuar"),
    "review": Screen(lambda totem: walk(totem, "review"), "Está tudo certo?"),
    "rights": Screen(
        beside("rights", lambda totem: walk(totem, "review")),
        "Devolvemos o valor em até 7 dias",
    ),
    "method": Screen(lambda totem: walk(totem, "method"), "Como você quer pagar?"),
    "help": Screen(call_somebody, "Fale com uma pessoa"),
    "instalments": Screen(lambda totem: walk(totem, "instalments"), "Em quantas vezes?"),
    "card": Screen(wait_for_card, "Aproxime ou insira o cartão", NOTHING, is_money_open=True),
    "pin": Screen(wait_for_pin, "Digite a senha do cartão", NOTHING, is_money_open=True),
    "declined": Screen(be_declined, "O cartão não foi aprovado", NOTHING),
    "paid": Screen(have_paid, TAKE_PAPER, is_money_open=True, charges=1, tickets=1),
    "receipt": after_paying("receipt", "Como você quer o recibo?"),
    "receipt_qr": after_paying("receipt_qr", "Ele prova sua senha e seu pagamento."),
    "receipt_email": after_paying("receipt_email", "Qual é o seu e-mail?"),
    "receipt_phone": after_paying("receipt_phone", "Qual é o seu celular?"),
    "free": Screen(take_free, TAKE_PAPER, tickets=1),
    "to_pay": Screen(pay_at_counter, TAKE_PAPER, tickets=1),
    "no_paper": Screen(
        lose_paper,
        "O papel acabou. Sua senha vale do mesmo jeito.",
        "O papel não saiu. Anote o número: ele vale do mesmo jeito.",
        is_money_open=True,
        charges=1,
        tickets=1,
    ),
    "out_of_order": Screen(be_without_paper, PAUSED, PAUSED),
    "recovered_unpaid": Screen(cut_at_card, "O pedido não foi concluído.", NOTHING),
    "recovered_paid": Screen(
        cut_at_paper, CUT, "Seu pedido está pago", is_money_open=True, charges=1, tickets=1
    ),
}
screens = pytest.mark.parametrize("at", SCREENS)


@pytest.fixture(scope="module")
def totem(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalTotem]:
    with totem_at_work(
        tmp_path_factory.mktemp("kills"), catalogue=sample_page(), second_s=1
    ) as one:
        yield one


@pytest.fixture(scope="module")
def seat(kind: BrowserType, totem: MortalTotem) -> Iterator[Seat]:
    with seated(kind, totem.address) as one:
        yield one


@pytest.fixture
def ready(totem: MortalTotem) -> MortalTotem:
    """The same totem, able to sell, with nobody at it."""
    if totem.state()["step"] == "payment":
        totem.tell("cancel")
        totem.until(lambda it: it["payment"] is None or it["payment"]["step"] == "cancelled")
    step = totem.state()["step"]
    if step == "recovered":
        totem.client.send("POST", "/v1/recovered/leave")
    elif step not in ("attract", "out_of_order"):
        totem.tell("finish" if step == "ticket" else "cancel")
    totem.far.act("paper_in")
    totem.until(
        lambda it: it["step"] == "attract" and totem.client.get("/v1/health")["reader"] == "ready"
    )
    return totem


@screens
def test_a_killed_browser_comes_back_to_the_same_screen(
    seat: Seat, ready: MortalTotem, at: str
) -> None:
    kill_browser(seat, ready, SCREENS[at])


@screens
def test_a_killed_agent_comes_back_with_the_truth_about_the_money(
    seat: Seat, ready: MortalTotem, at: str
) -> None:
    kill_agent(seat, mortal(ready), ready, SCREENS[at])
    assert left_open(ready) == []


def left_open(totem: MortalTotem) -> list[tuple[Any, ...]]:
    """Payments that nobody knows the end of."""
    return totem.rows("SELECT payment, state FROM payments WHERE state IN ('REQUESTED', 'UNKNOWN')")
