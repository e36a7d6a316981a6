"""What stands beside the way to the ticket, on a running totem: receipt, rights, help, pictures."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge_agent.api.screen import HELP_ALONE_S
from edge_agent.cli.agent_client import AgentError
from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from edge_agent.services.visits import HELP_S, IDLE_S
from tests.support.bench_totem import LOGO, PIN
from tests.support.flow_bench import Totem, totem_at_work

State = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("beside")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Totem]:
    with totem_at_work(folder) as totem:
        yield totem


@pytest.fixture
def totem(running: Totem) -> Iterator[Totem]:
    yield running
    running.tell("finish" if running.state()["step"] == "ticket" else "cancel")
    show(running, "")
    running.tell("help/leave")
    running.client.send("POST", "/v1/counter/session", {"secret": PIN})
    assert running.state()["step"] == "attract"


def show(totem: Totem, aside: str) -> State:
    found: State = totem.client.send("PUT", "/v1/visit/aside", {"aside": aside})
    return found


def buy(totem: Totem, service: str = "blood", method: str = "debit") -> State:
    totem.choose(service)
    totem.pay(method)
    return totem.printed()


def refusal(totem: Totem, path: str, body: State | None = None, verb: str = "POST") -> str:
    with pytest.raises(AgentError) as refused:
        totem.client.send(verb, path, body)
    return refused.value.code


def receipt_printed(state: State) -> bool:
    return bool(state["receipt"]["paper"] == "printed")


# ---- receipts


def test_a_receipt_on_paper_says_who_sold_what_for_how_much_and_is_no_tax_document(
    totem: Totem,
) -> None:
    state = buy(totem)
    assert state["receipt"] == {"offers": ["paper", "qr"], "paper": "", "asked": []}
    totem.client.send("POST", "/v1/visit/receipt/paper")
    state = totem.until(receipt_printed)
    assert "paper" not in state["receipt"]["offers"]
    paper = totem.far.papers()[-1]
    number = state["ticket"]["number"]
    for said in ("RECIBO", "NÃO É DOCUMENTO FISCAL", "12.345.678/0001-95", "45,00", number):
        assert said in paper, paper
    assert "Cartão de débito" in paper
    assert refusal(totem, "/v1/visit/receipt/paper") == "receipt-unavailable"


def test_a_receipt_is_no_second_ticket(totem: Totem) -> None:
    before = totem.far.printer.tickets_printed()
    buy(totem)
    totem.client.send("POST", "/v1/visit/receipt/paper")
    totem.until(receipt_printed)
    assert totem.far.printer.tickets_printed() == before + 1


@pytest.mark.parametrize(("service", "method"), [("result", "free"), ("blood", "counter")])
def test_what_nobody_paid_here_has_no_receipt(totem: Totem, service: str, method: str) -> None:
    assert buy(totem, service, method)["receipt"]["offers"] == ["qr"]
    assert refusal(totem, "/v1/visit/receipt/paper") == "receipt-unavailable"


def test_without_a_key_to_seal_with_no_address_is_taken(totem: Totem, folder: Path) -> None:
    buy(totem)
    body = {"channel": "email", "contact": "ana@example.org"}
    assert refusal(totem, "/v1/visit/receipt", body) == "receipt-unavailable"
    connection = open_reader(folder / JOURNAL_FILE, load_key(folder))
    try:
        found = connection.execute(
            "SELECT count(*) FROM journal WHERE instr(body, 'example.org') > 0"
        ).fetchone()
    finally:
        connection.close()
    assert found == (0,)


def test_a_receipt_needs_a_ticket(totem: Totem) -> None:
    totem.choose("blood")
    assert refusal(totem, "/v1/visit/receipt/paper") == "wrong-step"


# ---- pages beside


def test_a_page_beside_the_ticket_outlives_a_reload_and_ends_with_the_visit(totem: Totem) -> None:
    buy(totem)
    show(totem, "receipt_qr")
    assert totem.state()["aside"] == "receipt_qr"
    totem.tell("finish")
    assert totem.state()["aside"] == ""


def test_a_page_is_gone_when_the_visit_takes_a_step(totem: Totem) -> None:
    totem.choose("blood")
    show(totem, "rights")
    state = totem.client.send("PUT", "/v1/visit/step", {"step": "services"})
    assert (state["aside"], state["rights"]) == ("", [])


@pytest.mark.parametrize("aside", ["receipt", "receipt_email", "rights"])
def test_a_page_opens_only_where_it_has_a_place(totem: Totem, aside: str) -> None:
    assert refusal(totem, "/v1/visit/aside", {"aside": aside}, "PUT") == "wrong-step"


@pytest.mark.parametrize("has_ticket", [False, True])
def test_rights_name_everybody_who_sells_and_how_money_comes_back(
    totem: Totem, has_ticket: bool
) -> None:
    if has_ticket:
        buy(totem)
    else:
        totem.choose("blood")
    (entity,) = show(totem, "rights")["rights"]
    assert entity["name"] == "Laboratório Vida Clara Ltda"
    assert (entity["cnpj"], entity["phone"]) == ("12.345.678/0001-95", "(11) 4002-0100")
    assert entity["refund"]["pt"] == "Devolvemos em 7 dias."


# ---- help


def test_a_call_shows_in_health_and_metrics_and_says_no_more_than_is_true(totem: Totem) -> None:
    calls = totem.metric("totem_help_calls_total")
    state = totem.client.send("POST", "/v1/visit/help")
    assert state["help"] == {
        "is_told": False,
        "phone": "(11) 4002-0100",
        "tel": "tel:1140020100",
        "shown_s": HELP_ALONE_S,
    }
    totem.client.send("POST", "/v1/visit/help")
    assert totem.client.get("/v1/health")["help_wanted"] is True
    assert totem.metric("totem_help_wanted") == 1
    assert totem.metric("totem_help_calls_total") == calls + 1


def test_a_call_writes_nothing_prints_nothing_and_ends_when_an_attendant_comes(
    totem: Totem,
) -> None:
    papers, head = len(totem.far.papers()), totem.client.get("/v1/health")["head"]
    totem.client.send("POST", "/v1/visit/help")
    assert totem.client.get("/v1/health")["head"] == head
    totem.client.send("POST", "/v1/counter/session", {"secret": PIN})
    assert totem.client.get("/v1/health")["help_wanted"] is False
    assert len(totem.far.papers()) == papers


def test_help_closes_by_one_touch_and_the_visit_is_where_it_was(totem: Totem) -> None:
    totem.choose("blood")
    state = totem.client.send("POST", "/v1/visit/help")
    assert (state["help"]["shown_s"], state["idle_s"]) == (HELP_S, 0)
    state = totem.client.send("POST", "/v1/visit/help/leave")
    assert (state["help"], state["step"], state["idle_s"]) == (None, "review", IDLE_S)


def test_the_page_from_which_somebody_was_called_is_found_again(totem: Totem) -> None:
    buy(totem)
    show(totem, "receipt_qr")
    state = totem.client.send("POST", "/v1/visit/help")
    assert (state["aside"], state["help"] is not None) == ("receipt_qr", True)
    state = totem.client.send("POST", "/v1/visit/help/leave")
    assert (state["aside"], state["help"]) == ("receipt_qr", None)


def test_help_ends_with_the_step_and_does_not_come_back(totem: Totem) -> None:
    totem.choose("blood")
    totem.client.send("POST", "/v1/visit/help")
    walked = totem.client.send("PUT", "/v1/visit/step", {"step": "services"})
    assert walked["help"] is None
    assert totem.client.send("PUT", "/v1/visit/step", {"step": "review"})["help"] is None


# ---- the owner's pictures


def test_the_logo_is_served_as_what_it_is_and_can_run_nothing(totem: Totem) -> None:
    where = totem.state()["brand"]["logo"]
    assert where.startswith("/v1/pictures/logo?v=")
    with urllib.request.urlopen(f"{totem.address}{where}", timeout=5) as answer:
        assert answer.read() == LOGO
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert "sandbox" in answer.headers["content-security-policy"]
    with pytest.raises(AgentError) as refused:
        totem.client.get("/v1/pictures/none")
    assert refused.value.code == "not-found"
