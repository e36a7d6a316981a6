"""Tickets and papers as the journal has them: what the screen shows and what goes on paper."""

from base64 import b32encode
from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import json, msgpack

from edge_agent.domain.payment import AT_RISK
from edge_agent.journal.journal import Journal
from edge_agent.journal.moments import wall_ms_of
from sync_protocol import chain
from sync_protocol.events import CardProof, Line

Sign = Callable[[bytes], bytes]
QR_PREFIX = "TOTEM1:"


class Ticket(NamedTuple):
    """A ticket with its sale. ``issued_ms`` is the same on every copy; ``print_state`` is that of
    the newest one.
    """

    ticket: str
    sale: str
    number: str
    kind: str
    business_day: str
    method: str
    currency: str
    total_minor: int
    lines: list[Line]
    locale: str
    issued_ms: int
    print_state: str
    print_cause: str
    job: str
    copies: int
    priority: str = ""


class Slip(NamedTuple):
    """The card payment behind a sale."""

    payment: str
    method: str
    currency: str
    amount_minor: int
    proof: CardProof
    instalments: int
    is_stored: bool


_TICKET = """
SELECT t.ticket, t.sale, t.number, t.kind, t.business_day, s.method, s.currency, s.total_minor,
       s.lines, s.locale, p.state, p.cause, p.job,
       (SELECT count(*) FROM prints WHERE ticket = t.ticket AND document = 'ticket'),
       t.priority
FROM tickets t JOIN sales s USING (sale)
JOIN prints p ON p.ticket = t.ticket AND p.document = 'ticket'
WHERE t.ticket = ? ORDER BY p.copy DESC LIMIT 1
"""


def read_ticket(journal: Journal, ticket: str) -> Ticket:
    """The ticket of this name. Raises KeyError."""
    with journal.reading() as connection:
        row = connection.execute(_TICKET, (ticket,)).fetchone()
        if row is None:
            raise KeyError(ticket)
        issued_ms = wall_ms_of(connection, ticket)
    lines = json.decode(row[8], type=list[Line])
    return Ticket._make([*row[:8], lines, row[9], issued_ms, *row[10:]])


def read_slip(journal: Journal, sale: str) -> Slip:
    """The card payment that stands behind a sale. Raises KeyError."""
    sql = (
        "SELECT payment, method, currency, amount_minor, proof, instalments, state FROM payments "
        "WHERE sale = ? AND proof != '' AND state NOT IN ('UNDONE', 'DECLINED', 'CANCELLED')"
    )
    with journal.reading() as connection:
        row: tuple[Any, ...] | None = connection.execute(sql, (sale,)).fetchone()
    if row is None:
        raise KeyError(sale)
    proof = json.decode(row[4], type=CardProof)
    return Slip(row[0], row[1], row[2], row[3], proof, row[5], row[6] in AT_RISK)


def qr_text(ticket: Ticket, sign: Sign) -> str:
    """The signed QR of a ticket: verifiable by any counter that has the totem's public key,
    offline.

    ``TOTEM1:`` and base 32 (upper case, unpadded) of msgpack [ticket, number, day, kind, amount,
    signature].
    """
    fields = (ticket.ticket, ticket.number, ticket.business_day, ticket.kind, ticket.total_minor)
    packed = msgpack.encode([*fields, sign(chain.ticket_bytes(*fields))])
    return QR_PREFIX + b32encode(packed).decode().rstrip("=")
