"""A customer at the real touchscreen of a real totem, from the first touch to the paper, on both
panels.

``totem run`` is a process, pinpad and printer are the emulators, the shop is the sample catalogue.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from edge_agent.devices.emulators.zvt import ZvtEmulator
from tests.browser.chromium import PANELS
from tests.browser.customer import Customer, customer_at
from tests.browser.measures import Band, measured
from tests.support import cut_bench
from tests.support.flow_bench import MortalTotem, totem_at_work
from tests.support.sample_catalogue import sample_page

START, FREE, PAID = "Toque para começar", "Retirar resultados", "Hemograma completo"
DEBIT, CREDIT, COUNTER = "Cartão de débito", "Cartão de crédito", "No balcão"
TO_METHODS = (START, PAID, "Continuar", "Pagar")
PRICE_MINOR = 3_200


@pytest.fixture(scope="module")
def totem(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalTotem]:
    """One whose pinpad waits as long for a card as a real one."""
    folder = tmp_path_factory.mktemp("flows")
    with totem_at_work(folder, catalogue=sample_page(), second_s=1) as one:
        yield one


@pytest.fixture(params=PANELS)
def panel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ana(browser: Browser, totem: MortalTotem, panel: str) -> Iterator[Customer]:
    """A customer at the shared totem, who leaves it as she found it."""
    yield from visiting(browser, totem, panel)
    leave(totem)
    assert totem.until(lambda it: it["step"] == "attract")["cart"] == []


def visiting(browser: Browser, totem: MortalTotem, panel: str) -> Iterator[Customer]:
    one = customer_at(browser, PANELS[panel], totem.address)
    yield one
    one.page.context.close()
    assert one.strangers(totem.address) == []


def leave(totem: MortalTotem) -> None:
    """End whatever visit is open."""
    step = totem.state()["step"]
    if step not in ("attract", "out_of_order"):
        totem.tell("finish" if step == "ticket" else "cancel")


def charges(totem: MortalTotem) -> list[int]:
    return [it.amount_minor for it in totem.far.pinpad.approvals()]


def paper_of(totem: MortalTotem) -> str:
    """The ticket on the paper, once it is out."""
    number = totem.printed()["ticket"]["number"]
    papers = [it for it in totem.far.papers() if number in it]
    assert papers != []
    return papers[0]


def stand_at_the_reader(one: Customer, totem: MortalTotem, method: str) -> None:
    """And not use the card that is asked for."""
    totem.far.next_cards("timeout")
    one.choose(*TO_METHODS, method)
    one.hears_of("Aproxime ou insira o cartão")
    totem.until(lambda _: not totem.far.cards_left)


# ---- to a ticket


def test_a_free_service_is_three_touches(ana: Customer, totem: MortalTotem) -> None:
    before = charges(totem)
    ana.choose(START, FREE, "Pegar senha")
    ana.hears_of("Pronto. Esta é sua senha")
    assert ana.touches == 3
    assert "Retirar resultados" in paper_of(totem)
    assert charges(totem) == before


def test_an_approved_card_is_at_most_six_touches_and_one_charge(
    ana: Customer, totem: MortalTotem
) -> None:
    before = charges(totem)
    ana.choose(*TO_METHODS, DEBIT)
    ana.hears_of("Tudo pago. Esta é sua senha")
    ana.sees("R$ 32,00")
    assert ana.touches <= 6
    assert "Hemograma" in paper_of(totem)
    assert charges(totem) == [*before, PRICE_MINOR]


def test_a_declined_card_is_not_charged_and_may_be_tried_again(
    ana: Customer, totem: MortalTotem
) -> None:
    before = charges(totem)
    totem.far.next_cards("decline", "approve_offline")
    ana.choose(*TO_METHODS, DEBIT)
    ana.hears_of("O cartão não foi aprovado")
    ana.sees("Nada foi cobrado.")
    assert charges(totem) == before
    ana.touch("Tentar de novo")
    ana.hears_of("Tudo pago. Esta é sua senha")
    paper_of(totem)
    assert charges(totem) == [*before, PRICE_MINOR]


def test_the_counter_takes_the_money_later(ana: Customer, totem: MortalTotem) -> None:
    before = charges(totem)
    ana.choose(*TO_METHODS, COUNTER)
    ana.hears_of("Pague no balcão")
    assert "BALCÃO" in paper_of(totem).upper()
    assert charges(totem) == before


def test_a_customer_cancels_at_the_reader(ana: Customer, totem: MortalTotem) -> None:
    before = charges(totem)
    stand_at_the_reader(ana, totem, CREDIT)
    ana.touch("Cancelar pagamento")
    ana.sees("Nada foi cobrado.")
    ana.touch("Encerrar")
    ana.sees(START)
    assert charges(totem) == before


@pytest.fixture(scope="module")
def asking(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalTotem]:
    """A totem of the sample's own site: it offers priority and asks for a CPF."""
    with totem_at_work(tmp_path_factory.mktemp("asking"), catalogue=sample_page({})) as one:
        yield one


@pytest.fixture
def clara(browser: Browser, asking: MortalTotem, panel: str) -> Iterator[Customer]:
    yield from visiting(browser, asking, panel)
    leave(asking)


def test_a_site_that_asks_still_sells_in_six_touches(clara: Customer, asking: MortalTotem) -> None:
    before = charges(asking)
    clara.choose(*TO_METHODS, "Pular", DEBIT)
    clara.hears_of("Tudo pago. Esta é sua senha")
    assert clara.touches <= 6
    paper_of(asking)
    assert charges(asking) == [*before, PRICE_MINOR]


def test_a_service_with_options_is_asked_about(clara: Customer, asking: MortalTotem) -> None:
    clara.choose(START, "Kit desjejum", "Café com leite", "Adicionar")
    asking.until(lambda it: it["total_minor"] == 1_490 + 200)


# ---- in their own way


def test_the_language_changes_at_a_touch_and_not_for_the_next_customer(ana: Customer) -> None:
    ana.touch("English")
    ana.hears_of("What do you need?")
    ana.touch("Español")
    ana.hears_of("¿Qué necesita?")
    assert ana.page.evaluate("document.documentElement.lang").startswith("es")
    ana.touch("Salir")
    ana.sees(START)
    assert ana.page.evaluate("document.documentElement.lang") == "pt-BR"


def test_keys_alone_lead_to_a_ticket(ana: Customer, totem: MortalTotem) -> None:
    for name in (*TO_METHODS, DEBIT):
        ana.press(name)
    ana.hears_of("Tudo pago. Esta é sua senha")
    paper_of(totem)
    ana.press("Concluir")
    ana.sees(START)
    assert ana.touches == 0


def out_of_reach(one: Customer, band: Band) -> list[str]:
    return [it for it in measured(one.page, band=band) if "out of reach" in it]


def test_low_mode_brings_everything_within_reach(
    built: None, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a panel that reaches beyond both ends of the band."""
    monkeypatch.setenv("TOTEM_SCREEN__BOTTOM_EDGE_MM", "750")
    with totem_at_work(tmp_path, catalogue=sample_page()) as totem:
        buy_seated(browser, totem)


def buy_seated(browser: Browser, totem: MortalTotem) -> None:
    for one in visiting(browser, totem, "portrait"):
        one.touch("Acessibilidade")
        one.page.get_by_role("switch", name="Tela mais baixa").click()
        one.choose("Pronto", START, FREE)
        band = totem.until(lambda it: it["access"]["low"])["panel"]
        assert 0 < band["band_top"] < band["band_bottom"] < 1
        one.button("Pegar senha").wait_for()
        assert out_of_reach(one, band) == []
        one.touch("Pegar senha")
        one.hears_of("Pronto. Esta é sua senha")
        paper_of(totem)
        assert out_of_reach(one, band) == []
    leave(totem)
    assert not totem.until(lambda it: it["step"] == "attract")["access"]["low"]


# ---- what goes wrong


def test_paper_that_ends_puts_the_ticket_on_the_screen(ana: Customer, totem: MortalTotem) -> None:
    totem.far.act("paper_end_after_lines=4")
    ana.choose(START, FREE, "Pegar senha")
    ana.hears_of("Anote sua senha")
    number = totem.until(lambda it: it["ticket"] and it["ticket"]["print"] != "printing")
    ana.sees(number["ticket"]["number"])
    ana.sees("O papel acabou. Sua senha vale do mesmo jeito.")
    ana.touch("Já anotei")
    ana.hears_of("Este totem está em pausa")
    totem.far.act("paper_in")
    ana.sees(START)


def test_a_reader_that_is_lost_leaves_the_counter(ana: Customer, totem: MortalTotem) -> None:
    before = charges(totem)
    stand_at_the_reader(ana, totem, DEBIT)
    totem.far.stop_pinpad()
    ana.hears_of("O leitor está sem conexão")
    ana.sees("Nada foi cobrado.")
    ana.touch("Outra forma")
    ana.sees("Leitor de cartão em manutenção")
    ana.touch(COUNTER)
    ana.hears_of("Pague no balcão")
    paper_of(totem)
    assert charges(totem) == before
    totem.far.start_pinpad()
    totem.until(lambda _: totem.client.get("/v1/health")["reader"] == "ready")


@pytest.fixture
def terminal() -> ZvtEmulator:
    """One whose end can stay unseen."""
    return cut_bench.terminal()


@pytest.fixture
def doubtful(built: None, tmp_path: Path, terminal: ZvtEmulator) -> Iterator[MortalTotem]:
    with totem_at_work(tmp_path, catalogue=sample_page(), terminal=terminal) as one:
        yield one


@pytest.fixture
def bia(browser: Browser, doubtful: MortalTotem, panel: str) -> Iterator[Customer]:
    """A customer at the totem whose terminal leaves doubts."""
    yield from visiting(browser, doubtful, panel)


def test_a_doubt_asks_nobody_to_pay_again_and_ends_without_a_charge(
    bia: Customer, doubtful: MortalTotem, terminal: ZvtEmulator
) -> None:
    terminal.faults.add("silent_after_card")
    bia.choose(*TO_METHODS, DEBIT)
    bia.hears_of("Confirmando o pagamento")
    doubtful.far.stop_pinpad()
    bia.hears_of("Não pague de novo")
    bia.sees(doubtful.until(lambda it: it["case"])["case"]["code"])
    offered = set(bia.page.get_by_role("button").all_inner_texts())
    assert offered == {"Chamar alguém", "Acessibilidade", "Já anotei"}
    terminal.faults.clear()
    doubtful.far.start_pinpad()
    bia.sees("Nada foi cobrado.")
    assert len(terminal.charged()) == 1
    assert doubtful.rows("SELECT count(*) FROM tickets") == [(0,)]


def test_a_doubt_that_was_a_charge_ends_with_its_ticket(
    bia: Customer, doubtful: MortalTotem, terminal: ZvtEmulator
) -> None:
    terminal.faults.add("unplug_before_completion")
    bia.choose(*TO_METHODS, DEBIT)
    bia.hears_of("Tudo pago. Esta é sua senha")
    assert [it.amount_minor for it in terminal.charged()[1:]] == [PRICE_MINOR]
    assert doubtful.rows("SELECT count(*) FROM tickets") == [(1,)]


# ---- nobody else hears of it


def test_the_page_comes_under_a_policy_that_lets_nothing_out(ana: Customer) -> None:
    assert ana.answer is not None
    policy = ana.answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    told = ana.page.evaluate(
        """() => new Promise((resolve) => {
          addEventListener("securitypolicyviolation", (it) => resolve(it.effectiveDirective));
          fetch("http://127.0.0.1:9/").catch(() => undefined);
        })"""
    )
    assert told == "connect-src"
