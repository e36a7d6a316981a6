"""What bodies of events are made of."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sync_protocol import limits

Method = Literal["debit", "credit", "voucher", "pix", "counter", "free"]
"""``voucher`` is a meal or food card; ``counter`` a promise to pay at the counter."""

TicketKind = Literal["paid", "free", "to_pay"]
Document = Literal["ticket", "slip", "paid", "receipt"]
"""``paid`` is the proof that a counter took the money of a voucher, ``receipt`` what a customer
asked for besides the ticket.
"""

ReceiptChannel = Literal["email", "phone"]
"""How headquarters is to send a receipt."""

Priority = Literal["80", "priority", "donor"]
"""Preferential service by law: 80 and older before every other priority, donors of blood after
them. Never the reason.
"""

Confirm = Literal["none", "ack_then_final", "host_two_phase"]
"""How a payment by this device becomes final."""
Minor = Annotated[int, Meta(ge=0, le=limits.AMOUNT_MINOR_MAX)]
"""Minor units of one sale or a part of it."""

Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
"""ISO 4217."""

Counter = Annotated[int, Meta(ge=0, le=limits.INTEGER_MAX)]
"""A version or a number in a row."""


class Body(Struct, frozen=True, omit_defaults=True):
    """What all bodies have in common: nothing but being immutable JSON objects."""
