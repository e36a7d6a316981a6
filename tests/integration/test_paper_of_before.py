"""Paper of a ticket that another epoch issued, and paper that cannot be made."""

import re
from pathlib import Path

import pytest

from edge_agent.devices.ports import Paper
from edge_agent.journal.journal import Journal
from edge_agent.journal.moments import wall_ms_of
from edge_agent.services import printing, vouchers
from edge_agent.services.cases import cases_of, close
from edge_agent.services.tickets import read_ticket
from sync_protocol import events
from sync_protocol.events import Method
from tests.support.bench_totem import open_journal
from tests.support.desk_bench import (
    APPROVED,
    Bench,
    ScriptedPrinter,
    ScriptedReader,
    lived,
)
from tests.support.new_disk import given_back, next_epoch

PAPERS_LEFT = "SELECT 1 FROM prints WHERE state IN ('QUEUED', 'SENDING')"
MINUTES_APART = 3
WHEN = re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d")


def sold(folder: Path, method: Method) -> Paper:
    """A ticket of epoch 1, sold minutes after the first events, its paper out; returns that
    paper.
    """
    printer = ScriptedPrinter()

    async def live(bench: Bench) -> None:
        await bench.journal.do(lambda it: it.append(events.CaseOpened("", "other", "look")))
        for _ in range(MINUTES_APART * 60):
            await bench.journal.do(lambda _: None)
        await bench.buy(method)
        await bench.until(lambda: bench.tickets() == ["ISSUED"])
        await bench.until(lambda: bench.rows(PAPERS_LEFT) == [])

    lived(folder, ScriptedReader("ack_then_final", pay=APPROVED), printer, live)
    return printer.papers[0]


def on_a_new_disk(folder: Path) -> Journal:
    old = open_journal(folder)
    try:
        return given_back(old, folder / "new")
    finally:
        old.stop()


def printed_since(folder: Path, journal: Journal, asks: object) -> list[Paper]:
    """What came out after ``asks``, a deed on the one ticket there is."""
    printer = ScriptedPrinter()

    async def live(bench: Bench) -> None:
        ticket = bench.rows("SELECT ticket FROM tickets")[0][0]
        await bench.journal.do(asks(ticket))  # type: ignore[operator] # makes a deed
        bench.printing.poke()
        await bench.until(lambda: bench.rows(PAPERS_LEFT) == [])
        assert bench.rows("SELECT DISTINCT state FROM prints") == [("PRINTED",)]

    lived(folder, ScriptedReader("ack_then_final"), printer, live, journal)
    return printer.papers


def when(paper: Paper) -> list[str]:
    return WHEN.findall(str(paper))


def test_a_second_copy_of_a_ticket_that_central_gave_back_comes_out(tmp_path: Path) -> None:
    first = sold(tmp_path, "debit")
    journal = on_a_new_disk(tmp_path)
    [copy] = printed_since(
        tmp_path, journal, lambda ticket: printing.reprint(ticket, by_technician=True)
    )
    assert when(copy) == when(first) != []


def test_a_voucher_that_central_gave_back_is_settled_with_its_paper(tmp_path: Path) -> None:
    first = sold(tmp_path, "counter")
    journal = on_a_new_disk(tmp_path)
    [paid] = printed_since(tmp_path, journal, lambda ticket: vouchers.settle_voucher(ticket, "ana"))
    assert "PAGO" in str(paid)
    assert when(paid) == when(first)


def test_a_copy_of_another_epoch_says_when_its_ticket_was_issued(tmp_path: Path) -> None:
    first = sold(tmp_path, "debit")
    [copy] = printed_since(
        tmp_path,
        next_epoch(tmp_path),
        lambda ticket: printing.reprint(ticket, by_technician=True),
    )
    assert when(copy) == when(first) != []


def test_a_sale_that_central_gave_back_still_says_when_it_was(tmp_path: Path) -> None:
    sold(tmp_path, "debit")
    old = open_journal(tmp_path)
    with old.reading() as connection:
        sale = connection.execute("SELECT sale FROM sales").fetchone()[0]
        before = wall_ms_of(connection, sale)
    old.stop()
    journal = on_a_new_disk(tmp_path)
    with journal.reading() as connection:
        assert wall_ms_of(connection, sale) == before
    journal.stop()


def test_paper_that_cannot_be_made_is_a_case_and_the_next_one_comes_out(tmp_path: Path) -> None:
    printer = ScriptedPrinter()

    async def live(bench: Bench) -> None:
        await bench.buy("counter")
        await bench.until(lambda: bench.rows("SELECT state FROM prints") == [("PRINTED",)])
        sale, ticket = bench.rows("SELECT sale, ticket FROM tickets")[0]
        await bench.journal.do(lambda it: it.append(events.PrintQueued(sale, ticket, "slip")))
        await bench.journal.do(printing.reprint(ticket, by_technician=True))
        bench.printing.poke()
        await bench.until(lambda: bench.rows(PAPERS_LEFT) == [])
        assert bench.rows("SELECT document, state, cause FROM prints ORDER BY queued_seq") == [
            ("ticket", "PRINTED", ""),
            ("slip", "FAILED", "not_made"),
            ("ticket", "PRINTED", ""),
        ]
        assert len(printer.papers) == 2

    lived(tmp_path, ScriptedReader("ack_then_final"), printer, live)


def test_the_case_of_paper_that_cannot_be_made_is_one_and_a_person_closes_it(
    tmp_path: Path,
) -> None:
    async def live(bench: Bench) -> None:
        await bench.buy("debit")
        await bench.until(lambda: bench.sales() == ["CLOSED"])
        await bench.until(lambda: bench.rows(PAPERS_LEFT) == [])
        sale, ticket = bench.rows("SELECT sale, ticket FROM tickets")[0]
        await bench.journal.do(lambda it: it.db.execute("UPDATE payments SET proof = ''"))
        slips = [events.PrintQueued(sale, ticket, "slip", copy) for copy in (2, 3)]
        await bench.journal.do(lambda it: [it.append(slip) for slip in slips])
        bench.printing.poke()
        await bench.until(lambda: bench.rows(PAPERS_LEFT) == [])
        with bench.journal.reading() as connection:
            [case] = cases_of(connection, sale)
        assert case.kind == "paper_not_made"
        await bench.journal.do(close(case.case, "served", "ana"))
        assert bench.cases() == []

    lived(tmp_path, ScriptedReader("ack_then_final", pay=APPROVED), ScriptedPrinter(), live)


def test_a_ticket_nobody_knows_is_no_ticket(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    with pytest.raises(KeyError):
        read_ticket(journal, "T0001-1-9-00000000")
    journal.stop()
