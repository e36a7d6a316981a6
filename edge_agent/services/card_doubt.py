"""The deeds that end a card payment when its conversation did not. Each is one transaction, and
changes nothing when somebody else has ended the attempt meanwhile.

Where neither the reader nor the paper can end it the attempt goes to a person: out of the totem's
hands, an open case, and the reader free for the next customer.
"""

from typing import NamedTuple

from edge_agent.devices.ports import CardData
from edge_agent.domain.delivery import Decision, decide
from edge_agent.domain.money import written
from edge_agent.domain.payment import UNDECIDED
from edge_agent.domain.print_job import DELIVERED
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services.card_sale import (
    close_cases,
    put_authorised,
    put_confirmed,
    sale_of,
    state_of,
)
from edge_agent.services.checkout import Issued, issue, settle
from edge_agent.services.errors import RefusedError
from sync_protocol import events

TODO_LATE = (
    "This card turned out to be charged after the customer had been sent away with a claim code. "
    "Ticket {number} is theirs: print it (totem printer reprint), or give the money back."
)
TODO_UNDONE = (
    "Ticket {number} could not be delivered and its card payment is given back. The ticket is "
    "cancelled: whoever brings it pays again."
)
TODO_UNPAID = (
    "The customer holds this ticket, but the acquirer had given its payment back already. Serve "
    "the customer: the doubt is ours."
)
TODO_REVIEW = (
    "Nobody could say whether this payment was taken. Compare with the far end's "
    "statement; if it was, give the customer the ticket or the money back."
)
TODO_AMOUNT = (
    "The reader took {charged} where {asked} was asked for (NSU {nsu}, authorisation {auth_code}), "
    "and says that it is final. Compare with the statement, then give the customer the money back."
)
TODO_KEPT = (
    "The ticket of this payment was not delivered, and the far end refuses to give the money back: "
    "it stands there. Compare with the statement, then give the customer the money back."
)
READER = "reader"
"""Who asks for a review where no person did."""


class _Paper(NamedTuple):
    """What became of a sale's ticket: its state, and those of its copies, the oldest first."""

    ticket: str = ""
    number: str = ""
    state: str = ""
    copies: tuple[str, ...] = ()

    @property
    def is_delivered(self) -> bool:
        return any(it in DELIVERED for it in self.copies)


def confirm_late(payment: str, data: CardData, prefix: str) -> Deed[Issued | None]:
    """Confirmed when nobody waited for it any more: a ticket that waits to be printed, and a case
    for whoever finds the customer.
    """

    def deed(writing: Writing) -> Issued | None:
        if state_of(writing, payment) not in UNDECIDED:
            return None
        if state_of(writing, payment) != "AUTHORISED":
            put_authorised(writing, payment, data, two_phase=False)
        sale = put_confirmed(writing, payment)
        settle(writing, sale, payment)
        ticket = issue(writing, sale, prefix, "paid")
        job, number = writing.row(
            "SELECT job, number FROM prints JOIN tickets USING (ticket) WHERE ticket = ?", ticket
        ) or ("", "")
        writing.append(events.PrintFinished(job, "failed", "nobody_there"))
        todo = TODO_LATE.format(number=number)
        writing.append(events.CaseOpened(sale, "paid_and_gone", todo, payment))
        return Issued(sale, ticket)

    return deed


def deliver(payment: str, *, is_there: bool) -> Deed[Decision]:
    """What is to become of an authorised payment, by what became of its ticket. One that could not
    be delivered is cancelled here, before the money is given back.
    """

    def deed(writing: Writing) -> Decision:
        if state_of(writing, payment) != "AUTHORISED":
            return "wait"
        sale = sale_of(writing, payment)
        paper = _paper(writing, sale)
        decision = decide(paper.state, paper.copies, is_there)
        if decision != "revoke":
            return decision
        writing.append(events.TicketCancelled(paper.ticket, sale, "not_delivered"))
        todo = TODO_UNDONE.format(number=paper.number)
        writing.append(events.CaseOpened(sale, "sale_undone", todo, payment))
        return "undo"

    return deed


def confirm_delivered(payment: str) -> Deed[Issued | None]:
    """The far end took our word that the ticket was delivered: settled, and the slip queued."""

    def deed(writing: Writing) -> Issued | None:
        if state_of(writing, payment) != "AUTHORISED":
            return None
        sale = put_confirmed(writing, payment)
        settle(writing, sale, payment)
        paper = _paper(writing, sale)
        if paper.is_delivered:
            writing.append(events.SaleFulfilled(sale))
            writing.append(events.SaleClosed(sale))
            close_cases(writing, sale, "the ticket was delivered")
        writing.append(events.PrintQueued(sale, paper.ticket, "slip"))
        return Issued(sale, paper.ticket)

    return deed


def undone_though_delivered(payment: str) -> Deed[None]:
    """The far end gave back what the customer already has the ticket for: the doubt is ours."""

    def deed(writing: Writing) -> None:
        if state_of(writing, payment) != "AUTHORISED":
            return
        sale = sale_of(writing, payment)
        writing.append(events.PaymentUndone(payment, sale, "undone_by_acquirer"))
        writing.append(events.CaseOpened(sale, "delivered_unpaid", TODO_UNPAID, payment))
        writing.append(events.SaleAbandoned(sale, "undone_by_acquirer"))

    return deed


def undo(payment: str, reason: str, *, ends_sale: bool) -> Deed[bool]:
    """The far end gave the money back, or never took it. Whether that is news."""

    def deed(writing: Writing) -> bool:
        if state_of(writing, payment) not in ("AUTHORISED", "UNKNOWN"):
            return False
        sale = sale_of(writing, payment)
        writing.append(events.PaymentUndone(payment, sale, reason))
        if ends_sale:
            writing.append(events.SaleAbandoned(sale, reason))
        return True

    return deed


def undo_refused(payment: str) -> Deed[None]:
    """The far end keeps what it was to give back."""
    return _given_to_a_person(payment, "undo_refused", TODO_KEPT)


def wrong_amount(payment: str, charged_minor: int, data: CardData | None) -> Deed[None]:
    """The far end made another amount final, or cannot say what: never booked as ours."""

    def deed(writing: Writing) -> None:
        currency, asked_minor = writing.row(
            "SELECT currency, amount_minor FROM payments WHERE payment = ?", payment
        ) or ("", 0)
        todo = TODO_AMOUNT.format(
            charged=written(charged_minor, currency),
            asked=written(asked_minor, currency),
            nsu=data.nsu if data else "",
            auth_code=data.auth_code if data else "",
        )
        _given_to_a_person(payment, "wrong_amount", todo)(writing)

    return deed


def review(payment: str, by: str) -> Deed[None]:
    """A person takes an attempt in doubt out of the totem's hands: an unknown one, or one whose end
    is decided and does not get through to the far end. Raises RefusedError.
    """

    def deed(writing: Writing) -> None:
        state = state_of(writing, payment)
        if state not in ("AUTHORISED", "UNKNOWN"):
            raise RefusedError("wrong-step", f"{payment} is not in doubt: nothing to review.")
        paper = _paper(writing, sale_of(writing, payment))
        if state == "AUTHORISED" and paper.state == "ISSUED" and not paper.is_delivered:
            raise RefusedError("wrong-step", "Its ticket decides: wait for the paper to end.")
        _hand_over(writing, payment, by, TODO_REVIEW)

    return deed


def _given_to_a_person(payment: str, reason: str, todo: str) -> Deed[None]:
    def deed(writing: Writing) -> None:
        if state_of(writing, payment) in ("AUTHORISED", "UNKNOWN"):
            _hand_over(writing, payment, READER, todo, reason)

    return deed


def _hand_over(writing: Writing, payment: str, by: str, todo: str, reason: str = "review") -> None:
    """Only the statement ends it now. A ticket that was delivered stays the customer's."""
    sale = sale_of(writing, payment)
    if state_of(writing, payment) == "AUTHORISED":
        writing.append(events.PaymentUnknown(payment, sale, reason))
    writing.append(events.ReviewRequested(payment, sale, by))
    close_cases(writing, sale, "the payment is in review")
    writing.append(events.CaseOpened(sale, "payment_in_review", todo, payment))
    writing.append(events.SaleAbandoned(sale, "review"))


def _paper(writing: Writing, sale: str) -> _Paper:
    """Of the sale's newest ticket; empty where none was issued."""
    row = writing.row(
        "SELECT ticket, number, state FROM tickets WHERE sale = ? "
        "ORDER BY length(ticket) DESC, ticket DESC LIMIT 1",
        sale,
    )
    if row is None:
        return _Paper()
    sql = "SELECT state FROM prints WHERE ticket = ? AND document = 'ticket' ORDER BY copy"
    ticket, number, state = row
    return _Paper(ticket, number, state, tuple(it for (it,) in writing.rows(sql, ticket)))
