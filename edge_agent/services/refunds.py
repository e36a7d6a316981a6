"""Same-day void: a confirmed card payment goes back the way it came, with the card present.

Owed from the moment it is asked for; the far end's answer ends it. What it refuses stays owed, as
an open case.
"""

import asyncio

from msgspec import json

from edge_agent.devices.errors import DeviceError
from edge_agent.devices.ports import CardOutcome, CardReader
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services.attempts import read_attempt
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
        """Raises RefusedError when it cannot be done, or was not."""
        if not self._reader.capabilities.void:
            raise RefusedError("method-unavailable", "This reader cannot take a payment back.")
        payment = await self._journal.do(ask_back(ticket, by))
        outcome = await self._ask(payment)
        await self._journal.do(given_back(payment, outcome))
        if outcome.kind != "approved":
            raise RefusedError("void-failed", f"The reader did not take it back: {outcome.reason}.")

    async def _ask(self, payment: str) -> CardOutcome:
        held = await asyncio.to_thread(read_attempt, self._journal, payment)
        requested = Requested(held.sale, payment, held.attempt.intent.amount_minor)
        talk = JournalTalk(self._journal, requested, CardProgress("credit", 0), self._board)

        def void(reader: CardReader) -> CardOutcome:
            return reader.void(held.attempt, held.attempt.intent, talk)

        try:
            return await asyncio.wrap_future(self._reader.supervisor.submit(void))
        except DeviceError as error:
            return CardOutcome("unknown", str(error))


def ask_back(ticket: str, by: str) -> Deed[str]:
    """The money is owed back from here on; the ticket is worth nothing. Returns the payment.
    Raises RefusedError.
    """

    def deed(writing: Writing) -> str:
        found = find(writing.db, ticket)
        if found.method == "pix":
            raise RefusedError("method-unavailable", "A PIX is given back by headquarters.")
        if found.payment_state == "REFUND_FAILED":
            return found.payment
        row = writing.row(
            "SELECT method, lines, business_day FROM sales WHERE sale = ?", found.sale
        )
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
        writing.append(events.TicketCancelled(ticket, found.sale, "refunded"))
        return found.payment

    return deed


def given_back(payment: str, outcome: CardOutcome) -> Deed[None]:
    def deed(writing: Writing) -> None:
        row = writing.row(
            "SELECT p.sale, p.currency, p.amount_minor, p.state, t.number FROM payments p "
            "JOIN tickets t USING (sale) WHERE p.payment = ?",
            payment,
        )
        if row is None:
            return
        sale, currency, amount_minor, state, number = row
        if outcome.kind == "approved":
            writing.append(events.PaymentRefunded(payment, sale, currency, amount_minor))
            close_cases(writing, sale, "the payment was taken back")
        elif state == "REFUND_REQUESTED":
            reason = outcome.reason or outcome.kind
            writing.append(events.RefundFailed(payment, sale, reason))
            todo = TODO_FAILED.format(number=number, reason=reason)
            writing.append(events.CaseOpened(sale, "refund_failed", todo, payment))

    return deed
