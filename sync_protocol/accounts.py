"""The one table ``event -> legs``. The totem, central and the audit all call this function.

A leg's amount is positive for a debit and negative for a credit; the legs of one event sum to 0.
"""

from msgspec import Struct

from sync_protocol.events import Body, PaymentStoredOffline, SaleSettled

CUSTOMER_DUE = "customer_due"
CARD_STORED = "card_stored_receivable"
REVENUE = "revenue"


class Leg(Struct, frozen=True):
    """One posting. ``entity`` is the legal entity's CNPJ, or empty where the account has none."""

    account: str
    entity: str
    currency: str
    amount_minor: int


def legs(body: Body) -> list[Leg]:
    """The postings of one event; empty for events that move no money."""
    match body:
        case SaleSettled(total_minor=0):
            return []
        case SaleSettled():
            credits = [
                Leg(REVENUE, who, body.currency, -minor)
                for who, minor in sorted(body.by_entity.items())
            ]
            return [Leg(CUSTOMER_DUE, "", body.currency, body.total_minor), *credits]
        case PaymentStoredOffline():
            return [
                Leg(CARD_STORED, "", body.currency, body.amount_minor),
                Leg(CUSTOMER_DUE, "", body.currency, -body.amount_minor),
            ]
        case _:
            return []


def settled(body: Body) -> tuple[str, int] | None:
    """(method, minor units) that this event adds to ``sums_by_method``, or None."""
    if isinstance(body, SaleSettled):
        return body.method, body.total_minor
    return None
