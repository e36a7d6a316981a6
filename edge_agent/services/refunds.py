"""Same-day void: a confirmed card payment goes back the way it came, with the card present.

Owed from the moment it is asked for, with an open case from that same moment: whatever cuts it
short, somebody looks. The far end's yes ends it; its no leaves the money owed. An end that nobody
saw stays in doubt, whatever a later try is refused with: the first may have gone through.
"""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from msgspec import json, structs

from edge_agent.devices.errors import DeviceError, DeviceRefusedError
from edge_agent.devices.ports import Attempt, CardOutcome, CardReader
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services.attempts import number_of, read_attempt
from edge_agent.services.board import Board
from edge_agent.services.card_desk import CardProgress, JournalTalk, Reader
from edge_agent.services.card_sale import Requested, close_cases
from edge_agent.services.checkout import entities_of
from edge_agent.services.errors import RefusedError
from edge_agent.services.vouchers import Found, find
from sync_protocol import events
from sync_protocol.events import Line

TODO_FAILED = (
    "The card payment of ticket {number} was to be taken back and the reader did not do it "
    "({reason}). The money is still owed: try again today, or ask the acquirer."
)
TODO_DOUBT = (
    "The card payment of ticket {number} was to be taken back, and nobody has seen the end of it. "
    "Before you try again or give the money back in any other way, look at the reader's receipts "
    "or the acquirer's statement: it may have gone back already."
)
FAILED, IN_DOUBT = "refund_failed", "refund_in_doubt"
NOTED = "void_"
"""In front of what a driver keeps of a void: the payment's own notes stay as they are."""


class AskedBack(NamedTuple):
    """One try to give a payment back. ``case`` says so until its end is seen, and is the try's own
    name. ``was_in_doubt``: nobody saw the end of an earlier one either.
    """

    payment: str
    case: str
    was_in_doubt: bool


class VoidDesk:
    """Runs a void on the reader's own thread."""

    def __init__(self, journal: Journal, reader: Reader, board: Board) -> None:
        self._journal = journal
        self._reader = reader
        self._board = board

    def can_void(self, found: Found) -> bool:
        """A PIX goes back through its PSP, never over the reader."""
        is_paid = found.payment_state in ("CONFIRMED", "REFUND_FAILED") and found.method != "pix"
        return is_paid and self._reader.capabilities.void

    async def void(self, ticket: str, by: str) -> None:
        """Raises RefusedError when it cannot be done, was not done, or nobody knows."""
        if not self._reader.capabilities.void:
            raise RefusedError("method-unavailable", "This reader cannot take a payment back.")
        asked = await self._journal.do(ask_back(ticket, by))
        outcome = await self._ask(asked)
        await self._journal.do(given_back(asked, outcome))
        if outcome.kind == "unknown":
            raise RefusedError("void-in-doubt", f"Nobody saw its end: {outcome.reason}.")
        if outcome.kind != "approved":
            raise RefusedError("void-failed", f"The reader did not take it back: {outcome.reason}.")

    async def _ask(self, asked: AskedBack) -> CardOutcome:
        """A driver that kept notes of an earlier try says first what became of that one."""
        held = await asyncio.to_thread(read_attempt, self._journal, asked.payment)
        paid, tried = _apart(held.attempt)
        intent = structs.replace(paid.intent, attempt=asked.case, number=number_of(asked.case))
        requested = Requested(held.sale, asked.payment, intent.amount_minor)
        talk = VoidTalk(self._journal, requested, CardProgress("credit", 0), self._board)

        def void(reader: CardReader) -> CardOutcome:
            talk.started = True
            if tried.notes:
                before = reader.resolve(tried)
                if before.kind == "approved":
                    return before
            return reader.void(paid, intent, talk)

        try:
            return await asyncio.wrap_future(self._reader.supervisor.submit(void))
        except DeviceRefusedError as refused:
            return CardOutcome("failed", refused.code)
        except DeviceError as error:
            return CardOutcome("unknown" if talk.started else "failed", str(error))


class VoidTalk(JournalTalk):
    """Keeps a driver's notes of the void apart from those of the payment."""

    def keep(self, notes: Mapping[str, str]) -> None:
        super().keep({NOTED + key: value for key, value in notes.items()})


def _apart(attempt: Attempt) -> tuple[Attempt, Attempt]:
    """The payment as its driver knows it, and the void of it that was tried before."""
    notes = attempt.notes.items()
    own = {key: value for key, value in notes if not key.startswith(NOTED)}
    tried = {key.removeprefix(NOTED): value for key, value in notes if key.startswith(NOTED)}
    return Attempt(attempt.intent, own), Attempt(attempt.intent, tried)


def ask_back(ticket: str, by: str) -> Deed[AskedBack]:
    """The money is owed back from here on, and a case says so; the ticket is worth nothing. Raises
    RefusedError.
    """

    def deed(writing: Writing) -> AskedBack:
        found = find(writing.db, ticket)
        if found.method == "pix":
            raise RefusedError("method-unavailable", "A PIX is given back by headquarters.")
        if found.payment_state != "REFUND_FAILED":
            _owe(writing, found, by)
        was_in_doubt = IN_DOUBT in _close(writing, found.sale, "it is tried again")
        case = _open_doubt(writing, found.sale, found.payment, found.number)
        return AskedBack(found.payment, case, was_in_doubt)

    return deed


def _owe(writing: Writing, found: Found, by: str) -> None:
    row = writing.row("SELECT method, lines, business_day FROM sales WHERE sale = ?", found.sale)
    if row is None or found.payment_state != "CONFIRMED" or found.state == "CONSUMED":
        raise RefusedError("wrong-step", f"{found.number} cannot be taken back.")
    method, lines, day = row
    if day != writing.stamp.business_day:
        raise RefusedError("too-late", "Only a payment of today can be taken back here.")
    writing.append(
        events.RefundRequested(
            found.payment,
            found.sale,
            method,
            found.currency,
            found.total_minor,
            entities_of(json.decode(lines, type=list[Line])),
            by,
        )
    )
    writing.append(events.TicketCancelled(found.ticket, found.sale, "refunded"))
    sql = "SELECT job FROM prints WHERE ticket = ? AND document = 'ticket' AND state = 'QUEUED'"
    for (job,) in writing.rows(sql, found.ticket):
        writing.append(events.PrintFinished(job, "failed", "cancelled"))


def given_back(asked: AskedBack, outcome: CardOutcome) -> Deed[None]:
    def deed(writing: Writing) -> None:
        sale, currency, amount_minor, state, number = writing.row(
            "SELECT p.sale, p.currency, p.amount_minor, p.state, t.number FROM payments p "
            "JOIN tickets t USING (sale) WHERE p.payment = ?",
            asked.payment,
        ) or ("", "", 0, "", "")
        reason = outcome.reason or outcome.kind
        if outcome.kind == "approved":
            if state in ("REFUND_REQUESTED", "REFUND_FAILED"):
                writing.append(events.PaymentRefunded(asked.payment, sale, currency, amount_minor))
            _close(writing, sale, "the payment was taken back")
            close_cases(writing, sale, "the payment was taken back")
            return
        if state == "REFUND_REQUESTED":
            writing.append(events.RefundFailed(asked.payment, sale, reason))
        if outcome.kind != "unknown" and not asked.was_in_doubt:
            _close(writing, sale, "the reader did not do it")
            todo = TODO_FAILED.format(number=number, reason=reason)
            writing.append(events.CaseOpened(sale, FAILED, todo, asked.payment))

    return deed


def doubt_refund(writing: Writing, payment: str, sale: str) -> None:
    """The power went while a payment was being taken back: it may be tried again, and a case says
    what to look at first.
    """
    writing.append(events.RefundFailed(payment, sale, "power_cut"))
    if not _open_of(writing, sale):
        row = writing.row("SELECT number FROM tickets WHERE sale = ?", sale)
        _open_doubt(writing, sale, payment, row[0] if row else "")


def _open_doubt(writing: Writing, sale: str, payment: str, number: str) -> str:
    todo = TODO_DOUBT.format(number=number)
    return writing.append(events.CaseOpened(sale, IN_DOUBT, todo, payment))


def _close(writing: Writing, sale: str, resolution: str) -> set[str]:
    """Every open case about giving this sale's card payment back; returns their kinds."""
    found = _open_of(writing, sale)
    for case, _ in found:
        writing.append(events.CaseClosed(case, resolution))
    return {kind for _, kind in found}


def _open_of(writing: Writing, sale: str) -> list[tuple[str, str]]:
    sql = 'SELECT "case", kind FROM cases WHERE sale = ? AND open = 1 AND kind IN (?, ?)'
    return [(case, kind) for case, kind in writing.rows(sql, sale, FAILED, IN_DOUBT)]
