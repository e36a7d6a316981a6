"""Bodies of events about payments: every state of an attempt, vouchers and refunds."""

from typing import Annotated

from msgspec import Meta, Struct, field

from sync_protocol import limits
from sync_protocol.shapes import Body, Confirm, Currency, Method, Minor


class PaymentRequested(Body, frozen=True):
    """The intent: committed before the device is asked. This event names the payment."""

    sale: str
    method: Method
    currency: Currency
    amount_minor: Minor
    device: str
    confirm: Confirm = "none"
    instalments: Annotated[int, Meta(ge=1, le=limits.INSTALMENTS_MAX)] = 1


class PaymentNoted(Body, frozen=True):
    """What a reader's driver must know of an attempt after a power cut; later notes add to
    earlier ones.
    """

    payment: str
    sale: str
    notes: dict[str, str]


class CardProof(Struct, frozen=True, omit_defaults=True):
    """What the reader returned, without any card number: masked PAN (6/4), cryptogram, counters.

    ``par`` is the payment account reference (tag 9F24); ``slip`` the receipt as the host wrote it.
    ``sealed_track`` and ``sealed_key`` (hex) only the acquirer can open.
    """

    masked_pan: str
    brand: str
    aid: str
    cryptogram: str
    atc: str
    reader_serial: str
    emv: str = ""
    holder: str = ""
    auth_code: str = ""
    nsu: str = ""
    acquirer: str = ""
    par: str = ""
    slip: list[str] = field(default_factory=list)
    sealed_track: str = ""
    sealed_key: str = ""


class PaymentAuthorised(Body, frozen=True):
    """The far end holds the money. With ``two_phase`` it waits for our word on the delivery."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    method: Method
    proof: CardProof
    two_phase: bool = False


class PaymentConfirmed(Body, frozen=True):
    """The money is ours for good."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor


class PaymentUndone(Body, frozen=True):
    """The far end gave the money back, or never took it. ``reason`` is a short code."""

    payment: str
    sale: str
    reason: str


class PaymentUnknown(Body, frozen=True):
    """Nobody saw how the attempt ended: only the far end's answer leaves this state."""

    payment: str
    sale: str
    reason: str


class ReviewRequested(Body, frozen=True):
    """A person took an unknown attempt out of the totem's hands: the statement will tell."""

    payment: str
    sale: str
    by: str


class PaymentStoredOffline(Body, frozen=True):
    """An approval by the reader with no acquirer reached: money at risk until forwarded."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    method: Method
    proof: CardProof


class PaymentForwarding(Body, frozen=True):
    """The intent: committed before a stored payment is sent to the acquirer."""

    payment: str
    sale: str


class PaymentForwarded(Body, frozen=True):
    """The acquirer took a stored payment; ``reference`` is its own."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    reference: str = ""


class PaymentDeclinedLate(Body, frozen=True):
    """The acquirer refused a stored payment whose ticket is out."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    reason: str


class PaymentRecovered(Body, frozen=True):
    """A payment declined late was paid after all, in cash."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    by: str


class PaymentWrittenOff(Body, frozen=True):
    """A payment declined late is the merchant's loss."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    by: str


class PaymentDeclined(Body, frozen=True):
    """``reason`` is a short code.

    ``approval_discarded`` means that a cryptogram may exist which moved no money.
    """

    payment: str
    sale: str
    reason: str


class PaymentCancelled(Body, frozen=True):
    payment: str
    sale: str
    reason: str


class VoucherIssued(Body, frozen=True):
    """A promise to pay at the counter; outstanding until some counter settles it."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor


class VoucherSettled(Body, frozen=True):
    """A counter took the money of a voucher, once and for ever. ``by`` is who took it."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor
    counter: str
    by: str


class RefundRequested(Body, frozen=True):
    """The money of a settled sale is owed back."""

    payment: str
    sale: str
    method: Method
    currency: Currency
    amount_minor: Minor
    by_entity: dict[str, Minor]
    reason: str

    def __post_init__(self) -> None:
        if sum(self.by_entity.values()) != self.amount_minor:
            raise ValueError("by_entity must add up to amount_minor")


class PaymentRefunded(Body, frozen=True):
    """The far end took the payment back."""

    payment: str
    sale: str
    currency: Currency
    amount_minor: Minor


class RefundFailed(Body, frozen=True):
    """The far end did not take the payment back: it is still owed."""

    payment: str
    sale: str
    reason: str
