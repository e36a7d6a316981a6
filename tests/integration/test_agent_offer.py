"""A customer at a totem that asks, runs out and closes: a whole agent, emulated devices."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from edge_agent.cli.agent_client import AgentError
from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from sync_protocol.feed import SitePolicy
from tests.support.bench_totem import CATALOGUE
from tests.support.flow_bench import State, Totem
from tests.support.offer_bench import KIT, LAST, totem_offering


@pytest.fixture(scope="module")
def totem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Totem]:
    folder = tmp_path_factory.mktemp("offer")
    with totem_offering(folder, {"service/kit": KIT}) as one:
        yield one


@pytest.fixture(autouse=True)
def nobody_stays(totem: Totem) -> Iterator[None]:
    """Each test leaves the screen as the next customer finds it."""
    yield
    totem.tell("finish" if totem.state()["step"] == "ticket" else "cancel")
    assert totem.state()["step"] == "attract"


def begin(totem: Totem) -> None:
    totem.client.send("POST", "/v1/visit", {"locale": "pt"})


def walk(totem: Totem, step: str, service: str = "") -> State:
    found: State = totem.client.send("PUT", "/v1/visit/step", {"step": step, "service": service})
    return found


def pick(totem: Totem, *options: str, quantity: int = 1) -> State:
    body = {"options": list(options), "quantity": quantity}
    found: State = totem.client.send("PUT", "/v1/visit/choosing", body)
    return found


def add(totem: Totem) -> State:
    found: State = totem.client.send("POST", "/v1/visit/choosing")
    return found


def cart(totem: Totem, *lines: dict[str, Any]) -> State:
    found: State = totem.client.send("PUT", "/v1/visit/cart", {"lines": list(lines)})
    return found


def refused(deed: Any) -> str:
    with pytest.raises(AgentError) as caught:
        deed()
    return caught.value.code


def test_options_are_chosen_priced_paid_and_printed(totem: Totem) -> None:
    begin(totem)
    state = walk(totem, "options", "kit")
    assert (state["step"], state["choosing"]["total_minor"]) == ("options", 1_490)
    assert state["choosing"]["missing"] == ["drink"]
    names = [it["id"] for it in state["choosing"]["service"]["options"][0]["choices"]]
    assert names == ["coffee", "juice"]
    state = pick(totem, "coffee", "juice", "cake", quantity=2)
    assert state["choosing"]["options"] == ["juice", "cake"]
    assert state["choosing"]["missing"] == []
    assert (state["choosing"]["total_minor"], state["choosing"]["is_from"]) == (4_880, True)
    assert totem.state()["choosing"] == state["choosing"]
    state = add(totem)
    assert (state["step"], state["choosing"]) == ("services", None)
    walk(totem, "review")
    totem.pay("debit")
    state = totem.printed()
    assert state["ticket"]["total_minor"] == 4_880
    paper = next(it for it in reversed(totem.far.papers()) if "Kit desjejum" in it)
    assert "2 x Kit desjejum" in paper
    assert "+ Suco (R$ 3,50)" in paper
    assert "+ Bolo (R$ 6,00)" in paper


def test_a_question_without_its_answer_is_refused_and_nothing_is_lost(totem: Totem) -> None:
    begin(totem)
    walk(totem, "options", "kit")
    pick(totem, "cake")
    assert refused(lambda: add(totem)) == "options-missing"
    assert refused(lambda: pick(totem, "cake", "yoghurt", "granola")) == "too-many-options"
    assert refused(lambda: pick(totem, "wine")) == "unknown-option"
    assert refused(lambda: pick(totem, "coffee", quantity=0)) == "bad-amount"
    state = totem.state()
    assert (state["step"], state["choosing"]["options"]) == ("options", ["cake"])
    assert refused(lambda: cart(totem, {"service": "kit", "quantity": 1})) == "wrong-step"
    walk(totem, "services")
    assert refused(lambda: cart(totem, {"service": "kit", "quantity": 1})) == "options-missing"


def test_the_same_choice_again_is_the_same_line_and_another_is_another(totem: Totem) -> None:
    begin(totem)
    for options in (["coffee"], ["coffee"], ["juice"]):
        walk(totem, "options", "kit")
        pick(totem, *options)
        state = add(totem)
    assert [(it["quantity"], it["total_minor"]) for it in state["cart"]] == [(2, 2_980), (1, 1_840)]
    assert [it["id"] for it in state["cart"][1]["options"]] == ["juice"]


def test_a_service_without_questions_has_no_page_of_them(totem: Totem) -> None:
    begin(totem)
    assert refused(lambda: walk(totem, "options", "blood")) == "unknown-service"
    assert refused(lambda: add(totem)) == "wrong-step"
    walk(totem, "options", "kit")
    state = totem.client.send("PUT", "/v1/visit/locale", {"locale": "es"})
    assert (state["step"], state["locale"]) == ("options", "es")


def test_what_is_gone_is_refused_before_money_and_greyed(tmp_path: Path) -> None:
    with totem_offering(tmp_path, {"service/last": LAST}) as totem:
        begin(totem)
        assert refused(lambda: cart(totem, {"service": "last", "quantity": 4})) == "sold-out"
        state = cart(totem, {"service": "last", "quantity": 3})
        assert state["cart"][0]["off"] == ""
        walk(totem, "review")
        totem.pay("counter")
        totem.printed()
        totem.tell("finish")
        last = [it for it in totem.client.get("/v1/catalogue")["services"] if it["id"] == "last"]
        assert last[0]["off"] == "sold_out"
        begin(totem)
        assert refused(lambda: cart(totem, {"service": "last", "quantity": 1})) == "sold-out"


def test_out_of_hours_the_totem_says_when_it_opens_and_starts_no_visit(tmp_path: Path) -> None:
    closed = SitePolicy(exceptions={key: [] for key in _every_day()})
    with totem_offering(tmp_path, {"policy": closed}) as totem:
        state = totem.state()
        assert (state["step"], state["reopens"]) == ("closed", "")
        assert refused(lambda: begin(totem)) == "closed"


def test_a_site_that_never_closes_is_open_at_any_hour(tmp_path: Path) -> None:
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    policy = structs.replace(CATALOGUE.policy, hours={key: ["00:00-24:00"] for key in days})
    with totem_offering(tmp_path, {"policy": policy}) as totem:
        assert totem.state()["step"] == "attract"
        totem.choose("result")
        totem.pay("free")
        totem.printed()
    connection = open_reader(tmp_path / JOURNAL_FILE, load_key(tmp_path))
    assert connection.execute("SELECT count(*) FROM tickets").fetchone()[0] == 1
    connection.close()


def _every_day() -> list[str]:
    """Every date of the years around any day this runs on."""
    first = datetime.now(UTC).date() - timedelta(days=2)
    return [(first + timedelta(days=it)).isoformat() for it in range(380)]
