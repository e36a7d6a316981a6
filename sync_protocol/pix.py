"""Bodies of events about PIX: the charge central makes for us, and where its money went.

A PIX payment is opened by PaymentRequested like any other. ``txid`` is ours, committed before
central is asked, and never used again. Money that comes after the attempt is over is never lost
sight of: it is late (a ticket or a refund) or surplus (a refund).
"""

from typing import Annotated

from msgspec import Meta

from sync_protocol.shapes import Body, Counter, Currency, Minor

Txid = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9]{26,35}\Z")]
"""The name of a charge at central and its PSP."""


class PixRequested(Body, frozen=True):
    """The charge of an attempt, committed with the attempt. It lives ``expires_s`` by our clock."""

    payment: str
    sale: str
    txid: Txid
    expires_s: Counter


class PixActivated(Body, frozen=True):
    """The charge exists: from here on its QR may have been seen."""

    payment: str
    sale: str


class PixConfirmed(Body, frozen=True):
    """Paid while the customer waited: the money is ours."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    end_to_end_id: str
    paid_at_ms: Counter


class PixExpired(Body, frozen=True):
    """The charge is over and nobody paid it; ``reason`` is a short code."""

    payment: str
    sale: str
    reason: str


class PixPaidLate(Body, frozen=True):
    """Paid after the attempt was over, or with nobody at the screen: owed as ticket or money."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    end_to_end_id: str
    paid_at_ms: Counter


class PixHonoured(Body, frozen=True):
    """A late payment got its ticket after all; its sale goes on where it had ended."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor


class PixRefundRequested(Body, frozen=True):
    """A late payment goes back the way it came."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    reason: str


class PixSurplusPaid(Body, frozen=True):
    """Money under this charge that no sale asked for (paid twice, another amount): it goes back."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    end_to_end_id: str
    paid_at_ms: Counter
