"""The vocabulary of the journal: the envelope, and one Struct per type of event.

A body is encoded to JSON once, by the totem that wrote it, and is stored, hashed and sent as those
bytes. Inside a version only optional fields may be added; anything else is a new version. Amounts
are integer minor units. Sales, payments, tickets, print jobs and cases are named by the event that
opened them (see ids). What a body says is checked on reading, so that what decodes can be posted.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, json

from sync_protocol import limits
from sync_protocol.errors import BadContentError, UnknownEventError
from sync_protocol.payments import (
    CardProof as CardProof,
    PaymentAuthorised as PaymentAuthorised,
    PaymentCancelled as PaymentCancelled,
    PaymentConfirmed as PaymentConfirmed,
    PaymentDeclined as PaymentDeclined,
    PaymentDeclinedLate as PaymentDeclinedLate,
    PaymentForwarded as PaymentForwarded,
    PaymentForwarding as PaymentForwarding,
    PaymentNoted as PaymentNoted,
    PaymentRecovered as PaymentRecovered,
    PaymentRefunded as PaymentRefunded,
    PaymentRequested as PaymentRequested,
    PaymentStoredOffline as PaymentStoredOffline,
    PaymentUndone as PaymentUndone,
    PaymentUnknown as PaymentUnknown,
    PaymentWrittenOff as PaymentWrittenOff,
    RefundFailed as RefundFailed,
    RefundRequested as RefundRequested,
    ReviewRequested as ReviewRequested,
    VoucherIssued as VoucherIssued,
    VoucherSettled as VoucherSettled,
)
from sync_protocol.pix import (
    PixActivated as PixActivated,
    PixConfirmed as PixConfirmed,
    PixExpired as PixExpired,
    PixHonoured as PixHonoured,
    PixPaidLate as PixPaidLate,
    PixRefundRequested as PixRefundRequested,
    PixRequested as PixRequested,
    PixSurplusPaid as PixSurplusPaid,
)
from sync_protocol.shapes import (
    Body as Body,
    Confirm as Confirm,
    Counter as Counter,
    Currency as Currency,
    Document as Document,
    Method as Method,
    Minor as Minor,
    Priority as Priority,
    ReceiptChannel as ReceiptChannel,
    TicketKind as TicketKind,
)


class Origin(Struct, frozen=True, array_like=True):
    """Where a re-journaled event was first written."""

    epoch: int
    seq: int
    hash: bytes


class Event(Struct, frozen=True, array_like=True):
    """The envelope. ``wall_ms`` only informs; order is (epoch, seq). ``body`` is opaque JSON."""

    seq: int
    type: str
    tver: int
    wall_ms: int
    boot_id: str
    mono_ms: int
    business_day: str
    body: bytes
    origin: Origin | None = None


class EpochOpened(Body, frozen=True):
    """First event of an epoch: central's signed grant, base64."""

    grant: str
    instance_id: str


class CatalogueApplied(Body, frozen=True):
    """A scope was applied up to ``version``; ``digest`` is hex SHA-256 of the scope's items."""

    scope: str
    version: Counter
    digest: str


class LineOption(Struct, frozen=True):
    """One option of a line, and what it adds to the price of each."""

    id: str
    name: str
    minor: Minor


class Line(Struct, frozen=True, omit_defaults=True):
    """One priced line. ``rule`` names the catalogue rule of a discount; ``unit_minor`` has the
    options in it.
    """

    service: str
    name: str
    quantity: Annotated[int, Meta(ge=1, le=limits.QUANTITY_MAX)]
    unit_minor: Minor
    total_minor: Minor
    legal_entity: str
    rule: str | UnsetType = UNSET
    options: Annotated[list[LineOption], Meta(max_length=limits.OPTIONS_MAX)] | UnsetType = UNSET


class SaleOpened(Body, frozen=True):
    """A customer chose something; this event names the sale."""

    locale: str


class SalePriced(Body, frozen=True):
    """Lines and total, frozen with the catalogue version they came from."""

    sale: str
    catalogue_version: Counter
    method: Method
    currency: Currency
    total_minor: Minor
    lines: Annotated[list[Line], Meta(max_length=limits.LINES_MAX)]
    priority: Priority | UnsetType = UNSET


class SaleSettled(Body, frozen=True):
    """The sale is owed nothing more. ``payment`` is absent when the price was 0."""

    sale: str
    method: Method
    currency: Currency
    total_minor: Minor
    by_entity: dict[str, Minor]
    payment: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        if sum(self.by_entity.values()) != self.total_minor:
            raise ValueError("by_entity must add up to total_minor")


class SaleFulfilled(Body, frozen=True):
    """The customer holds the ticket, on paper or on the screen."""

    sale: str


class SaleClosed(Body, frozen=True):
    sale: str


class SaleCancelled(Body, frozen=True):
    """The customer or a refused payment ended the sale before any money moved."""

    sale: str
    reason: str


class SaleAbandoned(Body, frozen=True):
    """Nobody came back to it, or the agent restarted before any money moved."""

    sale: str
    reason: str


class TicketIssued(Body, frozen=True):
    """This event names the ticket. ``number`` as the customer reads it, e.g. ``CA042``."""

    sale: str
    number: str
    series: str
    prefix: str
    count: Counter
    kind: TicketKind
    priority: Priority | UnsetType = UNSET


class TicketCancelled(Body, frozen=True):
    """The ticket is worth nothing any more; its number is never used again."""

    ticket: str
    sale: str
    reason: str


class TicketConsumed(Body, frozen=True):
    """A desk served this ticket, once."""

    ticket: str
    sale: str
    counter: str
    by: str


class PrintQueued(Body, frozen=True):
    """This event names the print job. ``copy`` is 1 for the first, 2 for the first reprint …;
    ``by`` is the attendant who asked for it.
    """

    sale: str
    ticket: str
    document: Document
    copy: Counter = 1
    by: str = ""


class PrintStarted(Body, frozen=True):
    """The intent: committed before the first byte goes to the printer."""

    job: str
    printer: str
    process_id: str = ""


class PrintFinished(Body, frozen=True):
    job: str
    outcome: Literal["printed", "likely", "failed", "unknown", "shown"]
    cause: str = ""


class ReceiptRequested(Body, frozen=True):
    """Headquarters owes this customer a receipt. The address is no part of the journal: it travels
    sealed, beside it.
    """

    sale: str
    channel: ReceiptChannel


class CaseOpened(Body, frozen=True):
    """An open, owned question about money or delivery, with what to do in words. Names the case."""

    sale: str
    kind: str
    todo: str
    payment: str = ""


class CaseClosed(Body, frozen=True):
    """``by`` is the attendant who closed it; empty when it closed by itself."""

    case: str
    resolution: str
    by: str = ""


class SealedRange(Struct, frozen=True, array_like=True):
    """Rows of one epoch, from the first to the last, both included."""

    epoch: Counter
    first: Counter
    last: Counter


class DaySealed(Body, frozen=True):
    """A business day is closed: what it covers, what it took, and a root over every row.

    ``sums_by_method`` and ``perpetual_minor`` (all seals of this totem so far) are minor units;
    ``root`` is hex. A day is never opened again.
    """

    business_day: str
    ranges: list[SealedRange]
    rows: Counter
    sums_by_method: dict[str, Counter]
    perpetual_minor: Counter
    root: str


CommandOutcome = Literal["succeeded", "failed", "refused", "expired"]


class CommandFinished(Body, frozen=True):
    """What came of a command of headquarters; ``command`` is the id it gave it."""

    command: str
    effect: str
    outcome: CommandOutcome
    detail: str = ""


TYPES: dict[tuple[str, int], type[Body]] = {
    (kind.__name__, 1): kind
    for kind in (
        EpochOpened,
        CatalogueApplied,
        SaleOpened,
        SalePriced,
        SaleSettled,
        SaleFulfilled,
        SaleClosed,
        SaleCancelled,
        SaleAbandoned,
        PaymentRequested,
        PaymentNoted,
        PaymentAuthorised,
        PaymentConfirmed,
        PaymentUndone,
        PaymentUnknown,
        ReviewRequested,
        PaymentStoredOffline,
        PaymentForwarding,
        PaymentForwarded,
        PaymentDeclinedLate,
        PaymentRecovered,
        PaymentWrittenOff,
        PaymentDeclined,
        PaymentCancelled,
        VoucherIssued,
        VoucherSettled,
        RefundRequested,
        PaymentRefunded,
        RefundFailed,
        PixRequested,
        PixActivated,
        PixConfirmed,
        PixExpired,
        PixPaidLate,
        PixHonoured,
        PixRefundRequested,
        PixSurplusPaid,
        TicketIssued,
        TicketCancelled,
        TicketConsumed,
        PrintQueued,
        PrintStarted,
        PrintFinished,
        ReceiptRequested,
        CaseOpened,
        CaseClosed,
        DaySealed,
        CommandFinished,
    )
}
"""Every (type, version) this build can read."""

OF_ONE_EPOCH = frozenset({"EpochOpened", "CatalogueApplied", "DaySealed", "CommandFinished"})
"""Types that are true of the epoch they stand in only: never written again in another."""

NUL = rb"\u0000"
"""As JSON writes it; a raw one is no JSON."""

_encoder = json.Encoder(order="deterministic")
_decoders = {key: json.Decoder(kind) for key, kind in TYPES.items()}


def encode_body(body: Body) -> bytes:
    """JSON bytes of ``body``; call once per event and keep the bytes."""
    return _encoder.encode(body)


def decode_body(kind: str, tver: int, body: bytes) -> Body:
    """Read a body. Raises UnknownEventError (park it) or BadContentError (quarantine it)."""
    decoder = _decoders.get((kind, tver))
    if decoder is None:
        raise UnknownEventError(f"{kind} version {tver} is not known to this build")
    if NUL in body:
        raise BadContentError(f"{kind} v{tver}: a text holds NUL, which no ledger can store")
    try:
        return decoder.decode(body)
    except (ValueError, RecursionError) as error:
        raise BadContentError(f"{kind} v{tver}: {error}") from error


def sale_of(body: Body) -> str | None:
    """The sale this body belongs to.

    None for SaleOpened, whose own name is the sale, and for what belongs to no sale.
    """
    return getattr(body, "sale", None)
