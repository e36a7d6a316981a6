"""The projection rows as Structs: what the fold writes, what the ledger stores, what the audit
compares.

Field names are the column names of ledger.schema. Amounts are minor units.
"""

from datetime import datetime
from typing import Any

from msgspec import Struct, field

from sync_protocol.events import Body


class Sale(Struct):
    sale: str
    business_day: str
    state: str
    opened_at: datetime
    opened_seq: int
    method: str = ""
    currency: str = "BRL"
    total_minor: int = 0
    lines: list[dict[str, Any]] = field(default_factory=list)
    ticket_number: str = ""


class Payment(Struct):
    payment: str
    sale: str
    method: str
    state: str
    currency: str
    amount_minor: int
    proof: dict[str, Any] | None = None


class Ticket(Struct):
    ticket: str
    sale: str
    number: str
    kind: str
    business_day: str
    print_outcome: str = ""


class Case(Struct):
    case: str
    sale: str
    kind: str
    todo: str
    open: bool = True


class LegRow(Struct, frozen=True):
    """One posting of the event at (epoch, seq); ``place`` counts from 0."""

    epoch: int
    seq: int
    place: int
    account: str
    entity: str
    currency: str
    amount_minor: int
    business_day: str


class Entry(Struct, frozen=True):
    """A read event with its place and name, as the fold takes it."""

    name: str
    epoch: int
    seq: int
    wall_ms: int
    business_day: str
    body: Body


class Books(Struct):
    """One totem's projections, as far as they are loaded, by name.

    ``openers`` holds the bodies that opened print jobs and cases: later events name only those.
    ``blocked`` are sales with an event that is not posted: what follows it waits. ``known`` names
    the facts that are held already, of those that a push brings again from an earlier epoch.
    """

    totem: str
    sales: dict[str, Sale] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    openers: dict[str, Body] = field(default_factory=dict)
    legs: list[LegRow] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
