"""A browser or an agent dies around a PIX, while the customer's bank app goes on doing what it
does: the screen never calls money uncharged that came, nor asks for it twice.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserType

from edge_agent.services.pix_sale import code_of
from tests.browser.killing import (
    NOTHING,
    Mortal,
    Screen,
    Seat,
    kill_agent,
    kill_browser,
    seated,
)
from tests.support.pix_bench import PixBench, pix_bench, stage, until

WAITING, OVER = "A senha sai sozinha quando o Pix chegar.", "O tempo deste código acabou"
DOUBT, BACK = "Já estamos conferindo seu pagamento.", "Seu Pix será devolvido"
LATE = "Seu Pix chegou"


def expire(bench: PixBench) -> None:
    bench.show_qr()
    bench.expire()
    bench.totem.until(lambda it: stage(it) == "expired")


def make_anew(bench: PixBench) -> None:
    """A second code for the same sale."""
    expire(bench)
    bench.totem.pay("pix")
    bench.totem.until(lambda it: stage(it) == "waiting")


def pay_first_code(bench: PixBench) -> None:
    bench.pay(bench.charges.charges()[-2].txid)


def cancel(bench: PixBench) -> None:
    bench.show_qr()
    bench.totem.tell("cancel")
    bench.totem.until(lambda it: stage(it) == "cancelled")


def have_paid(bench: PixBench) -> None:
    bench.show_qr()
    bench.pay()
    bench.totem.printed()


def pay_late(bench: PixBench) -> None:
    expire(bench)
    bench.pay()
    bench.totem.until(lambda it: stage(it) == "late")


def want_it_back(bench: PixBench) -> None:
    pay_late(bench)
    bench.totem.tell("pix/refund")
    bench.totem.until(lambda it: stage(it) == "refunded")


def lose_line(bench: PixBench) -> None:
    bench.show_qr()
    bench.cut_line()
    bench.totem.until(lambda it: stage(it) == "lost")


def be_cut_with_money(bench: PixBench) -> None:
    """The power failed with the code up, and the customer paid all the same."""
    bench.show_qr()
    bench.kill()
    bench.pay()
    bench.start()
    bench.totem.until(lambda it: it["recovered"]["state"] == "late")


def come_back_for_it(bench: PixBench) -> None:
    """Whose PIX came while the power was off stands before the page that takes its code."""
    be_cut_with_money(bench)
    bench.totem.client.send("POST", "/v1/recovered/leave")
    bench.totem.client.send("PUT", "/v1/visit/aside", {"aside": "pix_claim"})


SCREENS: dict[str, Screen[PixBench]] = {
    "waiting": Screen(PixBench.show_qr, WAITING, NOTHING, is_money_open=True),
    "paid_meanwhile": Screen(
        PixBench.show_qr, WAITING, LATE, is_money_open=True, charges=1, meanwhile=PixBench.pay
    ),
    "paid_wrong_meanwhile": Screen(
        PixBench.show_qr,
        WAITING,
        BACK,
        is_money_open=True,
        charges=1,
        meanwhile=lambda bench: bench.pay(amount_minor=100),
    ),
    "first_code_paid_meanwhile": Screen(
        make_anew, WAITING, LATE, is_money_open=True, charges=1, meanwhile=pay_first_code
    ),
    "paid": Screen(
        have_paid, "Retire o papel abaixo da tela.", is_money_open=True, charges=1, tickets=1
    ),
    "expired": Screen(expire, OVER, NOTHING, is_money_open=True),
    "cancelled": Screen(cancel, "Você cancelou o Pix", NOTHING),
    "late": Screen(pay_late, LATE, LATE, is_money_open=True, charges=1),
    "refunded": Screen(want_it_back, BACK, BACK, charges=1),
    "late_recovered": Screen(be_cut_with_money, LATE, LATE, is_money_open=True, charges=1),
    "lost": Screen(
        lose_line, "A internet caiu. Já vamos conferir seu Pix.", DOUBT, is_money_open=True
    ),
    "claim": Screen(come_back_for_it, "Digite seu código", "Tenho um código Pix", charges=1),
}


@pytest.fixture(scope="module")
def bench(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PixBench]:
    with pix_bench(tmp_path_factory.mktemp("pix-kills")) as one:
        yield one


@pytest.fixture(scope="module")
def seat(kind: BrowserType, bench: PixBench) -> Iterator[Seat]:
    with seated(kind, bench.totem.address) as one:
        yield one


@pytest.fixture
def ready(bench: PixBench) -> Iterator[PixBench]:
    """The totem of all these customers. Whoever has a code at the end gets its ticket, once the
    screen knows of it too, and then the books agree.
    """
    yield bench
    bench.join_line()
    until(lambda: "UNKNOWN" not in bench.payments())
    bench.totem.until(lambda it: stage(it) != "lost")
    leave(bench)
    assert bench.totem.state()["step"] == "attract"
    assert bench.books_agree()


def leave(bench: PixBench) -> None:
    totem, state = bench.totem, bench.totem.state()
    if state["step"] == "recovered":
        totem.client.send("POST", "/v1/recovered/leave")
    elif stage(state) == "waiting":
        totem.tell("cancel")
        totem.until(lambda it: stage(it) == "cancelled")
    elif stage(state) == "late":
        totem.tell("pix/refund")
    if "PAID_LATE" in bench.payments():
        left = state["recovered"]
        code = left["case"] if left else code_of(bench.charges.charges()[-1].sale)
        totem.client.send("POST", "/v1/visit/pix/claim", {"code": code})
        totem.printed()
    totem.tell("finish" if totem.state()["step"] == "ticket" else "cancel")


@pytest.mark.parametrize("at", [at for at, it in SCREENS.items() if it.meanwhile is None])
def test_a_killed_browser_comes_back_to_the_same_screen(
    seat: Seat, ready: PixBench, at: str
) -> None:
    kill_browser(seat, ready, SCREENS[at])


@pytest.mark.parametrize("at", SCREENS)
def test_a_killed_agent_comes_back_with_the_truth_about_the_money(
    seat: Seat, ready: PixBench, at: str
) -> None:
    agent = Mortal(ready.kill, ready.start, lambda: len(ready.charges.received()), ready.tickets)
    kill_agent(seat, agent, ready, SCREENS[at])
