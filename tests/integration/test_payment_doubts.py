"""Payments whose reader, paper and people contradict each other: each ends once, and none is lost.

Scripted readers first; then a TEF manager with a real totem before it, and headquarters' fold as
the witness that every event can be taken there.
"""

from pathlib import Path

import pytest

from edge_agent.devices.emulators.tef import Behaviour, TefEmulator, Timing
from edge_agent.devices.errors import DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import CardOutcome, PrintResult
from edge_agent.services import card_doubt, card_sale, printing, vouchers
from edge_agent.services.errors import RefusedError
from sync_protocol.events import Confirm
from tests.support.bench_totem import basket
from tests.support.desk_bench import (
    AUTHORISED,
    DATA,
    GONE,
    Bench,
    ScriptedPrinter,
    ScriptedReader,
    lived,
)
from tests.support.flow_bench import MortalTotem, totem_at_work
from tests.support.headquarters import fold_as_headquarters
from tests.support.pix_bench import until

OK = CardOutcome("failed")
"""What confirm and undo return is not looked at."""

NO_PAPER = PrintResult("failed", "paper_end")
NOT_HEARD = DeviceTimeoutError("not acknowledged")
KEPT = DeviceRefusedError("confirming", "the transaction is confirming")
OTHER_AMOUNT = CardOutcome("approved", data=DATA, amount_minor=4_400)


# ---- another amount


@pytest.mark.parametrize("confirm", ["ack_then_final", "host_two_phase"])
@pytest.mark.parametrize("resolved", [OTHER_AMOUNT, CardOutcome("approved")])
def test_another_amount_made_final_is_a_case_and_never_ours(
    tmp_path: Path, confirm: Confirm, resolved: CardOutcome
) -> None:
    reader = ScriptedReader(confirm, pay=GONE, resolve=resolved)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.payments() == ["MANUAL_REVIEW"])
        assert bench.cases() == ["payment_in_review"]
        assert (bench.sales(), bench.tickets()) == (["ABANDONED"], [])
        card = bench.visits.current and bench.visits.current.card
        assert card
        assert card.step == "checking"
        await bench.visits.finish()

    lived(tmp_path, reader, ScriptedPrinter(), sale)


def test_a_final_answer_over_another_amount_is_asked_about_and_kept_as_a_case(
    tmp_path: Path,
) -> None:
    reader = ScriptedReader("ack_then_final", pay=OTHER_AMOUNT, resolve=OTHER_AMOUNT)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.payments() == ["MANUAL_REVIEW"])
        todo = bench.rows("SELECT todo FROM cases")[0][0]
        assert "R$ 44,00" in todo
        assert "R$ 45,00" in todo
        assert DATA.nsu in todo

    lived(tmp_path, reader, ScriptedPrinter(), sale)


# ---- the ticket was delivered, a copy of it was not


def test_a_copy_that_fails_does_not_take_a_delivered_ticket_back(tmp_path: Path) -> None:
    reader = ScriptedReader("host_two_phase", pay=AUTHORISED, confirm=NOT_HEARD, undo=KEPT)
    printer = ScriptedPrinter()

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: "confirm" in reader.heard)
        await bench.visits.finish()
        await _copy(bench, printer, NO_PAPER)
        asked = reader.heard.count("confirm")
        bench.resolver.poke()
        await bench.until(lambda: reader.heard.count("confirm") > asked)
        reader.answers["confirm"] = OK
        bench.resolver.poke()
        await bench.until(lambda: bench.payments() == ["CONFIRMED"])
        assert (bench.sales(), bench.tickets(), bench.cases()) == (["CLOSED"], ["ISSUED"], [])
        assert "undo" not in reader.heard

    lived(tmp_path, reader, printer, sale)


async def _copy(bench: Bench, printer: ScriptedPrinter, result: PrintResult) -> None:
    """A technician prints another copy, which ends so."""
    printer.result = result
    ticket = bench.rows("SELECT ticket FROM tickets")[0][0]
    job = await bench.journal.do(printing.reprint(ticket, by_technician=True))
    bench.printing.poke()
    sql = f"SELECT 1 FROM prints WHERE job = '{job}' AND state IN ('QUEUED', 'SENDING')"
    await bench.until(lambda: not bench.rows(sql))


# ---- the far end keeps what it was to give back


def test_a_refused_undo_ends_as_a_case_and_frees_the_reader(tmp_path: Path) -> None:
    reader = ScriptedReader("host_two_phase", pay=AUTHORISED, undo=KEPT)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.rows("SELECT 1 FROM prints WHERE state = 'FAILED'") != [])
        bench.visits._end()
        await bench.until(lambda: bench.payments() == ["MANUAL_REVIEW"])
        assert bench.tickets() == ["CANCELLED"]
        assert bench.sales() == ["ABANDONED"]
        assert bench.cases() == ["payment_in_review"]
        assert await bench.resolver.settle_all() == 0
        assert reader.heard.count("undo") == 1

    lived(tmp_path, reader, ScriptedPrinter(NO_PAPER), sale)


# ---- a person's word


def test_a_confirmation_that_never_gets_through_can_be_reviewed(tmp_path: Path) -> None:
    reader = ScriptedReader("host_two_phase", pay=AUTHORISED, confirm=NOT_HEARD)
    printer = ScriptedPrinter()

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: "confirm" in reader.heard)
        payment = bench.rows("SELECT payment FROM payments")[0][0]
        await bench.journal.do(card_doubt.review(payment, "ana"))
        assert bench.payments() == ["MANUAL_REVIEW"]
        assert (bench.sales(), bench.tickets()) == (["ABANDONED"], ["ISSUED"])
        await _copy(bench, printer, PrintResult("printed"))
        assert bench.cases() == ["payment_in_review"], "only the statement closes it"
        ticket = bench.rows("SELECT ticket FROM tickets")[0][0]
        await bench.journal.do(vouchers.consume(ticket, "ana"))
        assert bench.tickets() == ["CONSUMED"], "the doubt is not the customer's"

    lived(tmp_path, reader, printer, sale)


def test_an_authorisation_whose_paper_may_still_come_is_not_reviewed(tmp_path: Path) -> None:
    reader = ScriptedReader("host_two_phase", pay=AUTHORISED, confirm=OK)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.rows("SELECT 1 FROM prints WHERE state = 'FAILED'") != [])
        payment = bench.rows("SELECT payment FROM payments")[0][0]
        with pytest.raises(RefusedError):
            await bench.journal.do(card_doubt.review(payment, "ana"))
        await bench.visits.finish()
        await bench.until(lambda: bench.payments() == ["CONFIRMED"])

    lived(tmp_path, reader, ScriptedPrinter(NO_PAPER), sale)


def test_a_terminal_that_never_says_its_final_word_can_be_reviewed(tmp_path: Path) -> None:
    reader = ScriptedReader("ack_then_final")

    async def sale(bench: Bench) -> None:
        asked = card_sale.Asked("debit", "ack_then_final")
        requested = await bench.journal.do(card_sale.request_card(basket(), asked, "reader"))
        await bench.journal.do(card_sale.authorise(requested.payment, DATA))
        await bench.journal.do(card_doubt.review(requested.payment, "ana"))
        assert bench.payments() == ["MANUAL_REVIEW"]
        assert (bench.sales(), bench.cases()) == (["ABANDONED"], ["payment_in_review"])

    lived(tmp_path, reader, ScriptedPrinter(), sale)


# ---- a TEF manager


def tef(folder: Path, *faults: str) -> TefEmulator:
    folder.mkdir()
    timing = Timing().scaled(0.1)
    return TefEmulator(Behaviour(delay_s=0.02), folder, faults=faults, timing=timing)


def test_a_final_approval_of_another_amount_is_never_booked_as_ours(tmp_path: Path) -> None:
    manager = tef(tmp_path / "tef", "different_amount", "final_at_once")
    with totem_at_work(tmp_path, terminal=manager) as totem:
        totem.choose("blood")
        totem.pay("debit")
        until(lambda: _payments(totem) == ["MANUAL_REVIEW"])
        state = totem.until(lambda it: it["payment"] and it["payment"]["step"] == "checking")
        assert state["case"]["kind"] == "payment_in_doubt"
        assert totem.rows("SELECT kind FROM cases WHERE open = 1") == [("payment_in_review",)]
        assert totem.tickets() == 0
        assert [it.amount_minor for it in manager.charged()] == [4_400]
        totem.tell("finish")
        manager.faults.clear()
        totem.choose("blood")
        totem.pay("debit")
        totem.printed()
        until(lambda: _payments(totem) == ["MANUAL_REVIEW", "CONFIRMED"])
        totem.tell("finish")
    fold_as_headquarters(tmp_path)


def test_a_copy_that_fails_before_the_confirmation_is_heard_takes_nothing_back(
    tmp_path: Path,
) -> None:
    manager = tef(tmp_path / "tef", "cnf_unanswered")
    failed = "SELECT 1 FROM prints WHERE copy = 2 AND state IN ('FAILED', 'UNKNOWN')"
    with totem_at_work(tmp_path, terminal=manager) as totem:
        totem.choose("blood")
        totem.pay("debit")
        number = totem.printed()["ticket"]["number"]
        until(lambda: len(manager.charged()) == 1)
        totem.tell("finish")
        totem.far.act("paper_end_after_lines=4")
        totem.client.send("POST", "/v1/devices/printer/reprint", {"ticket": number})
        until(lambda: totem.rows(failed) != [])
        manager.faults.clear()
        until(lambda: _payments(totem) == ["CONFIRMED"])
        assert totem.rows("SELECT state FROM tickets") == [("ISSUED",)]
        assert totem.rows("SELECT kind FROM cases WHERE open = 1") == []
    assert manager.violations() == []
    fold_as_headquarters(tmp_path)


def _payments(totem: MortalTotem) -> list[str]:
    rows = totem.rows("SELECT state FROM payments ORDER BY length(payment), payment")
    return [state for (state,) in rows]
