"""A customer at the totem, and everything that can go wrong before them.

``totem run`` is a real process; printer and pinpad are the emulators over TCP; central is nowhere.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.cli.agent_client import AgentError
from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from tests.support.flow_bench import PATIENCE_S, State, Totem, totem_at_work


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Totem, Path]]:
    folder = tmp_path_factory.mktemp("flows")
    with totem_at_work(folder) as totem:
        yield totem, folder


@pytest.fixture
def totem(shared: tuple[Totem, Path]) -> Iterator[Totem]:
    """The same totem for every good day; each test ends its own visit."""
    one, _ = shared
    yield one
    if one.state()["step"] == "ticket":
        one.tell("finish")
    assert one.state()["step"] == "attract"


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    connection = open_reader(folder / JOURNAL_FILE, load_key(folder))
    try:
        found: list[tuple[object, ...]] = connection.execute(sql).fetchall()
    finally:
        connection.close()
    return found


# ---- good days


def test_a_free_service_takes_three_touches_and_a_ticket(totem: Totem) -> None:
    totem.client.send("POST", "/v1/visit", {"locale": "pt"})
    lines = [{"service": "result", "quantity": 1}]
    assert totem.client.send("PUT", "/v1/visit/cart", {"lines": lines})["step"] == "services"
    totem.pay("free")
    state = totem.printed()
    assert state["ticket"]["kind"] == "free"
    assert any(state["ticket"]["number"] in paper for paper in totem.far.papers())


@pytest.mark.parametrize("method", ["debit", "counter"])
def test_what_costs_money_is_reviewed_before_it_is_paid(totem: Totem, method: str) -> None:
    totem.client.send("POST", "/v1/visit", {"locale": "pt"})
    lines = [{"service": "blood", "quantity": 1}]
    totem.client.send("PUT", "/v1/visit/cart", {"lines": lines})
    with pytest.raises(AgentError) as refused:
        totem.pay(method)
    assert refused.value.code == "wrong-step"
    totem.tell("cancel")


@pytest.mark.parametrize("method", ["debit", "credit"])
def test_a_card_pays_and_gets_a_ticket_and_a_slip(totem: Totem, method: str) -> None:
    before = totem.metric('totem_payments_total{outcome="stored"}')
    papers, approvals = len(totem.far.papers()), len(totem.far.pinpad.approvals())
    totem.choose("blood")
    totem.pay(method)
    state = totem.printed()
    assert state["ticket"]["kind"] == "paid"
    assert len(totem.far.pinpad.approvals()) == approvals + 1
    totem.until(lambda _: len(totem.far.papers()) >= papers + 2)
    assert len(totem.far.papers()) == papers + 2
    assert totem.metric('totem_payments_total{outcome="stored"}') == before + 1


def test_a_counter_sale_says_where_to_pay(totem: Totem) -> None:
    totem.choose("blood")
    totem.pay("counter")
    state = totem.printed()
    assert state["ticket"]["kind"] == "to_pay"
    assert "BALCÃO" in totem.far.papers()[-1].upper()


def test_the_language_of_the_visit_is_the_customers(totem: Totem) -> None:
    totem.choose("blood")
    state = totem.client.send("PUT", "/v1/visit/locale", {"locale": "es"})
    assert state["locale"] == "es"
    totem.tell("cancel")
    assert totem.state()["locale"] == "pt"


def test_a_long_poll_answers_at_once_on_a_change_and_with_the_same_rev_without_one(
    totem: Totem,
) -> None:
    rev = a_quiet_second(totem)
    totem.client.send("POST", "/v1/visit", {"locale": "pt"})
    began = time.monotonic()
    changed = totem.client.get(f"/v1/state?rev={rev}&wait=20", 25)
    assert changed["rev"] > rev
    assert time.monotonic() - began < 10
    totem.tell("cancel")


def a_quiet_second(totem: Totem) -> int:
    """The rev that a poll of a second brought back as it was; the devices may still have news of
    what came before. Raises TimeoutError.
    """
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        rev, began = totem.state()["rev"], time.monotonic()
        if totem.client.get(f"/v1/state?rev={rev}&wait=1")["rev"] == rev:
            assert time.monotonic() - began >= 0.9
            return int(rev)
    raise TimeoutError("there is news all the time")


def test_health_and_metrics_tell_what_is_there(totem: Totem) -> None:
    def health() -> State:
        found: State = totem.client.get("/v1/health")
        return found

    totem.until(lambda _: {health()[it] for it in ("printer", "reader")} == {"ready"})
    assert totem.metric('totem_device_up{device="printer"}') == 1
    assert totem.metric("totem_outbox_events") == health()["head"]
    assert totem.metric("totem_online") == 0


# ---- refusals and second thoughts


def test_declined_then_paid_another_way_is_one_sale_with_two_attempts(tmp_path: Path) -> None:
    with totem_at_work(tmp_path, script=("decline", "approve_offline")) as totem:
        totem.choose("blood")
        totem.pay("debit")
        state = totem.until(lambda it: it["payment"] and it["payment"]["step"] == "declined")
        assert state["payment"]["reason"] == "card_declined"
        assert state["ticket"] is None
        totem.pay("credit")
        assert totem.printed()["ticket"]["kind"] == "paid"
        assert totem.metric('totem_payments_total{outcome="declined"}') == 1
    assert rows(tmp_path, "SELECT count(*) FROM sales") == [(1,)]
    states = rows(tmp_path, "SELECT state FROM payments ORDER BY payment")
    assert sorted(str(it[0]) for it in states) == ["DECLINED", "STORED_OFFLINE"]


def test_a_customer_changes_their_mind_while_the_reader_waits(tmp_path: Path) -> None:
    with totem_at_work(tmp_path, mode="manual") as totem:
        totem.choose("blood")
        totem.pay("debit")
        totem.until(lambda it: it["payment"] and it["payment"]["step"] == "insert_card")
        totem.tell("cancel")
        state = totem.until(lambda it: it["payment"] and it["payment"]["step"] == "cancelled")
        assert state["ticket"] is None
        totem.tell("cancel")
        assert totem.state()["step"] == "attract"
        assert totem.far.pinpad.approvals() == []
    assert rows(tmp_path, "SELECT state FROM payments") == [("CANCELLED",)]
    assert rows(tmp_path, "SELECT state FROM sales") == [("CANCELLED",)]


def test_the_red_key_of_the_pinpad_cancels_as_the_screen_does(tmp_path: Path) -> None:
    with totem_at_work(tmp_path, mode="manual") as totem:
        totem.choose("blood")
        totem.pay("debit")
        totem.until(lambda it: it["payment"] and it["payment"]["step"] == "insert_card")
        end = time.monotonic() + PATIENCE_S
        while totem.state()["payment"]["step"] == "insert_card" and time.monotonic() < end:
            totem.far.cancel_at_pinpad()
            time.sleep(0.1)
        state = totem.until(
            lambda it: it["payment"] and it["payment"]["step"] in ("cancelled", "declined")
        )
        assert state["payment"]["reason"] == "customer_cancelled"


def test_a_ticket_once_issued_cannot_be_cancelled(totem: Totem) -> None:
    totem.choose("blood")
    totem.pay("counter")
    with pytest.raises(AgentError) as refused:
        totem.tell("cancel")
    assert refused.value.code == "too-late"
    totem.printed()


# ---- devices fail


def test_paper_that_ends_leaves_a_case_and_the_number_on_the_screen(tmp_path: Path) -> None:
    with totem_at_work(tmp_path) as totem:
        totem.far.act("paper_end_after_lines=4")
        totem.choose("blood")
        totem.pay("debit")
        state = totem.until(
            lambda it: it["ticket"] and it["ticket"]["print"] in ("failed", "unknown")
        )
        assert state["case"] is not None
        assert state["ticket"]["number"]
        totem.tell("finish")
        assert rows(tmp_path, "SELECT open FROM cases") == [(0,)]
        state = totem.until(lambda it: it["reason"] == "no_paper")
        assert state["step"] == "out_of_order"
        totem.far.act("paper_in")
        assert totem.until(lambda it: it["step"] == "attract")["reason"] == ""
    assert rows(tmp_path, "SELECT state FROM sales") == [("CLOSED",)]


def test_a_second_copy_says_that_it_is_one(tmp_path: Path) -> None:
    with totem_at_work(tmp_path) as totem:
        totem.far.act("paper_end_after_lines=4")
        totem.choose("blood")
        totem.pay("debit")
        totem.until(lambda it: it["ticket"] and it["ticket"]["print"] in ("failed", "unknown"))
        totem.far.act("paper_in")
        totem.until(lambda _: totem.client.get("/v1/health")["printer"] == "ready")
        totem.tell("reprint")
        state = totem.printed()
        copies = [paper for paper in totem.far.papers() if "2ª VIA" in paper]
        assert len(copies) == 1
        assert state["ticket"]["number"] in copies[0]
        assert state["case"] is None
        with pytest.raises(AgentError):
            totem.tell("reprint")


def test_without_a_reader_the_counter_and_free_services_still_sell(tmp_path: Path) -> None:
    with totem_at_work(tmp_path) as totem:
        assert totem.state()["pays"]["card_off"] is False
        totem.far.stop_pinpad()
        pays = totem.until(lambda it: it["pays"]["card_off"])["pays"]
        assert pays["live"] == ["counter"]
        totem.choose("blood")
        state = totem.until(lambda it: not it["methods"][0]["available"])
        off = {it["method"]: it["reason"] for it in state["methods"] if not it["available"]}
        assert off == {"debit": "no_reader", "credit": "no_reader"}
        with pytest.raises(AgentError) as refused:
            totem.pay("debit")
        assert refused.value.code == "method-unavailable"
        totem.pay("counter")
        assert totem.printed()["ticket"]["kind"] == "to_pay"


def test_without_a_printer_nothing_is_sold(tmp_path: Path) -> None:
    with totem_at_work(tmp_path) as totem:
        totem.far.stop_printer()
        state = totem.until(lambda it: it["step"] == "out_of_order")
        assert state["reason"] == "no_printer"
        with pytest.raises(AgentError) as refused:
            totem.choose("blood")
        assert refused.value.code == "out-of-order"
