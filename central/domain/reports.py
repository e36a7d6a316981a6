"""What headquarters reads from its books. Amounts are minor units; instants aware, in UTC."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from central.domain.health import Health

SALE_STATES = (
    "OPEN",
    "PRICED",
    "AWAITING_PAYMENT",
    "AWAITING_DELIVERY",
    "SETTLED",
    "FULFILLED",
    "CLOSED",
    "CANCELLED",
    "ABANDONED",
    "REFUND_DUE",
    "REFUNDED",
)
SETTLED_STATES = ("SETTLED", "FULFILLED", "CLOSED")
PAYMENT_STATES = (
    "REQUESTED",
    "AUTHORISED",
    "STORED_OFFLINE",
    "FORWARDING",
    "DECLINED_LATE",
    "MANUAL_REVIEW",
    "UNDONE",
    "COUNTER_SETTLED",
    "REFUND_REQUESTED",
    "REFUNDED",
    "REFUND_FAILED",
    "RECOVERED",
    "WRITTEN_OFF",
    "ACTIVE",
    "EXPIRED",
    "PAID_LATE",
    "HONOURED",
    "CONFIRMED",
    "DECLINED",
    "VOUCHER_ISSUED",
    "UNKNOWN",
)
"""States of a payment that a filter may name (CANCELLED is the sale's)."""

SOLD = "SOLD"
"""Filter: every sale that got a ticket, paid, free or to pay."""

CASE_OPEN = "CASE_OPEN"
"""Filter: every sale with an open case."""


class TotemRow(Struct, frozen=True):
    """``backlog`` = declared - held events; ``outstanding_minor`` = money declared but not held;
    ``at_risk_minor`` = card money that a reader approved and no acquirer took yet.

    Today is the ``business_day`` that its site is in; ``timezone`` is the site's, by IANA name.
    """

    totem: str
    name: str
    site: str
    site_name: str
    timezone: str
    health: Health
    last_contact_at: datetime | None
    epoch: int
    held_seq: int
    declared_seq: int
    backlog: int
    outstanding_minor: int
    quarantined: int
    cases_open: int
    at_risk_minor: int
    catalogue_version: int
    business_day: str
    sales_today: int
    settled_today_minor: int


class Fleet(Struct, frozen=True):
    currency: str
    backlog: int
    outstanding_minor: int
    totems: list[TotemRow]


class SaleRow(Struct, frozen=True):
    """``timezone`` is the IANA name of the zone whose clocks the sale's customer saw."""

    sale: str
    totem: str
    totem_name: str
    site: str
    site_name: str
    timezone: str
    ticket_number: str
    business_day: str
    opened_at: datetime
    method: str
    state: str
    payment_state: str
    print_outcome: str
    currency: str
    total_minor: int


class SaleTotals(Struct, frozen=True):
    """Of the whole filter, not of the page. Stored (at risk) and confirmed money stand apart."""

    count: int
    settled_minor: int
    stored_minor: int
    confirmed_minor: int
    vouchers_outstanding_minor: int


class SalesPage(Struct, frozen=True):
    """``next`` is the cursor of the following page, empty at the end."""

    currency: str
    sales: list[SaleRow]
    totals: SaleTotals
    next: str


class EventRow(Struct, frozen=True):
    epoch: int
    seq: int
    type: str
    at: datetime
    business_day: str
    status: str
    reason: str
    hash: str
    body: Any


class LegRow(Struct, frozen=True):
    seq: int
    account: str
    entity: str
    currency: str
    amount_minor: int


class SaleDetail(Struct, frozen=True):
    sale: SaleRow
    lines: list[dict[str, Any]]
    events: list[EventRow]
    legs: list[LegRow]


class Summary(Struct, frozen=True):
    """Today's figures for the first page; ``incidents`` of the last 24 hours."""

    currency: str
    business_day: str
    sales_today: int
    settled_today_minor: int
    stored_minor: int
    outstanding_minor: int
    backlog: int
    totems: int
    totems_online: int
    cases_open: int
    quarantined: int
    incidents: int


class SalesFilter(Struct, frozen=True):
    """Empty means any. ``state`` is a sale's, a payment's, SOLD or CASE_OPEN; ``q`` is a ticket
    number or the beginning of a sale's name.
    """

    totem: str = ""
    site: str = ""
    method: str = ""
    state: str = ""
    day: str = ""
    q: str = ""


class Place(Struct, frozen=True, array_like=True):
    """Where a page of sales begins: right after this one, newest first."""

    opened_at: datetime
    sale: str
