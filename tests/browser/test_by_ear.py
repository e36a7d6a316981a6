"""A customer who sees nothing, and whose screen nobody else sees, buys by every method at a real
totem: by keys alone, with the picture off, on what the totem says.

The reader is a TEF manager and the charge port central's; both are emulators and the witnesses of
what was charged.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from edge_agent.devices.emulators.tef import Behaviour, TefEmulator, Timing
from tests.browser.chromium import PANELS
from tests.browser.listener import Listener, listener_at
from tests.support.pix_bench import PixBench, method_of, pix_bench, until
from tests.support.sample_catalogue import QUIET, sample_page

START, FREE, PAID = "Toque para começar", "Retirar resultados", "Hemograma completo"
DEBIT, CREDIT, VOUCHER = "Cartão de débito", "Cartão de crédito", "Vale-refeição"
PIX, COUNTER = "Pix", "No balcão"
PRICE, CREDIT_PRICE, PART = "R$ 32,00", "R$ 33,90", "R$ 11,30"
THANKS = "Tudo pago. Esta é sua senha"
STEPS = 4
POLICY = {**QUIET, "instalments_max": 3, "instalment_minor_min": 1_000}


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> TefEmulator:
    folder = tmp_path_factory.mktemp("tef")
    return TefEmulator(Behaviour(delay_s=0.02), folder, timing=Timing().scaled(0.1))


@pytest.fixture(scope="module")
def bench(
    built: None, tmp_path_factory: pytest.TempPathFactory, manager: TefEmulator
) -> Iterator[PixBench]:
    page = sample_page(POLICY, voucher={"hemograma": 3_200})
    with pix_bench(tmp_path_factory.mktemp("ear"), catalogue=page, terminal=manager) as one:
        one.totem.choose("hemograma")
        one.totem.until(lambda it: method_of(it, "pix")["available"])
        one.totem.tell("cancel")
        yield one


@pytest.fixture
def ivo(browser: Browser, bench: PixBench) -> Iterator[Listener]:
    """A customer by ear at the first screen; the picture is back once they have gone."""
    one = listener_at(browser, PANELS["portrait"], bench.totem.address)
    one.begin()
    yield one
    one.page.context.close()
    step = bench.totem.state()["step"]
    if step != "attract":
        bench.totem.tell("finish" if step == "ticket" else "cancel")
    bench.totem.client.send("PUT", "/v1/access", {})
    assert one.strangers(bench.totem.address) == []
    assert one.touches == 0
    assert bench.books_agree()


def choose_paid(ivo: Listener) -> None:
    """To the methods."""
    ivo.press(START)
    ivo.hears_page("O que você precisa?", PRICE, "R$ 189,00")
    ivo.press(PAID)
    ivo.hears("escolhido, botão")
    ivo.press("Continuar")
    ivo.hears_page("Está tudo certo?", PAID, PRICE)
    ivo.press("Pagar")
    ivo.hears_page("Como você quer pagar?", DEBIT, CREDIT, VOUCHER, PIX, COUNTER, CREDIT_PRICE)


def takes_the_ticket(ivo: Listener, bench: PixBench, title: str, *texts: str) -> None:
    """And leaves; the picture is back for who comes next."""
    number = bench.totem.printed()["ticket"]["number"]
    ivo.hears(title, "Retire o papel")
    ivo.hear_again()
    ivo.hears_page(title, number, *texts, "Concluir · ")
    ivo.press("Concluir")
    ivo.page.locator("[data-curtain]").wait_for(state="detached")
    ivo.sees(START)
    assert not any(bench.totem.state()["access"].values())


def hears_the_code(ivo: Listener) -> None:
    """Once it is made, how long it lives."""
    ivo.hears("Leia o código com o celular", "A senha sai sozinha quando o Pix chegar.")
    ivo.hear_again()
    ivo.hears_page("Leia o código com o celular", f"Código Pix de {PRICE}", "para pagar")


def let_time_pass(ivo: Listener, bench: PixBench) -> None:
    """The page's own, up to its warning, in steps too short for its question to the agent to be
    overdue.
    """
    state = bench.totem.state()
    for _ in range(STEPS):
        with ivo.page.expect_request(lambda it: "/v1/state" in it.url):
            bench.totem.client.send("PUT", "/v1/access", state["access"])
        ivo.page.clock.fast_forward(state["idle_s"] * 1_000 // STEPS)


def charged(manager: TefEmulator) -> list[int]:
    """Once no sale waits for the totem's word: it is given after the paper."""
    until(lambda: not manager.pending())
    return [it.amount_minor for it in manager.charged()]


def test_a_key_brings_the_picture_back_and_the_voice_stays(ivo: Listener, bench: PixBench) -> None:
    ivo.press("Tela apagada")
    ivo.page.locator("[data-curtain]").wait_for(state="detached")
    assert bench.totem.state()["access"]["speech"]


def test_a_free_ticket_and_the_warning_before_the_visit_ends(
    ivo: Listener, bench: PixBench
) -> None:
    ivo.press(START)
    ivo.hears_page("O que você precisa?", FREE)
    ivo.press(FREE)
    bench.totem.until(lambda it: it["cart"])
    let_time_pass(ivo, bench)
    ivo.hears("Você ainda está aí?", "Tempo restante em segundos: ", "Continuar, botão")
    assert ivo.others_see() == "the curtain"
    ivo.press("Continuar")
    ivo.hears_page("O que você precisa?", f"{FREE}, Grátis", "1 item Grátis")
    ivo.press("Pegar senha")
    takes_the_ticket(ivo, bench, "Pronto. Esta é sua senha")


@pytest.mark.parametrize("method", [DEBIT, VOUCHER])
def test_a_card_at_once(ivo: Listener, bench: PixBench, manager: TefEmulator, method: str) -> None:
    before = charged(manager)
    choose_paid(ivo)
    ivo.press(method)
    takes_the_ticket(ivo, bench, THANKS, PRICE)
    assert charged(manager) == [*before, 3_200]


def test_a_credit_card_in_parts(ivo: Listener, bench: PixBench, manager: TefEmulator) -> None:
    before = charged(manager)
    choose_paid(ivo)
    ivo.press(CREDIT)
    ivo.hears_page("Em quantas vezes?", f"3 x de {PART}", CREDIT_PRICE)
    ivo.press("3 x de")
    takes_the_ticket(ivo, bench, THANKS, CREDIT_PRICE)
    assert charged(manager) == [*before, 3_390]


def test_a_declined_card_and_then_the_counter(
    ivo: Listener, bench: PixBench, manager: TefEmulator
) -> None:
    before = charged(manager)
    manager.faults.add("decline")
    choose_paid(ivo)
    ivo.press(DEBIT)
    ivo.hears_page("O banco não aprovou o cartão", "Nada foi cobrado.", "Outra forma, botão")
    manager.faults.clear()
    ivo.press("Outra forma")
    ivo.hears_page("Como você quer pagar?", COUNTER)
    ivo.press(COUNTER)
    takes_the_ticket(ivo, bench, "Pague no balcão", PRICE, "A pagar")
    assert charged(manager) == before


def test_a_pix_that_is_over_and_then_one_that_is_paid(ivo: Listener, bench: PixBench) -> None:
    before = len(bench.charges.received())
    choose_paid(ivo)
    ivo.press(PIX)
    hears_the_code(ivo)
    bench.expire()
    ivo.hears_page("O tempo deste código acabou", "Novo código, botão")
    assert len(bench.charges.received()) == before
    ivo.press("Novo código")
    hears_the_code(ivo)
    bench.pay()
    takes_the_ticket(ivo, bench, THANKS, PRICE)
    assert len(bench.charges.received()) == before + 1
