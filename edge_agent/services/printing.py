"""Print jobs, one at a time: intent committed, paper, outcome committed.

The queue is the journal's ``prints`` table, so a restart goes on where it was. A job whose outcome
is unknown is never repeated by itself; a paid ticket that did not come out leaves an open case.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog

from edge_agent import metrics
from edge_agent.devices.errors import DeviceAbandonedError, DeviceError
from edge_agent.devices.ports import Paper, Printer, PrintResult
from edge_agent.devices.supervisor import Supervisor
from edge_agent.domain.print_job import DELIVERED
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Book, Deed, Writing
from edge_agent.services.board import Board
from edge_agent.services.card_sale import close_cases
from edge_agent.services.errors import RefusedError
from edge_agent.services.paper import Place, paid_paper, receipt_paper, slip_paper, ticket_paper
from edge_agent.services.tickets import Sign, Ticket, qr_text, read_slip, read_ticket
from sync_protocol import events
from sync_protocol.ids import parse_name

TODO_NO_PAPER = (
    "Ticket {number} is paid but its paper did not come out ({cause}). The ticket is valid: "
    "attend the customer by this number. Mend the printer, then print a second copy (2ª via)."
)
TODO_NOT_MADE = (
    "The totem could not make the paper ({document}) of ticket {number}: {error}. A ticket is "
    "valid by its number. Print a second copy (2ª via); if that fails too, call a technician."
)
NOT_MADE = "not_made"
_ID_ALPHABET = 90
_ID_FIRST = 0x21


class Job(NamedTuple):
    job: str
    ticket: str
    document: str
    copy: int
    seq: int


async def _nobody(_: str) -> str:
    return ""


class Paperwork(NamedTuple):
    """What every paper needs: whose it is, and the totem's signature for its QR. ``customer``
    knows the name of a sale's customer while they are here; ``named`` is told once it was printed.
    """

    place: Callable[[], Place]
    sign: Sign
    customer: Callable[[str], Awaitable[str]] = _nobody
    named: Callable[[], None] = lambda: None


class Printing:
    """Runs queued print jobs on the printer's own thread."""

    def __init__(
        self,
        journal: Journal,
        printer: Supervisor[Printer],
        paperwork: Paperwork,
        board: Board,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._journal = journal
        self._printer = printer
        self._paperwork = paperwork
        self._board = board
        self._told = told
        self._poked = asyncio.Event()
        self._log = structlog.get_logger("printing")

    def poke(self) -> None:
        """Something was queued."""
        self._poked.set()

    async def run(self) -> None:
        """Print for ever; cancel to stop."""
        while True:
            self._poked.clear()
            while (job := self._next()) is not None:
                await self.print_job(job)
                self._board.changed()
            await self._poked.wait()

    async def print_job(self, job: Job) -> PrintResult:
        """One job from intent to outcome. What cannot be made does not keep the next one back."""
        try:
            paper, customer = await self._made(job)
        except Exception as error:  # noqa: BLE001 - one paper's own error belongs to that paper
            self._log.exception("paper not made", job=job.job, document=job.document)
            await self._journal.do(not_made(job, type(error).__name__))
            self._told()
            return PrintResult("failed", NOT_MADE)
        await self._journal.do(started(job))
        self._board.changed()
        try:
            result = await asyncio.wrap_future(self._printer.submit(sending(paper, job)))
        except DeviceAbandonedError:
            result = PrintResult("unknown", "printer_stuck")
        except DeviceError as error:
            result = PrintResult("failed", _cause(error))
        if customer:
            self._paperwork.named()
        await self._journal.insist(finished(job, result))
        metrics.PRINTS.labels(result.outcome).inc()
        self._told()
        return result

    def _next(self) -> Job | None:
        return next_job(self._journal)

    async def _made(self, job: Job) -> tuple[Paper, str]:
        """The paper, and the customer's name where it stands on it."""
        ticket = read_ticket(self._journal, job.ticket)
        is_first = job.document == "ticket" and job.copy == 1
        customer = await self._paperwork.customer(ticket.sale) if is_first else ""
        return self._compose(job, ticket, customer), customer

    def _compose(self, job: Job, ticket: Ticket, customer: str) -> Paper:
        place, sign = self._paperwork.place, self._paperwork.sign
        if job.document == "slip":
            return slip_paper(place(), ticket, read_slip(self._journal, ticket.sale), job.copy)
        if job.document == "receipt":
            return receipt_paper(place(), ticket, job.copy)
        if job.document == "paid":
            return paid_paper(place(), ticket, job.copy, qr_text(ticket, sign))
        return ticket_paper(place(), ticket, job.copy, qr_text(ticket, sign), customer)


def next_job(journal: Book) -> Job | None:
    """The oldest queued job of this epoch. What an earlier epoch left queued, or what central
    gave back, starts no printer: it becomes a case.
    """
    epoch = journal.head().epoch
    sql = (
        "SELECT job, ticket, document, copy, queued_seq FROM prints "
        "WHERE state = 'QUEUED' ORDER BY queued_seq"
    )
    with journal.reading() as connection:
        for row in connection.execute(sql):
            if parse_name(row[0]).epoch == epoch:
                return Job(*row)
    return None


def sending(paper: Paper, job: Job) -> Callable[[Printer], PrintResult]:
    """Print it; in front of a second copy nothing of the first may come out."""

    def send(printer: Printer) -> PrintResult:
        if job.copy > 1:
            printer.recover()
        return printer.print(paper, process_id(job.seq))

    return send


def process_id(seq: int) -> str:
    """Four printable characters for the printer's own answer; repeats after 65 million events."""
    digits = (seq // _ID_ALPHABET**place % _ID_ALPHABET for place in range(4))
    return "".join(chr(_ID_FIRST + digit) for digit in digits)


def ticket_named(journal: Journal, asked: str) -> str:
    """The ticket of this name, or the newest of this number. Raises RefusedError."""
    sql = (
        "SELECT ticket FROM tickets WHERE ticket = ?1 OR number = upper(?1) "
        "ORDER BY ticket = ?1 DESC, business_day DESC LIMIT 1"
    )
    with journal.reading() as connection:
        row = connection.execute(sql, (asked,)).fetchone()
    if row is None:
        raise RefusedError("not-found", f"There is no ticket {asked!r} in this totem's journal.")
    return str(row[0])


def reprint(ticket: str, *, by_technician: bool = False, by: str = "") -> Deed[str]:
    """Queue a second copy of a ticket whose paper failed or is in doubt; a technician, or the
    attendant ``by``, may have one of any valid ticket that is not on its way. Raises RefusedError.
    """
    is_ours = by_technician or bool(by)
    allowed = ("FAILED", "UNKNOWN", *DELIVERED) if is_ours else ("FAILED", "UNKNOWN")

    def deed(writing: Writing) -> str:
        row = writing.row(
            "SELECT sale, copy, state FROM prints WHERE ticket = ? AND document = 'ticket' "
            "ORDER BY copy DESC LIMIT 1",
            ticket,
        )
        if row is None or row[2] not in allowed:
            raise RefusedError("wrong-step", "A second copy is for paper that did not come out.")
        state = writing.row("SELECT state FROM tickets WHERE ticket = ?", ticket)
        if state is not None and state[0] == "CANCELLED":
            raise RefusedError("wrong-step", "This ticket was cancelled: it is worth nothing.")
        return writing.append(events.PrintQueued(row[0], ticket, "ticket", row[1] + 1, by))

    return deed


def shown(ticket: str) -> Deed[None]:
    """The customer noted the number from the screen: that is their ticket."""

    def deed(writing: Writing) -> None:
        row = writing.row(
            "SELECT job, sale, state FROM prints WHERE ticket = ? AND document = 'ticket' "
            "ORDER BY copy DESC LIMIT 1",
            ticket,
        )
        if row is not None and row[2] in ("FAILED", "UNKNOWN"):
            writing.append(events.PrintFinished(row[0], "shown"))
            _fulfil(writing, row[1], "the customer noted the number from the screen")

    return deed


def started(job: Job) -> Deed[None]:
    def deed(writing: Writing) -> None:
        writing.append(events.PrintStarted(job.job, "printer", process_id(job.seq)))

    return deed


def finished(job: Job, result: PrintResult) -> Deed[None]:
    def deed(writing: Writing) -> None:
        writing.append(events.PrintFinished(job.job, result.outcome, result.cause))
        if job.document != "ticket":
            return
        number, sale = writing.row(
            "SELECT number, sale FROM tickets WHERE ticket = ?", job.ticket
        ) or ("", "")
        if result.outcome in ("printed", "likely"):
            _fulfil(writing, sale, "the second copy was printed")
        elif _is_settled(writing, sale) and not _has_case(writing, sale):
            todo = TODO_NO_PAPER.format(number=number, cause=result.cause or result.outcome)
            writing.append(events.CaseOpened(sale, "ticket_not_printed", todo))

    return deed


def not_made(job: Job, error: str) -> Deed[None]:
    """Nothing was sent: the job failed, and one open case of its sale says so."""

    def deed(writing: Writing) -> None:
        writing.append(events.PrintFinished(job.job, "failed", NOT_MADE))
        sale, number = writing.row(
            "SELECT p.sale, coalesce(t.number, '') FROM prints p "
            "LEFT JOIN tickets t USING (ticket) WHERE p.job = ?",
            job.job,
        ) or ("", "")
        sql = "SELECT 1 FROM cases WHERE sale = ? AND open = 1 AND kind = 'paper_not_made'"
        if writing.row(sql, sale) is None:
            todo = TODO_NOT_MADE.format(number=number, document=job.document, error=error)
            writing.append(events.CaseOpened(sale, "paper_not_made", todo))

    return deed


def fulfil(writing: Writing, sale: str) -> None:
    """The customer holds the ticket: a settled sale ends here."""
    if _is_settled(writing, sale):
        writing.append(events.SaleFulfilled(sale))
        writing.append(events.SaleClosed(sale))


def _fulfil(writing: Writing, sale: str, resolution: str) -> None:
    fulfil(writing, sale)
    close_cases(writing, sale, resolution)


def _is_settled(writing: Writing, sale: str) -> bool:
    row = writing.row("SELECT state FROM sales WHERE sale = ?", sale)
    return row is not None and row[0] == "SETTLED"


def _has_case(writing: Writing, sale: str) -> bool:
    sql = "SELECT 1 FROM cases WHERE sale = ? AND open = 1 AND kind != 'pix_refund'"
    return writing.row(sql, sale) is not None


def _cause(error: DeviceError) -> str:
    return str(getattr(error, "code", "") or "printer_gone")
