"""What a counter does with a ticket: take its money once, serve it once, take back a loss.

Each is one deed, decided on current rows: whatever is scanned twice is refused with where and when
it was done before.
"""

from base64 import b32decode
from binascii import Error as Base32Error
from datetime import UTC, datetime
from typing import Any, NamedTuple

from msgspec import DecodeError, msgpack

from edge_agent.domain.payment import PAID
from edge_agent.domain.print_job import DELIVERED
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services.card_sale import close_cases
from edge_agent.services.checkout import settle
from edge_agent.services.errors import RefusedError
from edge_agent.services.tickets import QR_PREFIX
from sync_protocol import chain, events

COUNTER = "totem"


class Claim(NamedTuple):
    """What a ticket's QR says, and the signature over it."""

    ticket: str
    number: str
    business_day: str
    kind: str
    total_minor: int
    signature: bytes

    def signed_bytes(self) -> bytes:
        return chain.ticket_bytes(*self[:5])


class Found(NamedTuple):
    """A ticket with its sale and the payment behind it, else the newest."""

    ticket: str
    number: str
    kind: str
    state: str
    sale: str
    sale_state: str
    currency: str
    total_minor: int
    payment: str
    payment_state: str
    priority: str
    method: str


_PAID = tuple(sorted(PAID))

_FOUND = """
SELECT t.ticket, t.number, t.kind, t.state, s.sale, s.state, s.currency, s.total_minor,
       coalesce(p.payment, ''), coalesce(p.state, ''), t.priority, coalesce(p.method, '')
FROM tickets t JOIN sales s USING (sale) LEFT JOIN payments p ON p.sale = s.sale
WHERE {where} ORDER BY t.business_day DESC, p.state IN {paid} DESC, length(p.payment) DESC,
  p.payment DESC LIMIT 1
"""


def read_claim(text: str) -> Claim:
    """A ticket's QR as data, not yet verified. Raises RefusedError."""
    packed = text.strip().removeprefix(QR_PREFIX)
    try:
        raw = b32decode(packed + "=" * (-len(packed) % 8))
        return Claim(*msgpack.decode(raw, type=tuple[str, str, str, str, int, bytes]))
    except (Base32Error, DecodeError, ValueError) as error:
        raise RefusedError("unknown-code", "This is not a code of one of our tickets.") from error


def find(connection: Any, ticket: str = "", number: str = "") -> Found:
    """By name, else the newest of this number. Raises RefusedError."""
    where, value = ("t.ticket = ?", ticket) if ticket else ("t.number = ?", number.upper())
    row = connection.execute(_FOUND.format(where=where, paid=_PAID), (value,)).fetchone()
    if row is None:
        raise RefusedError("unknown-code", "This totem did not issue such a ticket.")
    return Found._make(row)


def settle_voucher(ticket: str, by: str) -> Deed[str]:
    """Cash for a voucher: settled once and for ever, and a paid slip queued. Returns the sale.
    Raises RefusedError.
    """

    def deed(writing: Writing) -> str:
        found = find(writing.db, ticket)
        if found.payment_state == "COUNTER_SETTLED":
            raise RefusedError("already-settled", _before(writing, "VoucherSettled", found.payment))
        if found.payment_state != "VOUCHER_ISSUED" or found.state != "ISSUED":
            raise RefusedError("nothing-to-pay", f"{found.number} waits for no payment.")
        writing.append(
            events.VoucherSettled(
                found.payment, found.sale, found.currency, found.total_minor, COUNTER, by
            )
        )
        settle(writing, found.sale, found.payment)
        printed = writing.row(
            "SELECT state FROM prints WHERE ticket = ? AND document = 'ticket' "
            "ORDER BY copy DESC LIMIT 1",
            ticket,
        )
        if printed is not None and printed[0] in DELIVERED:
            writing.append(events.SaleFulfilled(found.sale))
            writing.append(events.SaleClosed(found.sale))
            close_cases(writing, found.sale, "paid at the counter")
        writing.append(events.PrintQueued(found.sale, ticket, "paid"))
        return found.sale

    return deed


def consume(ticket: str, by: str) -> Deed[None]:
    """A desk serves the ticket, once. Raises RefusedError."""

    def deed(writing: Writing) -> None:
        found = find(writing.db, ticket)
        if found.state == "CONSUMED":
            raise RefusedError("already-served", _before(writing, "TicketConsumed", ticket))
        if found.state != "ISSUED":
            raise RefusedError("ticket-cancelled", f"{found.number} was cancelled: it is unpaid.")
        if not is_paid(found):
            raise RefusedError("not-paid", f"{found.number} is not paid yet: take the money first.")
        writing.append(events.TicketConsumed(ticket, found.sale, COUNTER, by))

    return deed


def is_paid(found: Found) -> bool:
    """Whether whoever brings this ticket owes nothing. Where the payment behind a ticket that was
    delivered is in review, the doubt is ours.
    """
    if found.kind == "free":
        return True
    return found.payment_state in PAID or found.payment_state == "MANUAL_REVIEW"


def make_good(payment: str, by: str, *, recovered: bool) -> Deed[None]:
    """End a late decline: paid in cash after all, or written off. Raises RefusedError."""

    def deed(writing: Writing) -> None:
        row = writing.row(
            "SELECT sale, currency, amount_minor, state FROM payments WHERE payment = ?", payment
        )
        if row is None or row[3] != "DECLINED_LATE":
            raise RefusedError("wrong-step", "This payment was not declined late.")
        sale, currency, amount_minor, _ = row
        kind = events.PaymentRecovered if recovered else events.PaymentWrittenOff
        writing.append(kind(payment, sale, currency, amount_minor, by))
        close_cases(writing, sale, "paid in cash" if recovered else "written off")

    return deed


def _before(writing: Writing, kind: str, name: str) -> str:
    """Where, when and by whom it was done already."""
    row = writing.row(
        "SELECT wall_ms, json_extract(CAST(body AS TEXT), '$.by'), "
        "json_extract(CAST(body AS TEXT), '$.counter') FROM journal "
        "WHERE type = ? AND instr(body, ?) ORDER BY epoch, seq LIMIT 1",
        kind,
        name.encode(),
    )
    if row is None:
        return "It was done before, at another counter."
    at = datetime.fromtimestamp(row[0] / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"It was done on {at} by {row[1]} at {row[2]}."
