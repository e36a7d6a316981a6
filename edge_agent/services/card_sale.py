"""The deeds of a card payment. Each is one transaction; what it returns may be acted upon.

The intent is committed before the reader is asked. Then, by how the reader makes a payment final
(see domain.payment): stored with its settlement and its ticket; authorised before the reader is
acknowledged, then confirmed with settlement and ticket; or authorised with its ticket, and
confirmed or undone by what became of the ticket (see domain.delivery).
"""

from typing import NamedTuple

from msgspec import json

from edge_agent.devices.ports import CardData, CardOutcome
from edge_agent.domain.catalogue import Catalogue
from edge_agent.domain.print_job import DELIVERED
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services.checkout import Basket, Issued, issue, put_price, settle
from edge_agent.services.errors import RefusedError
from edge_agent.services.stored_cards import stored_off
from sync_protocol import events
from sync_protocol.events import CardProof, Confirm, Method

SLIP_LINES_MAX = 80
SLIP_WIDTH_MAX = 64


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


class Requested(NamedTuple):
    sale: str
    payment: str
    amount_minor: int


class Asked(NamedTuple):
    """How a card is to be paid with. ``confirm`` is the reader's."""

    method: Method
    confirm: Confirm = "none"
    instalments: int = 1


def request_card(basket: Basket, asked: Asked, device: str) -> Deed[Requested]:
    """The intent of a card payment; where the card itself will approve, within the policy's
    limits for stored cards.
    """

    method, confirm, instalments = asked

    def deed(writing: Writing) -> Requested:
        priced = basket.priced(method)
        if confirm == "none":
            check_stored_limits(writing, basket.catalogue, priced.total_minor)
        sale = put_price(writing, basket, method, priced)
        payment = writing.append(
            events.PaymentRequested(
                sale,
                method,
                basket.currency,
                priced.total_minor,
                device,
                confirm,
                instalments,
            )
        )
        return Requested(sale, payment, priced.total_minor)

    return deed


def check_stored_limits(writing: Writing, catalogue: Catalogue, amount_minor: int) -> None:
    """Raises RefusedError."""
    reason = stored_off(writing.db, catalogue.policy, amount_minor, writing.stamp.wall_ms)
    if reason:
        raise RefusedError("method-unavailable", f"No card can be taken offline now: {reason}.")


def is_card_full(writing: Writing, catalogue: Catalogue, par: str) -> bool:
    """Whether this card, where its reader tells it apart, has as many stored payments as it may."""
    most = catalogue.policy.stored_per_card_max
    if not most or not par:
        return False
    row = writing.row(
        "SELECT count(*) FROM payments WHERE state IN ('STORED_OFFLINE', 'FORWARDING') "
        "AND json_extract(proof, '$.par') = ?",
        par,
    )
    return row is not None and row[0] >= most


def note(payment: str, sale: str, notes: dict[str, str]) -> Deed[None]:
    """What the reader's driver must find again after a power cut."""

    def deed(writing: Writing) -> None:
        writing.append(events.PaymentNoted(payment, sale, notes))

    return deed


def approve_card(
    basket: Basket, requested: Requested, method: Method, data: CardData
) -> Deed[Issued]:
    """The card said yes: stored, settled, ticket and both papers, all or nothing."""

    def deed(writing: Writing) -> Issued:
        sale, payment, amount_minor = requested
        if is_card_full(writing, basket.catalogue, data.par):
            raise RefusedError("method-unavailable", "This card waits for its earlier payments.")
        writing.append(
            events.PaymentStoredOffline(
                payment, sale, basket.currency, amount_minor, method, _proof(data)
            )
        )
        settle(writing, sale, payment)
        ticket = issue(writing, sale, basket.prefix, "paid")
        writing.append(events.PrintQueued(sale, ticket, "slip"))
        return Issued(sale, ticket)

    return deed


def authorise(payment: str, data: CardData) -> Deed[None]:
    """The far end holds the money, and is acknowledged once this is on disk. Repeating it changes
    nothing.
    """

    def deed(writing: Writing) -> None:
        if _state(writing, payment) in ("REQUESTED", "UNKNOWN"):
            _authorise(writing, payment, data, two_phase=False)

    return deed


def authorise_and_issue(payment: str, data: CardData, prefix: str) -> Deed[Issued]:
    """The far end holds the money until the ticket is delivered: ticket and paper, no slip yet."""

    def deed(writing: Writing) -> Issued:
        sale = _authorise(writing, payment, data, two_phase=True)
        return Issued(sale, issue(writing, sale, prefix, "paid"))

    return deed


def confirm_and_issue(payment: str, data: CardData, prefix: str) -> Deed[Issued]:
    """The reader's final word: confirmed, settled, ticket and both papers."""

    def deed(writing: Writing) -> Issued:
        if _state(writing, payment) != "AUTHORISED":
            _authorise(writing, payment, data, two_phase=False)
        sale = _confirm(writing, payment)
        settle(writing, sale, payment)
        ticket = issue(writing, sale, prefix, "paid")
        writing.append(events.PrintQueued(sale, ticket, "slip"))
        return Issued(sale, ticket)

    return deed


def confirm_late(payment: str, data: CardData, prefix: str) -> Deed[Issued]:
    """Confirmed when nobody waited for it any more: a ticket that waits to be printed, and a case
    for whoever finds the customer.
    """

    def deed(writing: Writing) -> Issued:
        if _state(writing, payment) != "AUTHORISED":
            _authorise(writing, payment, data, two_phase=False)
        sale = _confirm(writing, payment)
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


def confirm_delivered(payment: str) -> Deed[Issued]:
    """The far end took our word that the ticket was delivered: settled, and the slip queued."""

    def deed(writing: Writing) -> Issued:
        sale = _confirm(writing, payment)
        settle(writing, sale, payment)
        ticket, newest = _newest_print(writing, sale)
        if newest in DELIVERED:
            writing.append(events.SaleFulfilled(sale))
            writing.append(events.SaleClosed(sale))
            close_cases(writing, sale, "the ticket was delivered")
        writing.append(events.PrintQueued(sale, ticket, "slip"))
        return Issued(sale, ticket)

    return deed


def refuse_card(requested: Requested, outcome: CardOutcome) -> Deed[None]:
    """The card said no, or the customer did. The sale stays open for another attempt."""

    def deed(writing: Writing) -> None:
        kind = events.PaymentCancelled if outcome.kind == "cancelled" else events.PaymentDeclined
        writing.append(kind(requested.payment, requested.sale, outcome.reason))

    return deed


def doubt(payment: str, reason: str) -> Deed[None]:
    """Nobody saw the end: the sale is blocked until the far end answers."""

    def deed(writing: Writing) -> None:
        if _state(writing, payment) in ("REQUESTED", "AUTHORISED"):
            writing.append(events.PaymentUnknown(payment, _sale(writing, payment), reason))

    return deed


def undone_though_delivered(payment: str) -> Deed[None]:
    """The far end gave back what the customer already has the ticket for: the doubt is ours."""

    def deed(writing: Writing) -> None:
        sale = _sale(writing, payment)
        writing.append(events.PaymentUndone(payment, sale, "undone_by_acquirer"))
        writing.append(events.CaseOpened(sale, "delivered_unpaid", TODO_UNPAID, payment))
        writing.append(events.SaleAbandoned(sale, "undone_by_acquirer"))

    return deed


def revoke(payment: str) -> Deed[None]:
    """The ticket could not be delivered: cancelled before the payment is given back."""

    def deed(writing: Writing) -> None:
        sale = _sale(writing, payment)
        for ticket, number in writing.rows(
            "SELECT ticket, number FROM tickets WHERE sale = ? AND state = 'ISSUED'", sale
        ):
            writing.append(events.TicketCancelled(ticket, sale, "not_delivered"))
            text = TODO_UNDONE.format(number=number)
            writing.append(events.CaseOpened(sale, "sale_undone", text, payment))

    return deed


def undo(payment: str, reason: str, *, ends_sale: bool) -> Deed[None]:
    """The far end gave the money back, or never took it."""

    def deed(writing: Writing) -> None:
        sale = _sale(writing, payment)
        writing.append(events.PaymentUndone(payment, sale, reason))
        if ends_sale:
            writing.append(events.SaleAbandoned(sale, reason))

    return deed


def review(payment: str, by: str) -> Deed[None]:
    """A person takes an unknown attempt out of the totem's hands. Raises RefusedError."""

    def deed(writing: Writing) -> None:
        if _state(writing, payment) != "UNKNOWN":
            raise RefusedError("wrong-step", f"{payment} is not in doubt: nothing to review.")
        sale = _sale(writing, payment)
        writing.append(events.ReviewRequested(payment, sale, by))
        todo = (
            "Nobody could say whether this payment was taken. Compare with the far end's "
            "statement; if it was, give the customer the ticket or the money back."
        )
        writing.append(events.CaseOpened(sale, "payment_in_review", todo, payment))
        writing.append(events.SaleAbandoned(sale, "review"))

    return deed


def close_cases(writing: Writing, sale: str, resolution: str) -> None:
    """Every open one of this sale; a PIX that must go back stays until it went."""
    sql = "SELECT \"case\" FROM cases WHERE sale = ? AND open = 1 AND kind != 'pix_refund'"
    for (case,) in writing.rows(sql, sale):
        writing.append(events.CaseClosed(case, resolution))


def _authorise(writing: Writing, payment: str, data: CardData, *, two_phase: bool) -> str:
    sale, method, currency, amount_minor = writing.row(
        "SELECT sale, method, currency, amount_minor FROM payments WHERE payment = ?", payment
    ) or ("", "debit", "", 0)
    writing.append(
        events.PaymentAuthorised(
            payment, sale, currency, amount_minor, method, _proof(data), two_phase
        )
    )
    return str(sale)


def _confirm(writing: Writing, payment: str) -> str:
    sale, currency, amount_minor = writing.row(
        "SELECT sale, currency, amount_minor FROM payments WHERE payment = ?", payment
    ) or ("", "", 0)
    writing.append(events.PaymentConfirmed(payment, sale, currency, amount_minor))
    return str(sale)


def _newest_print(writing: Writing, sale: str) -> tuple[str, str]:
    row = writing.row(
        "SELECT ticket, state FROM prints WHERE sale = ? AND document = 'ticket' "
        "ORDER BY copy DESC LIMIT 1",
        sale,
    )
    return (row[0], row[1]) if row else ("", "")


def _state(writing: Writing, payment: str) -> str:
    row = writing.row("SELECT state FROM payments WHERE payment = ?", payment)
    return str(row[0]) if row else ""


def _sale(writing: Writing, payment: str) -> str:
    row = writing.row("SELECT sale FROM payments WHERE payment = ?", payment)
    return str(row[0]) if row else ""


def _proof(data: CardData) -> CardProof:
    return CardProof(
        masked_pan=data.masked_pan,
        brand=data.brand,
        aid=data.aid,
        cryptogram=data.cryptogram,
        atc=data.atc,
        reader_serial=data.reader_serial,
        emv=data.emv,
        holder=data.holder,
        auth_code=data.auth_code,
        nsu=data.nsu,
        acquirer=data.acquirer,
        par=data.par,
        sealed_track=data.sealed_track,
        sealed_key=data.sealed_key,
        slip=[line[:SLIP_WIDTH_MAX] for line in data.slip[:SLIP_LINES_MAX]],
    )


def proof_data(proof: str) -> CardData:
    """The reader's data as the journal kept it: JSON of a CardProof."""
    return json.decode(proof, type=CardData)
