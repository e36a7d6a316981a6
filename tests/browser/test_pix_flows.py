"""A customer pays by PIX at the real touchscreen, on both panels: in time, too late, not at all.

The charge port is its emulator, which is the witness of what was paid.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import PANELS
from tests.browser.customer import Customer, customer_at
from tests.support.pix_bench import PixBench, pix_bench

START, BLOOD, PIX = "Toque para começar", "Hemograma", "Pix"


@pytest.fixture(scope="module")
def bench(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PixBench]:
    with pix_bench(tmp_path_factory.mktemp("pix-flows")) as one:
        one.until_offered()
        yield one


@pytest.fixture(params=PANELS)
def rui(browser: Browser, bench: PixBench, request: pytest.FixtureRequest) -> Iterator[Customer]:
    """A customer who came to the code; who leaves the books right."""
    one = customer_at(browser, PANELS[str(request.param)], bench.totem.address)
    one.choose(START, BLOOD, "Continuar", "Pagar", PIX)
    one.hears_of("Leia o código com o celular")
    one.page.get_by_label("Código Pix de R$ 45,00").wait_for()
    yield one
    one.page.context.close()
    assert one.strangers(bench.totem.address) == []
    step = bench.totem.state()["step"]
    if step != "attract":
        bench.totem.tell("finish" if step == "ticket" else "cancel")
    assert bench.books_agree()


def test_a_paid_code_is_a_ticket_in_at_most_six_touches(rui: Customer, bench: PixBench) -> None:
    bench.pay()
    rui.hears_of("Tudo pago. Esta é sua senha")
    assert rui.touches <= 6
    assert bench.totem.printed()["ticket"]["kind"] == "paid"


def test_a_code_that_is_over_is_made_anew(rui: Customer, bench: PixBench) -> None:
    bench.expire()
    rui.hears_of("O tempo deste código acabou")
    rui.sees("vamos achar seu Pix")
    rui.touch("Novo código")
    rui.hears_of("Leia o código com o celular")
    rui.page.get_by_label("Código Pix de R$ 45,00").wait_for()
    bench.pay()
    rui.hears_of("Tudo pago. Esta é sua senha")


def test_a_pix_that_comes_too_late_is_the_customers_choice(rui: Customer, bench: PixBench) -> None:
    bench.expire()
    rui.hears_of("O tempo deste código acabou")
    bench.pay()
    rui.hears_of("Seu Pix chegou")
    rui.touch("Pegar minha senha")
    rui.hears_of("Tudo pago. Esta é sua senha")


def test_a_cancelled_pix_charges_nothing(rui: Customer, bench: PixBench) -> None:
    before = len(bench.charges.received())
    rui.touch("Cancelar Pix")
    rui.hears_of("Você cancelou o Pix")
    rui.sees("Nada foi cobrado.")
    rui.touch("Encerrar")
    rui.sees(START)
    assert len(bench.charges.received()) == before
