"""The power goes at every step of a PIX, and bank apps do what they do: charged once at most, and
what was paid is a ticket or an open case.
"""

from pathlib import Path

import pytest

from edge_agent.devices.emulators.charges import Behaviour
from edge_agent.services.pix_sale import code_of
from tests.support.pix_bench import pix_bench, stage, until


def test_power_lost_before_central_answered_charges_nobody(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.until_offered()
        bench.ask_for_charge("mute")
        bench.kill()
        assert bench.payments() == ["REQUESTED"]
        bench.start()
        bench.charges.faults.clear()
        until(lambda: bench.payments() == ["EXPIRED"])
        assert bench.sales()[-1] == "ABANDONED"
        assert bench.charges.charges() == []


def test_power_lost_before_the_qr_was_shown_removes_its_charge(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.until_offered()
        bench.ask_for_charge("drop_answer")
        until(lambda: len(bench.charges.charges()) == 1)
        bench.kill()
        assert bench.payments() == ["REQUESTED"]
        bench.charges.faults.clear()
        bench.start()
        until(lambda: bench.payments() == ["EXPIRED"])
        assert bench.charges.charges()[0].state == "removed"


def test_power_lost_with_an_unpaid_qr_ends_unpaid(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        bench.kill()
        assert bench.payments() == ["ACTIVE"]
        bench.start()
        until(lambda: bench.payments() == ["EXPIRED"])
        assert bench.charges.charges()[0].state == "removed"
        assert bench.sales()[-1] == "ABANDONED"
        assert bench.cases() == []


@pytest.mark.parametrize("when", ["off", "uncommitted"])
def test_power_lost_around_the_money_leaves_a_ticket_to_claim(tmp_path: Path, when: str) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        if when == "uncommitted":
            bench.freeze()
            bench.pay()
            until(lambda: len(bench.charges.received()) == 1)
        bench.kill()
        if when == "off":
            bench.pay()
        assert bench.payments() == ["ACTIVE"]
        bench.start()
        until(lambda: bench.cases() == ["pix_late"])
        assert bench.payments() == ["PAID_LATE"]
        left = bench.totem.until(lambda it: it["recovered"]["state"] == "late")["recovered"]
        assert left["case"] == code_of(bench.charges.charges()[0].sale)
        assert 0 < left["returns_in_s"] <= 600
        bench.totem.client.send("POST", "/v1/visit/pix/claim", {"code": left["case"]})
        bench.totem.printed()
        assert bench.totem.tell("finish")["step"] == "attract"
        assert bench.tickets() == 1
        assert bench.books_agree()


def test_who_paid_while_the_power_was_off_may_have_it_back(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        bench.kill()
        bench.pay()
        bench.start()
        left = bench.totem.until(lambda it: it["recovered"]["state"] == "late")["recovered"]
        body = {"code": left["case"]}
        state = bench.totem.client.send("POST", "/v1/visit/pix/refund", body)
        assert state["recovered"]["state"] == "refunding"
        assert bench.payments() == ["REFUND_REQUESTED"]
        assert bench.sales() == ["ABANDONED"]
        assert bench.cases() == ["pix_refund"]
        assert bench.books_agree()


def test_a_second_qr_in_doubt_comes_before_the_first_that_was_paid(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        bench.expire()
        bench.totem.until(lambda it: stage(it) == "expired")
        bench.totem.pay("pix")
        bench.totem.until(lambda it: stage(it) == "waiting")
        first = bench.charges.charges()[0]
        bench.freeze()
        bench.pay(first.txid)
        bench.kill()
        bench.cut_line()
        bench.start()
        assert bench.totem.state()["recovered"]["state"] == "checking"
        bench.join_line()
        bench.totem.until(lambda it: it["recovered"]["state"] == "late")
        assert bench.charges.charges()[1].state == "removed"
        bench.totem.client.send("POST", "/v1/visit/pix/claim", {"code": code_of(first.sale)})
        bench.totem.printed()
        assert bench.books_agree()


def test_power_lost_between_ticket_and_paper_prints_it_and_charges_once(tmp_path: Path) -> None:
    behaviour = Behaviour("auto", delay_s=0.1)
    with pix_bench(tmp_path, behaviour) as bench:
        bench.until_offered()
        bench.totem.choose("blood")
        bench.totem.pay("pix")
        until(lambda: bench.payments() == ["CONFIRMED"])
        bench.kill()
        bench.start()
        until(lambda: "pix" in str(bench.rows("SELECT method FROM sales WHERE state != 'OPEN'")))
        assert bench.tickets() == 1
        assert len(bench.charges.received()) == 1
        assert bench.books_agree()


# ---- customers by themselves


@pytest.mark.parametrize("outcome", ["paid", "slow", "paid_twice", "paid_late", "silent"])
def test_whatever_the_bank_app_does_it_ends_in_a_ticket_or_a_case(
    tmp_path: Path, outcome: str
) -> None:
    behaviour = Behaviour("auto", (outcome,), delay_s=1.5)  # type: ignore[arg-type] # one of its words
    with pix_bench(tmp_path, behaviour, pix_claim_s=5) as bench:
        bench.until_offered()
        bench.totem.choose("blood")
        bench.totem.pay("pix")
        until(lambda: bench.tickets() + len(bench.cases()) > 0)
        until(bench.books_agree)


def test_a_customer_who_leaves_while_central_is_asked_comes_back_with_the_code(
    tmp_path: Path,
) -> None:
    with pix_bench(tmp_path) as bench:
        bench.show_qr()
        bench.cut_line()
        code = bench.totem.until(lambda it: stage(it) == "lost")["case"]["code"]
        bench.pay()
        txid, seen = bench.charges.charges()[-1].txid, list[str]()

        def leave(line: str) -> None:
            if txid in line and not seen:
                seen.append(line)
                bench.totem.tell("finish")

        bench.charges.meanwhile = leave
        bench.join_line()
        until(lambda: bench.payments() == ["PAID_LATE"])
        until(lambda: bench.cases() == ["pix_late"])
        bench.totem.client.send("POST", "/v1/visit/pix/claim", {"code": code})
        bench.totem.printed()
        assert bench.payments() == ["HONOURED"]
        assert bench.books_agree()
