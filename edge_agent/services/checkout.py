"""The deeds of a sale. Each is one transaction; what it returns may be acted upon.

A card sale is requested (intent), then approved together with its settlement, its ticket and its
print jobs, or refused. A counter sale and a free sale are one deed each.
"""

from collections.abc import Sequence
from typing import NamedTuple

from edge_agent.devices.ports import CardData, CardOutcome
from edge_agent.domain.catalogue import Catalogue, Choice, Priced, price, ticket_prefix
from edge_agent.domain.stored_cards import beyond_stored_limits
from edge_agent.domain.ticket import number_of
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services.errors import RefusedError
from sync_protocol import events
from sync_protocol.events import CardProof, Method, TicketKind


class Basket(NamedTuple):
    """What a customer wants, by the catalogue of their visit. ``sale`` is set on a second
    attempt.
    """

    catalogue: Catalogue
    cart: Sequence[Choice]
    locale: str
    sale: str = ""

    @property
    def currency(self) -> str:
        return self.catalogue.policy.currency

    def priced(self, method: Method) -> Priced:
        """Raises RefusedError when the cart is empty or cannot be paid by this method."""
        found = price(self.catalogue, self.cart, method) if self.cart else None
        if found is None:
            raise RefusedError("method-unavailable", f"This cart cannot be paid by {method}.")
        return found


class Requested(NamedTuple):
    sale: str
    payment: str
    amount_minor: int


class Issued(NamedTuple):
    sale: str
    ticket: str


def request_card(basket: Basket, method: Method, device: str) -> Deed[Requested]:
    """The intent of a card payment, within the policy's limits for stored cards."""

    def deed(writing: Writing) -> Requested:
        priced = basket.priced(method)
        check_stored_limits(writing, basket.catalogue, priced.total_minor)
        sale = _priced_sale(writing, basket, method, priced)
        payment = writing.append(
            events.PaymentRequested(sale, method, basket.currency, priced.total_minor, device)
        )
        return Requested(sale, payment, priced.total_minor)

    return deed


def check_stored_limits(writing: Writing, catalogue: Catalogue, amount_minor: int) -> None:
    """Offline cards within limits, to the cent. Raises RefusedError."""
    stored = writing.row("SELECT count, total_minor FROM stored_cards")
    reason = beyond_stored_limits(catalogue.policy, stored or (0, 0), amount_minor)
    if reason:
        raise RefusedError("method-unavailable", f"No card can be taken offline now: {reason}.")


def approve_card(
    basket: Basket, requested: Requested, method: Method, data: CardData
) -> Deed[Issued]:
    """The card said yes: stored, settled, ticket and both papers, all or nothing."""

    def deed(writing: Writing) -> Issued:
        sale, payment, amount_minor = requested
        priced = basket.priced(method)
        writing.append(
            events.PaymentStoredOffline(
                payment, sale, basket.currency, amount_minor, method, _proof(data)
            )
        )
        writing.append(
            events.SaleSettled(
                sale, method, basket.currency, amount_minor, dict(priced.by_entity), payment
            )
        )
        ticket = _issue(writing, basket, sale, "paid")
        writing.append(events.PrintQueued(sale, ticket, "slip"))
        return Issued(sale, ticket)

    return deed


def refuse_card(requested: Requested, outcome: CardOutcome) -> Deed[None]:
    """The card said no, or the customer did. The sale stays open for another attempt."""

    def deed(writing: Writing) -> None:
        kind = events.PaymentCancelled if outcome.kind == "cancelled" else events.PaymentDeclined
        writing.append(kind(requested.payment, requested.sale, outcome.reason))

    return deed


def sell_at_counter(basket: Basket) -> Deed[Issued]:
    """A promise to pay at the counter, and a ticket that says so."""

    def deed(writing: Writing) -> Issued:
        priced = basket.priced("counter")
        sale = _priced_sale(writing, basket, "counter", priced)
        payment = writing.append(
            events.PaymentRequested(sale, "counter", basket.currency, priced.total_minor, "counter")
        )
        writing.append(events.VoucherIssued(payment, sale, basket.currency, priced.total_minor))
        return Issued(sale, _issue(writing, basket, sale, "to_pay"))

    return deed


def give_free(basket: Basket) -> Deed[Issued]:
    """A ticket that costs nothing."""

    def deed(writing: Writing) -> Issued:
        priced = basket.priced("free")
        if priced.total_minor:
            raise RefusedError("method-unavailable", "This cart is not free.")
        sale = _priced_sale(writing, basket, "free", priced)
        writing.append(events.SaleSettled(sale, "free", basket.currency, 0, {}))
        return Issued(sale, _issue(writing, basket, sale, "free"))

    return deed


def cancel_sale(sale: str, reason: str) -> Deed[None]:
    """End a sale that moved no money. A sale that is already over stays as it is."""

    def deed(writing: Writing) -> None:
        row = writing.row("SELECT state FROM sales WHERE sale = ?", sale)
        if row is not None and row[0] in ("OPEN", "PRICED", "AWAITING_PAYMENT"):
            writing.append(events.SaleCancelled(sale, reason))

    return deed


def _priced_sale(writing: Writing, basket: Basket, method: Method, priced: Priced) -> str:
    sale = basket.sale or writing.append(events.SaleOpened(basket.locale))
    writing.append(
        events.SalePriced(
            sale,
            basket.catalogue.version,
            method,
            basket.currency,
            priced.total_minor,
            priced.lines,
        )
    )
    return sale


def _issue(writing: Writing, basket: Basket, sale: str, kind: TicketKind) -> str:
    prefix = ticket_prefix(basket.catalogue, basket.cart)
    series = writing.head.series
    row = writing.row(
        "SELECT coalesce(max(count), 0) FROM tickets "
        "WHERE business_day = ? AND series = ? AND prefix = ?",
        writing.stamp.business_day,
        series,
        prefix,
    )
    count = (row[0] if row else 0) + 1
    number = number_of(prefix, series, count)
    ticket = writing.append(events.TicketIssued(sale, number, series, prefix, count, kind))
    writing.append(events.PrintQueued(sale, ticket, "ticket"))
    return ticket


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
    )
