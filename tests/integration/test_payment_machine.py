"""Every way a card payment can end, by how its reader makes it final; customer there or gone."""

from pathlib import Path

import pytest

from edge_agent.devices.errors import DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import CardOutcome, PrintResult
from edge_agent.services import card_doubt, card_sale, printing
from edge_agent.services.errors import RefusedError
from sync_protocol.events import Confirm
from tests.support.desk_bench import (
    APPROVED,
    AUTHORISED,
    DATA,
    GONE,
    Bench,
    ScriptedPrinter,
    ScriptedReader,
    lived,
)

OK = CardOutcome("failed")
"""What confirm and undo return is not looked at."""

NO_PAPER = PrintResult("failed", "paper_end")
SILENT = PrintResult("unknown", "mute")


# ---- acknowledged, then final


def test_a_final_answer_settles_with_a_ticket_and_a_slip(tmp_path: Path) -> None:
    reader, printer = ScriptedReader("ack_then_final", pay=APPROVED), ScriptedPrinter()

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.sales() == ["CLOSED"])
        assert bench.payments() == ["CONFIRMED"]
        await bench.until(lambda: len(printer.papers) == 2)
        kinds = bench.rows("SELECT type FROM journal WHERE type LIKE 'Payment%' ORDER BY seq")
        assert [row[0] for row in kinds] == [
            "PaymentRequested",
            "PaymentAuthorised",
            "PaymentConfirmed",
        ]

    lived(tmp_path, reader, printer, sale)


@pytest.mark.parametrize("confirm", ["ack_then_final", "host_two_phase"])
def test_an_end_nobody_saw_blocks_the_sale_and_the_reader(tmp_path: Path, confirm: Confirm) -> None:
    reader = ScriptedReader(confirm, pay=DeviceTimeoutError("line went quiet"))

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.payments() == ["UNKNOWN"])
        await bench.until(lambda: "resolve" in reader.heard)
        assert bench.visits.current is not None
        assert bench.visits.current.card is not None
        assert bench.visits.current.card.step == "checking"
        with pytest.raises(RefusedError):
            await bench.visits.pay("counter")
        assert bench.tickets() == []

    lived(tmp_path, reader, ScriptedPrinter(), sale)


def test_a_doubt_that_turns_out_paid_gives_the_waiting_customer_the_ticket(tmp_path: Path) -> None:
    reader = ScriptedReader("ack_then_final", pay=GONE, resolve=APPROVED)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.sales() == ["CLOSED"])
        assert bench.payments() == ["CONFIRMED"]
        assert bench.visits.current is not None
        assert bench.visits.current.step == "ticket"
        assert bench.cases() == []

    lived(tmp_path, reader, ScriptedPrinter(), sale)


def test_a_doubt_that_turns_out_unpaid_lets_the_customer_try_again(tmp_path: Path) -> None:
    reversed_ = CardOutcome("failed", "reversed")
    reader = ScriptedReader("ack_then_final", pay=GONE, resolve=reversed_)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.payments() == ["UNDONE"])
        await bench.told()
        card = bench.visits.current and bench.visits.current.card
        assert card
        assert (card.step, card.reason) == ("declined", "reversed")
        reader.answers["pay"] = APPROVED
        await bench.visits.pay("credit")
        await bench.until(lambda: bench.payments() == ["UNDONE", "CONFIRMED"])

    lived(tmp_path, reader, ScriptedPrinter(), sale)


def test_a_customer_who_left_in_doubt_finds_a_ticket_and_an_open_case(tmp_path: Path) -> None:
    reader, printer = ScriptedReader("ack_then_final", pay=GONE), ScriptedPrinter()

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.payments() == ["UNKNOWN"])
        await bench.told()
        await bench.visits.finish()
        reader.answers["resolve"] = APPROVED
        bench.resolver.poke()
        await bench.until(lambda: bench.payments() == ["CONFIRMED"])
        assert bench.cases() == ["paid_and_gone"]
        assert printer.papers == []
        ticket = bench.rows("SELECT ticket FROM tickets")[0][0]
        await bench.journal.do(printing.reprint(ticket, by_technician=True))
        bench.printing.poke()
        await bench.until(lambda: bench.sales() == ["CLOSED"] and bench.cases() == [])

    lived(tmp_path, reader, printer, sale)


# ---- two phases


@pytest.mark.parametrize("outcome", ["printed", "likely"])
def test_a_delivered_ticket_confirms_and_only_then_brings_the_slip(
    tmp_path: Path, outcome: str
) -> None:
    reader = ScriptedReader("host_two_phase", pay=AUTHORISED, confirm=OK)
    printer = ScriptedPrinter(PrintResult(outcome))  # type: ignore[arg-type] # one of its words

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.sales() == ["CLOSED"] and len(printer.papers) == 2)
        assert bench.payments() == ["CONFIRMED"]
        assert reader.heard == ["pay", "confirm"]

    lived(tmp_path, reader, printer, sale)


def test_a_confirmation_that_does_not_get_through_is_said_again(tmp_path: Path) -> None:
    reader = ScriptedReader("host_two_phase", pay=AUTHORISED, confirm=DeviceTimeoutError("no sts"))

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: reader.heard.count("confirm") >= 2)
        assert bench.payments() == ["AUTHORISED"]
        reader.answers["confirm"] = OK
        bench.resolver.poke()
        await bench.until(lambda: bench.sales() == ["CLOSED"])

    lived(tmp_path, reader, ScriptedPrinter(), sale)


@pytest.mark.parametrize("result", [NO_PAPER, SILENT])
def test_no_paper_and_a_customer_who_notes_the_number_confirms(
    tmp_path: Path, result: PrintResult
) -> None:
    reader = ScriptedReader("host_two_phase", pay=AUTHORISED, confirm=OK)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: _print_ended(bench))
        assert bench.payments() == ["AUTHORISED"]
        await bench.visits.finish()
        await bench.until(lambda: bench.payments() == ["CONFIRMED"])
        assert "undo" not in reader.heard

    lived(tmp_path, reader, ScriptedPrinter(result), sale)


@pytest.mark.parametrize("result", [NO_PAPER, SILENT])
def test_no_paper_and_nobody_there_gives_the_money_back_and_revokes_the_ticket(
    tmp_path: Path, result: PrintResult
) -> None:
    reader = ScriptedReader("host_two_phase", pay=AUTHORISED, undo=OK)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: _print_ended(bench))
        bench.visits._end()
        await bench.until(lambda: bench.payments() == ["UNDONE"])
        assert bench.tickets() == ["CANCELLED"]
        assert bench.sales() == ["ABANDONED"]
        assert bench.cases() == ["sale_undone"]

    lived(tmp_path, reader, ScriptedPrinter(result), sale)


def test_what_the_acquirer_gave_back_though_delivered_is_a_case(tmp_path: Path) -> None:
    refused = DeviceRefusedError("undone", "undone at midnight")
    reader = ScriptedReader("host_two_phase", pay=AUTHORISED, confirm=refused)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.payments() == ["UNDONE"])
        assert bench.tickets() == ["ISSUED"]
        assert bench.cases() == ["delivered_unpaid"]

    lived(tmp_path, reader, ScriptedPrinter(), sale)


def test_another_amount_than_asked_never_becomes_a_sale(tmp_path: Path) -> None:
    wrong = CardOutcome("authorised", data=DATA, amount_minor=4_400)
    reader = ScriptedReader("host_two_phase", pay=wrong, resolve=wrong, undo=OK)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.payments() == ["UNDONE"])
        assert bench.tickets() == []

    lived(tmp_path, reader, ScriptedPrinter(), sale)


# ---- at boot, with nobody to ask


def _cut(
    tmp_path: Path, confirm: Confirm, authorised: bool, printed: str
) -> tuple[ScriptedReader, list[str]]:
    """A first life that left an attempt behind; returns the reader of the second."""
    reader = ScriptedReader(confirm)

    async def first(bench: Bench) -> None:
        from tests.support.bench_totem import basket

        asked = card_sale.Asked("debit", confirm)
        deed = card_sale.request_card(basket(), asked, "reader")
        requested = await bench.journal.do(deed)
        note = card_sale.note(requested.payment, requested.sale, {"last_receipt": "41"})
        await bench.journal.do(note)
        if not authorised:
            return
        if confirm == "ack_then_final":
            await bench.journal.do(card_sale.authorise(requested.payment, DATA))
            return
        issue = card_sale.authorise_and_issue(requested.payment, DATA, "C")
        await bench.journal.do(issue)
        job = printing.next_job(bench.journal)
        assert job is not None
        if printed != "QUEUED":
            await bench.journal.do(printing.started(job))
        if printed not in ("QUEUED", "SENDING"):
            result = PrintResult(printed)  # type: ignore[arg-type] # one of its words
            await bench.journal.do(printing.finished(job, result))

    async def live() -> None:
        bench = Bench(tmp_path, reader, ScriptedPrinter())
        await first(bench)
        bench.journal.stop()

    import asyncio

    asyncio.run(live())
    return reader, []


@pytest.mark.parametrize(
    ("answer", "payment", "cases"),
    [
        (APPROVED, "CONFIRMED", ["paid_and_gone"]),
        (CardOutcome("failed", "reversed"), "UNDONE", []),
        (CardOutcome("unknown"), "UNKNOWN", []),
    ],
)
def test_a_request_cut_short_is_what_the_terminal_says(
    tmp_path: Path, answer: CardOutcome, payment: str, cases: list[str]
) -> None:
    reader, _ = _cut(tmp_path, "ack_then_final", False, "")
    reader.answers["resolve"] = answer

    async def second(bench: Bench) -> None:
        await bench.until(lambda: "resolve" in reader.heard and bench.payments() == [payment])
        assert bench.cases() == cases
        assert reader.notes == {"last_receipt": "41"}
        assert "pay" not in reader.heard

    lived(tmp_path, reader, ScriptedPrinter(), second)


@pytest.mark.parametrize(
    ("answer", "payment"), [(APPROVED, "CONFIRMED"), (CardOutcome("failed", "reversed"), "UNDONE")]
)
def test_an_authorisation_cut_before_the_final_answer_is_asked_for(
    tmp_path: Path, answer: CardOutcome, payment: str
) -> None:
    reader, _ = _cut(tmp_path, "ack_then_final", True, "")
    reader.answers["resolve"] = answer

    async def second(bench: Bench) -> None:
        await bench.until(lambda: bench.payments() == [payment])

    lived(tmp_path, reader, ScriptedPrinter(), second)


@pytest.mark.parametrize(
    ("printed", "payment", "ticket"),
    [
        ("QUEUED", "UNDONE", "CANCELLED"),
        ("SENDING", "UNDONE", "CANCELLED"),
        ("failed", "UNDONE", "CANCELLED"),
        ("unknown", "UNDONE", "CANCELLED"),
        ("printed", "CONFIRMED", "ISSUED"),
        ("likely", "CONFIRMED", "ISSUED"),
    ],
)
def test_at_boot_the_paper_decides_a_two_phase_payment(
    tmp_path: Path, printed: str, payment: str, ticket: str
) -> None:
    reader, _ = _cut(tmp_path, "host_two_phase", True, printed)
    reader.answers |= {"confirm": OK, "undo": OK}
    printer = ScriptedPrinter()

    async def second(bench: Bench) -> None:
        await bench.until(lambda: bench.payments() == [payment])
        assert bench.tickets() == [ticket]
        assert reader.heard == ["confirm" if payment == "CONFIRMED" else "undo"]
        papers = 1 if payment == "CONFIRMED" else 0
        await bench.until(lambda: len(printer.papers) == papers)

    lived(tmp_path, reader, printer, second)


def test_a_two_phase_request_cut_short_is_undone_when_nobody_waits(tmp_path: Path) -> None:
    reader, _ = _cut(tmp_path, "host_two_phase", False, "")
    reader.answers |= {"resolve": AUTHORISED, "undo": OK}

    async def second(bench: Bench) -> None:
        await bench.until(lambda: bench.payments() == ["UNDONE"])
        assert reader.heard == ["resolve", "undo"]
        assert bench.tickets() == []

    lived(tmp_path, reader, ScriptedPrinter(), second)


# ---- persons


def test_only_a_person_takes_a_doubt_away_and_it_stays_a_case(tmp_path: Path) -> None:
    reader = ScriptedReader("ack_then_final", pay=GONE)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.payments() == ["UNKNOWN"])
        payment = bench.rows("SELECT payment FROM payments")[0][0]
        await bench.journal.do(card_doubt.review(payment, "ana"))
        assert bench.payments() == ["MANUAL_REVIEW"]
        assert bench.cases() == ["payment_in_review"]
        with pytest.raises(RefusedError):
            await bench.journal.do(card_doubt.review(payment, "ana"))

    lived(tmp_path, reader, ScriptedPrinter(), sale)


def _print_ended(bench: Bench) -> bool:
    states = bench.rows("SELECT state FROM prints WHERE document = 'ticket'")
    return bool(states) and states[0][0] in ("FAILED", "UNKNOWN")
