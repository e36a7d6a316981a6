"""A card payment that is taken back: once, or owed with an open case, whatever cuts it short."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edge_agent.devices.errors import DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import CardOutcome, PrintResult
from edge_agent.services import printing
from edge_agent.services.errors import RefusedError
from edge_agent.services.refunds import VoidDesk, ask_back
from edge_agent.services.vouchers import find
from tests.support.bench_totem import open_journal
from tests.support.desk_bench import (
    APPROVED,
    AUTHORISED,
    Answer,
    Bench,
    ScriptedPrinter,
    ScriptedReader,
    lived,
)
from tests.support.new_disk import given_back

REFUSED = CardOutcome("declined", "b5")
OK = CardOutcome("failed")
"""What confirm returns is not looked at."""

SILENT = DeviceTimeoutError("line went quiet")
UNSEEN = CardOutcome("unknown", "not yet")

Deed = Callable[[Bench, VoidDesk, str], Awaitable[None]]


def a_reader(void: Answer) -> ScriptedReader:
    return ScriptedReader("ack_then_final", pay=APPROVED, void=void)


def sold(folder: Path, reader: ScriptedReader, deed: Deed) -> None:
    """A life in which a ticket is sold by card, then ``deed``."""

    async def live(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.sales() == ["CLOSED"])
        papers = "SELECT 1 FROM prints WHERE state IN ('QUEUED', 'SENDING')"
        await bench.until(lambda: bench.rows(papers) == [])
        await bench.told()
        await deed(bench, desk_of(bench), ticket_of(bench))

    lived(folder, reader, ScriptedPrinter(), live)


def started_again(folder: Path, reader: ScriptedReader, deed: Deed) -> None:
    async def live(bench: Bench) -> None:
        await deed(bench, desk_of(bench), ticket_of(bench))

    lived(folder, reader, ScriptedPrinter(), live)


def desk_of(bench: Bench) -> VoidDesk:
    return VoidDesk(bench.journal, bench.desk_reader, bench.board)


def ticket_of(bench: Bench) -> str:
    return str(bench.rows("SELECT ticket FROM tickets")[0][0])


def may_void(bench: Bench, desk: VoidDesk, ticket: str) -> bool:
    with bench.journal.reading() as connection:
        return desk.can_void(find(connection, ticket))


async def cut_while_voiding(bench: Bench, desk: VoidDesk, ticket: str) -> None:
    """The power goes while the reader has the word."""
    await bench.journal.do(ask_back(ticket, "ana"))


def test_a_void_goes_back_the_way_it_came_once(tmp_path: Path) -> None:
    reader = a_reader(APPROVED)

    async def taken_back(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        await desk.void(ticket, "ana")
        assert (bench.payments(), bench.sales()) == (["REFUNDED"], ["REFUNDED"])
        assert (bench.tickets(), bench.cases()) == (["CANCELLED"], [])
        with pytest.raises(RefusedError):
            await desk.void(ticket, "ana")
        assert reader.heard.count("void") == 1

    sold(tmp_path, reader, taken_back)


@pytest.mark.parametrize("no", [REFUSED, DeviceRefusedError("not_named", "a void")])
def test_a_void_the_reader_refuses_stays_owed_and_can_be_tried_again(
    tmp_path: Path, no: Answer
) -> None:
    reader = a_reader(no)

    async def tried_twice(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        for _ in range(2):
            with pytest.raises(RefusedError, match="did not take it back"):
                await desk.void(ticket, "ana")
            assert (bench.payments(), bench.cases()) == (["REFUND_FAILED"], ["refund_failed"])
        reader.answers["void"] = APPROVED
        await desk.void(ticket, "ana")
        assert (bench.payments(), bench.cases()) == (["REFUNDED"], [])

    sold(tmp_path, reader, tried_twice)


def test_a_void_cut_by_the_power_is_an_open_case_and_can_be_tried_again(tmp_path: Path) -> None:
    reader = a_reader(APPROVED)

    async def cut(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        await cut_while_voiding(bench, desk, ticket)
        assert bench.cases() == ["refund_in_doubt"]

    async def after(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        assert (bench.payments(), bench.cases()) == (["REFUND_FAILED"], ["refund_in_doubt"])
        assert may_void(bench, desk, ticket)
        await desk.void(ticket, "ana")
        assert (bench.payments(), bench.sales()) == (["REFUNDED"], ["REFUNDED"])
        assert bench.cases() == []

    sold(tmp_path, reader, cut)
    started_again(tmp_path, reader, after)


def test_paper_that_was_printing_is_no_case_of_a_ticket_taken_back(tmp_path: Path) -> None:
    async def cut(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        await bench.journal.do(printing.reprint(ticket, by_technician=True))
        job = printing.next_job(bench.journal)
        assert job is not None
        await bench.journal.do(printing.started(job))
        await cut_while_voiding(bench, desk, ticket)

    async def after(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        assert bench.cases() == ["refund_in_doubt"]

    sold(tmp_path, a_reader(APPROVED), cut)
    started_again(tmp_path, a_reader(APPROVED), after)


def test_a_copy_that_waits_is_not_printed_of_a_ticket_taken_back(tmp_path: Path) -> None:
    async def taken_back(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        await bench.journal.do(printing.reprint(ticket, by_technician=True))
        await desk.void(ticket, "ana")
        assert printing.next_job(bench.journal) is None
        assert (bench.payments(), bench.cases()) == (["REFUNDED"], [])

    sold(tmp_path, a_reader(APPROVED), taken_back)


def test_a_void_cut_before_cases_were_opened_with_it_has_one_after_the_start(
    tmp_path: Path,
) -> None:
    async def cut(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        await cut_while_voiding(bench, desk, ticket)
        await bench.journal.do(lambda writing: writing.db.execute("UPDATE cases SET open = 0"))

    async def after(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        assert (bench.payments(), bench.cases()) == (["REFUND_FAILED"], ["refund_in_doubt"])

    sold(tmp_path, a_reader(APPROVED), cut)
    started_again(tmp_path, a_reader(APPROVED), after)


@pytest.mark.parametrize("unseen", [UNSEEN, SILENT])
def test_a_void_whose_end_nobody_saw_is_not_called_undone(tmp_path: Path, unseen: Answer) -> None:
    reader = a_reader(unseen)

    async def silent(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        with pytest.raises(RefusedError) as refused:
            await desk.void(ticket, "ana")
        assert refused.value.code == "void-in-doubt"
        assert (bench.payments(), bench.cases()) == (["REFUND_FAILED"], ["refund_in_doubt"])
        reader.answers["void"] = REFUSED
        await bench.until(lambda: bench.reader.health().state == "ready")
        with pytest.raises(RefusedError):
            await desk.void(ticket, "ana")
        assert bench.cases() == ["refund_in_doubt"], "a later no may mean that it was done before"

    sold(tmp_path, reader, silent)


def test_the_second_try_is_in_doubt_too_when_the_power_goes(tmp_path: Path) -> None:
    reader = a_reader(REFUSED)

    async def cut(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        with pytest.raises(RefusedError):
            await desk.void(ticket, "ana")
        await cut_while_voiding(bench, desk, ticket)

    async def after(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        assert (bench.payments(), bench.cases()) == (["REFUND_FAILED"], ["refund_in_doubt"])

    sold(tmp_path, reader, cut)
    started_again(tmp_path, reader, after)


def test_a_reader_that_knows_of_an_earlier_void_is_asked_before_another(tmp_path: Path) -> None:
    reader = ScriptedReader(
        "host_two_phase", pay=AUTHORISED, confirm=OK, void=UNSEEN, resolve=APPROVED
    )
    reader.void_notes = {"tef_id": "7"}

    async def silent(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        with pytest.raises(RefusedError):
            await desk.void(ticket, "ana")
        await desk.void(ticket, "ana")
        assert reader.heard.count("void") == 1
        assert reader.notes == {"tef_id": "7"}
        assert (bench.payments(), bench.cases()) == (["REFUNDED"], [])

    sold(tmp_path, reader, silent)


def test_paper_that_comes_out_meanwhile_does_not_close_the_case(tmp_path: Path) -> None:
    async def printed(bench: Bench, desk: VoidDesk, ticket: str) -> None:
        await bench.journal.do(printing.reprint(ticket, by_technician=True))
        job = printing.next_job(bench.journal)
        assert job is not None
        await bench.journal.do(printing.started(job))
        await cut_while_voiding(bench, desk, ticket)
        await bench.journal.do(printing.finished(job, PrintResult("printed")))
        assert bench.cases() == ["refund_in_doubt"]

    sold(tmp_path, a_reader(APPROVED), printed)


def test_a_void_cut_before_a_new_disk_is_in_doubt_on_that_disk_too(tmp_path: Path) -> None:
    reader = a_reader(APPROVED)

    async def after(bench: Bench) -> None:
        desk, ticket = desk_of(bench), ticket_of(bench)
        assert (bench.payments(), bench.cases()) == (["REFUND_FAILED"], ["refund_in_doubt"])
        await desk.void(ticket, "ana")
        assert (bench.payments(), bench.cases()) == (["REFUNDED"], [])

    sold(tmp_path, reader, cut_while_voiding)
    old = open_journal(tmp_path)
    journal = given_back(old, tmp_path / "new")
    old.stop()
    lived(tmp_path, reader, ScriptedPrinter(), after, journal)
