"""The deeds of a sale. Each is one transaction; what it returns may be acted upon.

A counter sale and a free sale are one deed each; those of a card sale are in card_sale.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec import UNSET, UnsetType, json

from edge_agent.domain.catalogue import (
    Catalogue,
    CatalogueError,
    Choice,
    Priced,
    price,
    ticket_prefix,
)
from edge_agent.domain.ticket import number_of
from edge_agent.journal import private
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services import stock
from edge_agent.services.errors import RefusedError
from sync_protocol import events
from sync_protocol.events import Line, Method, Priority, TicketKind
from sync_protocol.messages import PrivateRecord


class Basket(NamedTuple):
    """What a customer wants, by the catalogue of their visit. ``sale`` is set on a second
    attempt. ``seal`` makes the private record of a sale, where the customer said something of
    themselves.
    """

    catalogue: Catalogue
    cart: Sequence[Choice]
    locale: str
    sale: str = ""
    priority: Priority | UnsetType = UNSET
    seal: Callable[[str], PrivateRecord] | None = None

    @property
    def currency(self) -> str:
        return self.catalogue.policy.currency

    @property
    def prefix(self) -> str:
        """The queue its ticket stands in."""
        return ticket_prefix(self.catalogue, self.cart)

    def priced(self, method: Method) -> Priced:
        """Raises RefusedError when the cart is empty or cannot be paid by this method."""
        try:
            found = price(self.catalogue, self.cart, method) if self.cart else None
        except CatalogueError as error:
            raise RefusedError(error.code, error.detail) from error
        if found is None:
            raise RefusedError("method-unavailable", f"This cart cannot be paid by {method}.")
        return found


class Issued(NamedTuple):
    sale: str
    ticket: str


def sell_at_counter(basket: Basket) -> Deed[Issued]:
    """A promise to pay at the counter, and a ticket that says so."""

    def deed(writing: Writing) -> Issued:
        priced = basket.priced("counter")
        sale = put_price(writing, basket, "counter", priced)
        payment = writing.append(
            events.PaymentRequested(sale, "counter", basket.currency, priced.total_minor, "counter")
        )
        writing.append(events.VoucherIssued(payment, sale, basket.currency, priced.total_minor))
        return Issued(sale, issue(writing, sale, basket.prefix, "to_pay"))

    return deed


def give_free(basket: Basket) -> Deed[Issued]:
    """A ticket that costs nothing."""

    def deed(writing: Writing) -> Issued:
        priced = basket.priced("free")
        if priced.total_minor:
            raise RefusedError("method-unavailable", "This cart is not free.")
        sale = put_price(writing, basket, "free", priced)
        settle(writing, sale)
        return Issued(sale, issue(writing, sale, basket.prefix, "free"))

    return deed


def cancel_sale(sale: str, reason: str) -> Deed[None]:
    """End a sale that moved no money. A sale that is already over stays as it is."""

    def deed(writing: Writing) -> None:
        row = writing.row("SELECT state FROM sales WHERE sale = ?", sale)
        if row is not None and row[0] in ("OPEN", "PRICED", "AWAITING_PAYMENT"):
            writing.append(events.SaleCancelled(sale, reason))

    return deed


def put_price(writing: Writing, basket: Basket, method: Method, priced: Priced) -> str:
    """Open the sale unless it is open, and freeze what it costs; returns its name. What the
    customer said of themselves is kept beside it, sealed. Raises RefusedError when something of
    the cart has sold out meanwhile.
    """
    stock.take(writing, basket.catalogue, basket.cart, basket.sale)
    sale = basket.sale or writing.append(events.SaleOpened(basket.locale))
    writing.append(
        events.SalePriced(
            sale,
            basket.catalogue.version,
            method,
            basket.currency,
            priced.total_minor,
            priced.lines,
            basket.priority,
        )
    )
    if basket.seal is None:
        private.drop(writing, sale)
    else:
        private.keep(writing, sale, basket.seal(sale))
    return sale


def settle(writing: Writing, sale: str, payment: str | UnsetType = UNSET) -> None:
    """The sale is owed nothing more: its own frozen price, by legal entity."""
    method, currency, total_minor, lines = writing.row(
        "SELECT method, currency, total_minor, lines FROM sales WHERE sale = ?", sale
    ) or ("free", "", 0, "[]")
    by_entity = entities_of(json.decode(lines, type=list[Line]))
    writing.append(events.SaleSettled(sale, method, currency, total_minor, by_entity, payment))


def entities_of(lines: Sequence[Line]) -> dict[str, int]:
    """Legal entity -> its part of the total, minor units."""
    parts: dict[str, int] = {}
    for line in lines:
        parts[line.legal_entity] = parts.get(line.legal_entity, 0) + line.total_minor
    return parts


def issue(writing: Writing, sale: str, prefix: str, kind: TicketKind) -> str:
    """A number, and the ticket's paper queued; returns the ticket's name. Who is served first is
    the sale's own word, so that it outlives the visit.
    """
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
    ticket = writing.append(
        events.TicketIssued(sale, number, series, prefix, count, kind, _priority_of(writing, sale))
    )
    writing.append(events.PrintQueued(sale, ticket, "ticket"))
    return ticket


def _priority_of(writing: Writing, sale: str) -> Priority | UnsetType:
    row = writing.row("SELECT priority FROM sales WHERE sale = ?", sale)
    return row[0] if row and row[0] else UNSET
