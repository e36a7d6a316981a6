"""The fold: one posted event after the other becomes sales, payments, tickets, cases and legs.

Posting applies it to the rows a push touches; the audit applies it to everything from the first
event. A body
that contradicts the books (an unknown sale, a sale settled twice, another total) raises
BadContentError and
leaves them as they were.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from msgspec import UNSET, to_builtins

from central.domain.rows import Books, Case, Entry, LegRow, Payment, Sale, Ticket
from sync_protocol import accounts, events
from sync_protocol.errors import BadContentError
from sync_protocol.events import Body

Row = TypeVar("Row")

SALE_MOVES: dict[tuple[str, type[Body]], str] = {
    ("OPEN", events.SalePriced): "PRICED",
    ("PRICED", events.SalePriced): "PRICED",
    ("AWAITING_PAYMENT", events.SalePriced): "PRICED",
    ("PRICED", events.PaymentRequested): "AWAITING_PAYMENT",
    ("AWAITING_PAYMENT", events.PaymentRequested): "AWAITING_PAYMENT",
    ("AWAITING_PAYMENT", events.PaymentAuthorised): "AWAITING_DELIVERY",
    ("AWAITING_DELIVERY", events.PaymentUndone): "AWAITING_PAYMENT",
    ("AWAITING_DELIVERY", events.SaleSettled): "SETTLED",
    ("PRICED", events.PixHonoured): "AWAITING_PAYMENT",
    ("AWAITING_PAYMENT", events.PixHonoured): "AWAITING_PAYMENT",
    ("CANCELLED", events.PixHonoured): "AWAITING_PAYMENT",
    ("ABANDONED", events.PixHonoured): "AWAITING_PAYMENT",
    ("SETTLED", events.RefundRequested): "REFUND_DUE",
    ("FULFILLED", events.RefundRequested): "REFUND_DUE",
    ("CLOSED", events.RefundRequested): "REFUND_DUE",
    ("REFUND_DUE", events.PaymentRefunded): "REFUNDED",
    ("PRICED", events.SaleSettled): "SETTLED",
    ("AWAITING_PAYMENT", events.SaleSettled): "SETTLED",
    ("SETTLED", events.SaleFulfilled): "FULFILLED",
    ("FULFILLED", events.SaleClosed): "CLOSED",
    ("OPEN", events.SaleCancelled): "CANCELLED",
    ("PRICED", events.SaleCancelled): "CANCELLED",
    ("AWAITING_PAYMENT", events.SaleCancelled): "CANCELLED",
    ("OPEN", events.SaleAbandoned): "ABANDONED",
    ("PRICED", events.SaleAbandoned): "ABANDONED",
    ("AWAITING_PAYMENT", events.SaleAbandoned): "ABANDONED",
    ("AWAITING_DELIVERY", events.SaleAbandoned): "ABANDONED",
}
PAYMENT_MOVES: dict[type[Body], tuple[str, frozenset[str]]] = {
    events.PaymentStoredOffline: ("STORED_OFFLINE", frozenset({"REQUESTED", "UNKNOWN"})),
    events.PaymentDeclined: ("DECLINED", frozenset({"REQUESTED", "UNKNOWN"})),
    events.PaymentCancelled: ("CANCELLED", frozenset({"REQUESTED", "ACTIVE", "UNKNOWN"})),
    events.PaymentAuthorised: ("AUTHORISED", frozenset({"REQUESTED", "UNKNOWN"})),
    events.PaymentUnknown: (
        "UNKNOWN",
        frozenset({"REQUESTED", "AUTHORISED", "ACTIVE", "UNKNOWN"}),
    ),
    events.ReviewRequested: ("MANUAL_REVIEW", frozenset({"UNKNOWN"})),
    events.PaymentConfirmed: ("CONFIRMED", frozenset({"AUTHORISED"})),
    events.PaymentUndone: ("UNDONE", frozenset({"AUTHORISED", "UNKNOWN"})),
    events.PaymentForwarding: ("FORWARDING", frozenset({"STORED_OFFLINE"})),
    events.PaymentForwarded: ("CONFIRMED", frozenset({"FORWARDING"})),
    events.PaymentDeclinedLate: ("DECLINED_LATE", frozenset({"FORWARDING"})),
    events.PaymentRecovered: ("RECOVERED", frozenset({"DECLINED_LATE"})),
    events.PaymentWrittenOff: ("WRITTEN_OFF", frozenset({"DECLINED_LATE"})),
    events.VoucherIssued: ("VOUCHER_ISSUED", frozenset({"REQUESTED", "UNKNOWN"})),
    events.VoucherSettled: ("COUNTER_SETTLED", frozenset({"VOUCHER_ISSUED"})),
    events.RefundRequested: ("REFUND_REQUESTED", frozenset({"CONFIRMED"})),
    events.PaymentRefunded: ("REFUNDED", frozenset({"REFUND_REQUESTED", "REFUND_FAILED"})),
    events.RefundFailed: ("REFUND_FAILED", frozenset({"REFUND_REQUESTED"})),
    events.PixActivated: ("ACTIVE", frozenset({"REQUESTED"})),
    events.PixConfirmed: ("CONFIRMED", frozenset({"ACTIVE", "UNKNOWN"})),
    events.PixExpired: ("EXPIRED", frozenset({"REQUESTED", "ACTIVE", "UNKNOWN"})),
    events.PixPaidLate: (
        "PAID_LATE",
        frozenset({"UNKNOWN", "EXPIRED", "CANCELLED", "DECLINED"}),
    ),
    events.PixHonoured: ("HONOURED", frozenset({"PAID_LATE"})),
    events.PixRefundRequested: ("REFUND_REQUESTED", frozenset({"PAID_LATE"})),
}
"""What happened -> the state it leads to, and the states it may happen in."""
_LATEST_MS = 253_402_300_799_000
"""End of the year 9999: a clock beyond it is wrong, and never a reason to refuse an event."""


def apply(books: Books, entry: Entry) -> None:
    """Fold one event into the books. Raises BadContentError, and then changes nothing."""
    rule = RULES.get(type(entry.body))
    if rule is not None:
        rule(books, entry, entry.body)
    for place, leg in enumerate(accounts.legs(entry.body)):
        books.legs.append(
            LegRow(
                entry.epoch,
                entry.seq,
                place,
                leg.account,
                leg.entity,
                leg.currency,
                leg.amount_minor,
                entry.business_day,
            )
        )


def sale_of(books: Books, name: str, body: Body) -> str | None:
    """The sale an event belongs to, also where the body names only its print job or case."""
    match body:
        case events.SaleOpened():
            return name
        case events.PrintStarted() | events.PrintFinished():
            return events.sale_of(books.openers.get(body.job, body))
        case events.CaseClosed():
            return events.sale_of(books.openers.get(body.case, body)) or None
        case _:
            return events.sale_of(body) or None


def instant(wall_ms: int) -> datetime:
    """The totem's clock as an instant; informative only."""
    return datetime.fromtimestamp(min(wall_ms, _LATEST_MS) / 1000, UTC)


def _sale_opened(books: Books, entry: Entry, _: Body) -> None:
    if entry.name in books.sales:
        raise BadContentError(f"sale {entry.name} is open already")
    books.sales[entry.name] = Sale(
        entry.name, entry.business_day, "OPEN", instant(entry.wall_ms), entry.seq
    )


def _sale_priced(books: Books, _: Entry, body: events.SalePriced) -> None:
    sale, state = _moved(books, body.sale, body)
    sale.state, sale.method, sale.currency = state, body.method, body.currency
    sale.total_minor, sale.lines = body.total_minor, to_builtins(body.lines)


def _sale_settled(books: Books, _: Entry, body: events.SaleSettled) -> None:
    sale, state = _moved(books, body.sale, body)
    if (sale.currency, sale.total_minor) != (body.currency, body.total_minor):
        raise BadContentError(
            f"settles {body.currency} {body.total_minor}, priced {sale.currency} {sale.total_minor}"
        )
    if body.payment is not UNSET:
        payment = _found(books.payments, body.payment, "payment")
        if payment.sale != body.sale or payment.amount_minor != body.total_minor:
            raise BadContentError(f"payment {body.payment} is not for this sale and amount")
    sale.state, sale.method = state, body.method


def _sale_stepped(books: Books, _: Entry, body: Any) -> None:
    _sale_moved(books, body)


def _sale_moved(books: Books, body: Any) -> None:
    sale, state = _moved(books, body.sale, body)
    sale.state = state


def _payment_requested(books: Books, entry: Entry, body: events.PaymentRequested) -> None:
    if entry.name in books.payments:
        raise BadContentError(f"payment {entry.name} is requested already")
    sale, state = _moved(books, body.sale, body)
    sale.state = state
    books.payments[entry.name] = Payment(
        entry.name, body.sale, body.method, "REQUESTED", body.currency, body.amount_minor
    )


def _payment_decided(books: Books, _: Entry, body: Any) -> None:
    payment = _found(books.payments, body.payment, "payment")
    if payment.sale != body.sale:
        raise BadContentError(f"payment {body.payment} belongs to another sale")
    state, allowed = PAYMENT_MOVES[type(body)]
    if payment.state not in allowed:
        raise BadContentError(f"payment {body.payment} is {payment.state} already")
    promised = (payment.currency, payment.amount_minor)
    if hasattr(body, "amount_minor") and promised != (body.currency, body.amount_minor):
        raise BadContentError(f"payment {body.payment} was requested over {promised}")
    _move_sale_with(books, body)
    if isinstance(body, events.PaymentStoredOffline | events.PaymentAuthorised):
        payment.method, payment.proof = body.method, to_builtins(body.proof)
    if isinstance(body, events.PixConfirmed | events.PixPaidLate):
        payment.proof = {**(payment.proof or {}), "end_to_end_id": body.end_to_end_id}
    payment.state = state


def _pix_requested(books: Books, _: Entry, body: events.PixRequested) -> None:
    payment = _pix_of(books, body)
    if payment.state != "REQUESTED":
        raise BadContentError(f"payment {body.payment} is {payment.state} already")
    payment.proof = {"txid": body.txid}


def _pix_surplus(books: Books, _: Entry, body: events.PixSurplusPaid) -> None:
    _pix_of(books, body)


def _pix_of(books: Books, body: events.PixRequested | events.PixSurplusPaid) -> Payment:
    payment = _found(books.payments, body.payment, "payment")
    if payment.sale != body.sale or payment.method != "pix":
        raise BadContentError(f"payment {body.payment} is no PIX of this sale")
    return payment


def _move_sale_with(books: Books, body: Any) -> None:
    """Some steps of a payment are steps of its sale too. The last check before anything changes."""
    is_two_phase = isinstance(body, events.PaymentAuthorised) and body.two_phase
    is_undone = isinstance(body, events.PaymentUndone) and (
        _found(books.sales, body.sale, "sale").state == "AWAITING_DELIVERY"
    )
    if (
        is_two_phase
        or is_undone
        or isinstance(body, events.RefundRequested | events.PaymentRefunded | events.PixHonoured)
    ):
        _sale_moved(books, body)


def _ticket_issued(books: Books, entry: Entry, body: events.TicketIssued) -> None:
    sale = _found(books.sales, body.sale, "sale")
    if entry.name in books.tickets:
        raise BadContentError(f"ticket {entry.name} is issued already")
    sale.ticket_number = body.number
    books.tickets[entry.name] = Ticket(
        entry.name, body.sale, body.number, body.kind, entry.business_day
    )


def _ticket_moved(books: Books, _: Entry, body: Any) -> None:
    if _found(books.tickets, body.ticket, "ticket").sale != body.sale:
        raise BadContentError(f"ticket {body.ticket} belongs to another sale")


def _print_queued(books: Books, _: Entry, body: events.PrintQueued) -> None:
    if _found(books.tickets, body.ticket, "ticket").sale != body.sale:
        raise BadContentError(f"ticket {body.ticket} belongs to another sale")


def _print_finished(books: Books, _: Entry, body: events.PrintFinished) -> None:
    job = books.openers.get(body.job)
    if not isinstance(job, events.PrintQueued):
        raise BadContentError(f"no print job {body.job} is known")
    ticket = _found(books.tickets, job.ticket, "ticket")
    if job.document == "ticket" and ticket.print_outcome != "printed":
        ticket.print_outcome = body.outcome


def _receipt_requested(books: Books, _: Entry, body: events.ReceiptRequested) -> None:
    _found(books.sales, body.sale, "sale")


def _case_opened(books: Books, entry: Entry, body: events.CaseOpened) -> None:
    if body.sale:
        _found(books.sales, body.sale, "sale")
    payment = _found(books.payments, body.payment, "payment") if body.payment else None
    if payment is not None and payment.state == "REQUESTED":
        payment.state = "UNKNOWN"
    books.cases[entry.name] = Case(entry.name, body.sale, body.kind, body.todo)


def _case_closed(books: Books, _: Entry, body: events.CaseClosed) -> None:
    _found(books.cases, body.case, "case").open = False


def _moved(books: Books, name: str, body: Body) -> tuple[Sale, str]:
    sale = _found(books.sales, name, "sale")
    state = SALE_MOVES.get((sale.state, type(body)))
    if state is None:
        raise BadContentError(f"{type(body).__name__} cannot happen while {sale.state}")
    return sale, state


def _found(rows: Mapping[str, Row], name: str, what: str) -> Row:
    row = rows.get(name)
    if row is None:
        raise BadContentError(f"no {what} {name:.80} is known")
    return row


RULES: dict[type[Body], Callable[[Books, Entry, Any], None]] = {
    events.SaleOpened: _sale_opened,
    events.SalePriced: _sale_priced,
    events.SaleSettled: _sale_settled,
    events.SaleFulfilled: _sale_stepped,
    events.SaleClosed: _sale_stepped,
    events.SaleCancelled: _sale_stepped,
    events.SaleAbandoned: _sale_stepped,
    events.PaymentRequested: _payment_requested,
    **dict.fromkeys(PAYMENT_MOVES, _payment_decided),
    events.PixRequested: _pix_requested,
    events.PixSurplusPaid: _pix_surplus,
    events.TicketIssued: _ticket_issued,
    events.TicketCancelled: _ticket_moved,
    events.TicketConsumed: _ticket_moved,
    events.PrintQueued: _print_queued,
    events.PrintFinished: _print_finished,
    events.ReceiptRequested: _receipt_requested,
    events.CaseOpened: _case_opened,
    events.CaseClosed: _case_closed,
}
