"""A customer pays by PIX, and everything that can go wrong before, while and after.

``totem run`` is a real process; the charge port is its emulator over HTTP, which is the witness:
whatever happens, each PIX it received is in the journal once, as a ticket or as an open case.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.cli.agent_client import AgentClient, AgentError
from edge_agent.domain.br_code import read_br_code
from edge_agent.services.access import MORE_TIME
from edge_agent.services.visits import IDLE_S
from tests.support.bench_totem import PIN
from tests.support.pix_bench import PixBench, method_of, pix_bench, stage, until


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PixBench]:
    with pix_bench(tmp_path_factory.mktemp("pix")) as bench:
        yield bench


@pytest.fixture
def bench(shared: PixBench) -> Iterator[PixBench]:
    """The same totem for the good days; each test ends its own visit."""
    yield shared
    shared.charges.faults.clear()
    state = shared.totem.state()
    if state["step"] != "attract":
        shared.totem.tell("finish" if state["step"] == "ticket" else "cancel")
    assert shared.totem.state()["step"] == "attract"
    assert shared.books_agree()


def enter(client: AgentClient) -> None:
    """An attendant at the counter."""
    session = client.send("POST", "/v1/counter/session", {"secret": PIN})
    client.headers["totem-counter"] = session["token"]


# ---- good days


def test_a_paid_qr_becomes_a_ticket_at_once(bench: PixBench) -> None:
    state = bench.show_qr()
    pix = state["payment"]["pix"]
    code = read_br_code(pix["br_code"])
    assert code.url
    assert code.amount_minor == state["payment"]["amount_minor"] == 4_500
    assert 295 <= pix["expires_in_s"] <= 300 == pix["whole_s"]
    assert state["idle_s"] == 0, "the idle limit is the charge's own life"
    bench.pay()
    state = bench.totem.printed()
    assert state["ticket"]["kind"] == "paid"
    assert bench.payments()[-1] == "CONFIRMED"
    assert any("Pix" in paper for paper in bench.totem.far.papers())


def test_with_more_time_a_qr_lives_three_times_as_long(bench: PixBench) -> None:
    bench.until_offered()
    bench.totem.choose("blood")
    bench.totem.client.send("PUT", "/v1/access", {"slow": True})
    bench.totem.pay("pix")
    state = bench.totem.until(lambda it: stage(it) == "waiting")
    assert state["payment"]["pix"]["whole_s"] == MORE_TIME * 300
    bench.totem.tell("cancel")
    bench.totem.until(lambda it: stage(it) == "cancelled")


def test_the_name_of_the_charge_is_ours_and_on_disk_before_the_call(bench: PixBench) -> None:
    bench.until_offered()
    bench.ask_for_charge("mute")
    assert bench.payments()[-1] == "REQUESTED"
    ((txid,),) = bench.rows(
        "SELECT txid FROM pix JOIN payments USING (payment) WHERE state = 'REQUESTED'"
    )
    assert 26 <= len(txid) <= 35
    bench.charges.faults.clear()
    bench.totem.until(lambda it: stage(it) == "waiting")
    assert bench.charges.charges()[-1].txid == txid
    bench.totem.tell("cancel")
    bench.totem.until(lambda it: stage(it) == "cancelled")


def test_an_answer_that_was_lost_is_asked_for_under_the_same_name(bench: PixBench) -> None:
    bench.until_offered()
    before = len(bench.charges.charges())
    bench.ask_for_charge("drop_answer")
    until(lambda: len(bench.charges.charges()) == before + 1)
    bench.charges.faults.clear()
    bench.totem.until(lambda it: stage(it) == "waiting")
    assert len(bench.charges.charges()) == before + 1
    bench.pay()
    bench.totem.printed()


def test_cancelling_removes_the_charge_before_it_is_final(bench: PixBench) -> None:
    bench.show_qr()
    bench.totem.tell("cancel")
    state = bench.totem.until(lambda it: stage(it) == "cancelled")
    assert bench.payments()[-1] == "CANCELLED"
    assert bench.charges.charges()[-1].state == "removed"
    assert state["payment"]["reason"] == "customer_cancelled"


def test_a_customer_who_paid_and_cancels_gets_the_ticket(bench: PixBench) -> None:
    bench.show_qr()
    bench.charges.faults.add("down")
    bench.totem.tell("cancel")
    bench.pay()
    bench.charges.faults.clear()
    assert bench.totem.printed()["ticket"]["kind"] == "paid"
    assert bench.payments()[-1] == "CONFIRMED"


def test_i_paid_already_looks_now(bench: PixBench) -> None:
    bench.show_qr()
    state = bench.totem.client.send("POST", "/v1/visit/pix/check")
    assert stage(state) == "checking"
    bench.totem.until(lambda it: stage(it) == "waiting")
    bench.pay()
    bench.totem.printed()


def test_a_qr_that_expired_gives_way_to_a_new_one_for_the_same_order(bench: PixBench) -> None:
    bench.show_qr()
    bench.expire()
    state = bench.totem.until(lambda it: stage(it) == "expired")
    assert state["payment"]["reason"] == "expired"
    first = bench.charges.charges()[-1]
    bench.totem.pay("pix")
    bench.totem.until(lambda it: stage(it) == "waiting")
    second = bench.charges.charges()[-1]
    assert second.txid != first.txid
    assert second.sale == first.sale
    bench.pay()
    bench.totem.printed()
    assert bench.payments()[-2:] == ["EXPIRED", "CONFIRMED"]


def test_two_payments_of_one_qr_end_as_one_ticket_and_one_refund(bench: PixBench) -> None:
    tickets, cases = bench.tickets(), bench.cases()
    bench.show_qr()
    bench.pay()
    bench.totem.printed()
    bench.totem.tell("finish")
    bench.pay()
    until(lambda: bench.cases() == [*cases, "pix_refund"])
    assert bench.tickets() == tickets + 1
    assert bench.books_agree()


def test_while_a_qr_is_up_no_other_way_of_paying_is_taken(bench: PixBench) -> None:
    bench.show_qr()
    for method in ("debit", "pix", "counter"):
        with pytest.raises(AgentError, match="wrong-step"):
            bench.totem.pay(method)
    with pytest.raises(AgentError, match="too-late"):
        bench.totem.client.send("PUT", "/v1/visit/step", {"step": "method"})
    bench.totem.tell("cancel")
    bench.totem.until(lambda it: stage(it) == "cancelled")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("bad_checksum", "bad_code"), ("static_code", "bad_code"), ("refuse", "pix_refused")],
)
def test_what_cannot_be_followed_is_never_shown(bench: PixBench, fault: str, reason: str) -> None:
    bench.until_offered()
    bench.charges.faults.add(fault)
    bench.totem.choose("blood")
    bench.totem.pay("pix")
    state = bench.totem.until(lambda it: stage(it) == "refused")
    assert state["payment"]["reason"] == reason
    assert bench.payments()[-1] == "DECLINED"


def test_another_amount_than_asked_for_is_refunded_and_no_ticket(bench: PixBench) -> None:
    tickets, cases = bench.tickets(), bench.cases()
    bench.show_qr()
    bench.pay(amount_minor=100)
    state = bench.totem.until(lambda it: stage(it) == "refused")
    assert state["payment"]["reason"] == "wrong_amount"
    assert bench.tickets() == tickets
    assert bench.cases() == [*cases, "pix_refund"]


def test_a_pix_is_not_taken_back_over_the_card_reader(bench: PixBench) -> None:
    bench.show_qr()
    bench.pay()
    number = bench.totem.printed()["ticket"]["number"]
    bench.totem.tell("finish")
    client = bench.totem.client
    enter(client)
    seen = client.send("POST", "/v1/counter/look", {"code": number})
    assert seen["is_paid"]
    assert seen["can"] == ["serve"]


# ---- bad days


def test_offline_the_row_says_why_and_nothing_is_asked(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.until_offered()
        bench.cut_line()
        state = bench.totem.choose("blood")
        state = bench.totem.until(lambda it: not method_of(it, "pix")["available"])
        assert method_of(state, "pix")["reason"] == "no_network"
        with pytest.raises(AgentError, match="method-unavailable"):
            bench.totem.pay("pix")
        bench.join_line()
        bench.totem.until(lambda it: method_of(it, "pix")["available"])


def test_without_a_charge_port_pix_is_not_offered(tmp_path: Path) -> None:
    with pix_bench(tmp_path, charges_url='""') as bench:
        state = bench.totem.choose("blood")
        assert "pix" not in [it["method"] for it in state["methods"]]


def test_the_life_of_a_qr_is_judged_by_our_own_clock(tmp_path: Path) -> None:
    with pix_bench(tmp_path, pix_expires_s=5) as bench:
        bench.show_qr()
        bench.totem.until(lambda it: stage(it) == "expired")
        assert bench.charges.charges()[-1].state == "removed", "central's own life is longer"
        assert bench.payments() == ["EXPIRED"]


def test_a_late_pix_is_offered_to_the_customer_who_is_still_there(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        bench.expire()
        bench.totem.until(lambda it: stage(it) == "expired")
        bench.pay()
        state = bench.totem.until(lambda it: stage(it) == "late")
        assert bench.payments() == ["PAID_LATE"]
        assert len(state["payment"]["pix"]["code"]) == 8
        assert 590 < state["payment"]["pix"]["returns_in_s"] <= 600
        assert state["idle_s"] == IDLE_S, "who must choose is asked before the visit ends"
        with pytest.raises(AgentError, match="wrong-step"):
            bench.totem.pay("debit")
        bench.totem.client.send("POST", "/v1/visit/pix/claim", {})
        bench.totem.printed()
        assert bench.payments() == ["HONOURED"]
        assert bench.cases() == []
        assert bench.books_agree()


def test_a_customer_may_have_a_late_pix_back_instead(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        bench.expire()
        bench.totem.until(lambda it: stage(it) == "expired")
        bench.pay()
        bench.totem.until(lambda it: stage(it) == "late")
        state = bench.totem.client.send("POST", "/v1/visit/pix/refund")
        assert stage(state) == "refunded"
        bench.totem.tell("cancel")
        assert bench.payments() == ["REFUND_REQUESTED"]
        assert bench.cases() == ["pix_refund"]
        assert bench.books_agree()


def test_the_first_qr_paid_while_the_second_is_up_ends_the_second(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        bench.expire()
        bench.totem.until(lambda it: stage(it) == "expired")
        bench.totem.pay("pix")
        bench.totem.until(lambda it: stage(it) == "waiting")
        bench.pay(bench.charges.charges()[0].txid)
        bench.totem.until(lambda it: stage(it) == "late")
        assert bench.charges.charges()[1].state == "removed"
        bench.totem.client.send("POST", "/v1/visit/pix/claim", {})
        bench.totem.printed()
        assert bench.payments() == ["HONOURED", "CANCELLED"]
        assert bench.tickets() == 1
        number = bench.rows("SELECT number FROM tickets")[0][0]
        client = bench.totem.client
        enter(client)
        assert client.send("POST", "/v1/counter/look", {"code": number})["is_paid"]


def test_both_qr_codes_paid_give_one_ticket_and_one_refund(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        bench.expire()
        bench.totem.until(lambda it: stage(it) == "expired")
        bench.totem.pay("pix")
        bench.totem.until(lambda it: stage(it) == "waiting")
        first, second = bench.charges.charges()
        bench.pay(second.txid)
        bench.totem.printed()
        bench.pay(first.txid)
        until(lambda: bench.payments() == ["REFUND_REQUESTED", "CONFIRMED"])
        assert bench.tickets() == 1
        assert bench.cases() == ["pix_refund"]
        assert bench.books_agree()


def test_a_line_cut_with_a_qr_up_is_settled_when_it_is_back(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        bench.cut_line()
        state = bench.totem.until(lambda it: stage(it) == "lost")
        assert bench.payments() == ["UNKNOWN"]
        assert state["case"]["kind"] == "payment_in_doubt"
        assert state["idle_s"] == IDLE_S
        with pytest.raises(AgentError, match="wrong-step"):
            bench.totem.pay("debit")
        bench.pay()
        bench.join_line()
        bench.totem.printed()
        assert bench.payments() == ["CONFIRMED"]
        assert bench.books_agree()


def test_a_line_cut_with_an_unpaid_qr_ends_it_when_it_is_back(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        bench.cut_line()
        bench.totem.until(lambda it: stage(it) == "lost")
        bench.join_line()
        bench.totem.until(lambda it: stage(it) == "expired")
        assert bench.charges.charges()[-1].state == "removed"
        bench.totem.pay("pix")
        bench.totem.until(lambda it: stage(it) == "waiting")
        bench.pay()
        bench.totem.printed()
        assert bench.payments() == ["EXPIRED", "CONFIRMED"]


def test_a_customer_who_left_a_lost_qr_comes_back_with_the_code(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr("en")
        bench.cut_line()
        state = bench.totem.until(lambda it: stage(it) == "lost")
        code = state["case"]["code"]
        bench.totem.tell("finish")
        for asked in ("claim", "refund"):
            with pytest.raises(AgentError, match="pix-checking"):
                bench.totem.client.send("POST", f"/v1/visit/pix/{asked}", {"code": code})
        bench.pay()
        bench.join_line()
        until(lambda: bench.payments() == ["PAID_LATE"])
        until(lambda: bench.cases() == ["pix_late"])
        assert bench.totem.state()["pix_claims"]
        state = bench.totem.client.send("PUT", "/v1/visit/aside", {"aside": "pix_claim"})
        assert state["aside"] == "pix_claim"
        assert state["idle_s"] == IDLE_S, "the screen asks before it leaves this page"
        with pytest.raises(AgentError, match="unknown-code"):
            bench.totem.client.send("POST", "/v1/visit/pix/claim", {"code": "00000000"})
        assert bench.totem.state()["step"] == "attract"
        bench.totem.client.send("POST", "/v1/visit/pix/claim", {"code": code.lower()})
        state = bench.totem.printed()
        assert (state["locale"], state["aside"]) == ("en", "")
        assert bench.payments() == ["HONOURED"]
        assert bench.cases() == []
        assert not state["pix_claims"]
        with pytest.raises(AgentError, match="wrong-step"):
            bench.totem.client.send("POST", "/v1/visit/pix/claim", {"code": code})
        state = bench.totem.tell("finish")
        assert (state["step"], state["aside"]) == ("attract", "")
        assert bench.books_agree()


def test_a_late_pix_nobody_claims_goes_back_by_itself(tmp_path: Path) -> None:
    with pix_bench(tmp_path, pix_claim_s=5) as bench:
        bench.show_qr()
        bench.cut_line()
        code = bench.totem.until(lambda it: stage(it) == "lost")["case"]["code"]
        bench.totem.tell("finish")
        bench.pay()
        bench.join_line()
        until(lambda: bench.payments() == ["REFUND_REQUESTED"])
        with pytest.raises(AgentError, match="pix-refunded"):
            bench.totem.client.send("POST", "/v1/visit/pix/claim", {"code": code})
        assert bench.sales() == ["ABANDONED"]
        assert bench.cases() == ["pix_refund"]
        assert bench.books_agree()
