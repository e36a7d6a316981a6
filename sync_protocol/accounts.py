"""The one table ``event -> legs``. The totem, central and the audit all call this function.

A leg's amount is positive for a debit and negative for a credit; the legs of one event sum to 0.
"""

from collections.abc import Mapping

from msgspec import Struct

from sync_protocol import events
from sync_protocol.events import Body

CUSTOMER_DUE = "customer_due"
CARD_STORED = "card_stored_receivable"
CARD = "card_receivable"
PIX = "pix_receivable"
PIX_UNCLAIMED = "pix_unclaimed"
"""PIX money that came late: a ticket or a refund is owed for it."""
CASH = "cash"
LOSS = "loss_written_off"
REFUND_PAYABLE = "refund_payable"
REVENUE = "revenue"
REFUNDED = "refunded_"
"""In front of a method in the sums: what went back. Sums only grow, each side in its own row."""

_MOVES: dict[type[Body], tuple[str, str]] = {
    events.PaymentStoredOffline: (CARD_STORED, CUSTOMER_DUE),
    events.PaymentConfirmed: (CARD, CUSTOMER_DUE),
    events.PaymentForwarded: (CARD, CARD_STORED),
    events.PaymentRecovered: (CASH, CARD_STORED),
    events.PaymentWrittenOff: (LOSS, CARD_STORED),
    events.VoucherSettled: (CASH, CUSTOMER_DUE),
    events.PaymentRefunded: (REFUND_PAYABLE, CARD),
    events.PixConfirmed: (PIX, CUSTOMER_DUE),
    events.PixPaidLate: (PIX, PIX_UNCLAIMED),
    events.PixHonoured: (PIX_UNCLAIMED, CUSTOMER_DUE),
    events.PixRefundRequested: (PIX_UNCLAIMED, REFUND_PAYABLE),
    events.PixSurplusPaid: (PIX, REFUND_PAYABLE),
}
"""Events that move their amount from one account to another: (debit, credit)."""


class Leg(Struct, frozen=True):
    """One posting. ``entity`` is the legal entity's CNPJ, or empty where the account has none."""

    account: str
    entity: str
    currency: str
    amount_minor: int


def legs(body: Body) -> list[Leg]:
    """The postings of one event; empty for events that move no money."""
    match body:
        case events.SaleSettled(total_minor=0):
            return []
        case events.SaleSettled():
            return [
                Leg(CUSTOMER_DUE, "", body.currency, body.total_minor),
                *_revenue(body.by_entity, body.currency, -1),
            ]
        case events.RefundRequested():
            return [
                *_revenue(body.by_entity, body.currency, 1),
                Leg(REFUND_PAYABLE, "", body.currency, -body.amount_minor),
            ]
    move = _MOVES.get(type(body))
    if move is None:
        return []
    amount_minor: int = body.amount_minor  # type: ignore[attr-defined] # every type of _MOVES has one
    currency: str = body.currency  # type: ignore[attr-defined] # likewise
    return [Leg(move[0], "", currency, amount_minor), Leg(move[1], "", currency, -amount_minor)]


def settled(body: Body) -> tuple[str, int] | None:
    """(method, minor units) that this event adds to ``sums_by_method``, or None."""
    match body:
        case events.SaleSettled():
            return body.method, body.total_minor
        case events.RefundRequested():
            return REFUNDED + body.method, body.amount_minor
        case _:
            return None


def taken(sums: Mapping[str, int]) -> int:
    """What was settled in all, before refunds."""
    return sum(minor for method, minor in sums.items() if not method.startswith(REFUNDED))


def _revenue(by_entity: Mapping[str, int], currency: str, sign: int) -> list[Leg]:
    return [Leg(REVENUE, who, currency, sign * minor) for who, minor in sorted(by_entity.items())]
