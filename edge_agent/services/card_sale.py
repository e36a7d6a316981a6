"""The deeds of a card payment. Each is one transaction; what it returns may be acted upon.

The intent is committed before the reader is asked. Then, by how the reader makes a payment final
(see domain.payment): stored with its settlement and its ticket; authorised before the reader is
acknowledged, then confirmed with settlement and ticket; or authorised with its ticket, and
confirmed or undone by what became of the ticket (see domain.delivery).
"""

from typing import NamedTuple

from msgspec import json

from edge_agent.devices.ports import CardData, CardOutcome
from edge_agent.domain.catalogue import Catalogue
from edge_agent.domain.payment import UNDECIDED
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services.checkout import Basket, Issued, issue, put_price, settle
from edge_agent.services.errors import RefusedError
from edge_agent.services.stored_cards import stored_off
from sync_protocol import events
from sync_protocol.events import CardProof, Confirm, Method

SLIP_LINES_MAX = 80
SLIP_WIDTH_MAX = 64


class Requested(NamedTuple):
    sale: str
    payment: str
    amount_minor: int


class Asked(NamedTuple):
    """How a card is to be paid with. ``confirm`` is the reader's."""

    method: Method
    confirm: Confirm = "none"
    instalments: int = 1


def request_card(basket: Basket, asked: Asked, device: str) -> Deed[Requested]:
    """The intent of a card payment; where the card itself will approve, within the policy's
    limits for stored cards.
    """

    method, confirm, instalments = asked

    def deed(writing: Writing) -> Requested:
        priced = basket.priced(method)
        if confirm == "none":
            check_stored_limits(writing, basket.catalogue, priced.total_minor)
        sale = put_price(writing, basket, method, priced)
        payment = writing.append(
            events.PaymentRequested(
                sale,
                method,
                basket.currency,
                priced.total_minor,
                device,
                confirm,
                instalments,
            )
        )
        return Requested(sale, payment, priced.total_minor)

    return deed


def check_stored_limits(writing: Writing, catalogue: Catalogue, amount_minor: int) -> None:
    """Raises RefusedError."""
    reason = stored_off(writing.db, catalogue.policy, amount_minor, writing.stamp.wall_ms)
    if reason:
        raise RefusedError("method-unavailable", f"No card can be taken offline now: {reason}.")


def is_card_full(writing: Writing, catalogue: Catalogue, par: str) -> bool:
    """Whether this card, where its reader tells it apart, has as many stored payments as it may."""
    most = catalogue.policy.stored_per_card_max
    if not most or not par:
        return False
    row = writing.row(
        "SELECT count(*) FROM payments WHERE state IN ('STORED_OFFLINE', 'FORWARDING') "
        "AND json_extract(proof, '$.par') = ?",
        par,
    )
    return row is not None and row[0] >= most


def note(payment: str, sale: str, notes: dict[str, str]) -> Deed[None]:
    """What the reader's driver must find again after a power cut."""

    def deed(writing: Writing) -> None:
        writing.append(events.PaymentNoted(payment, sale, notes))

    return deed


def approve_card(
    basket: Basket, requested: Requested, method: Method, data: CardData
) -> Deed[Issued]:
    """The card said yes: stored, settled, ticket and both papers, all or nothing."""

    def deed(writing: Writing) -> Issued:
        sale, payment, amount_minor = requested
        if is_card_full(writing, basket.catalogue, data.par):
            raise RefusedError("method-unavailable", "This card waits for its earlier payments.")
        writing.append(
            events.PaymentStoredOffline(
                payment, sale, basket.currency, amount_minor, method, _proof(data)
            )
        )
        settle(writing, sale, payment)
        ticket = issue(writing, sale, basket.prefix, "paid")
        writing.append(events.PrintQueued(sale, ticket, "slip"))
        return Issued(sale, ticket)

    return deed


def authorise(payment: str, data: CardData) -> Deed[None]:
    """The far end holds the money, and is acknowledged once this is on disk. Repeating it changes
    nothing.
    """

    def deed(writing: Writing) -> None:
        if state_of(writing, payment) in ("REQUESTED", "UNKNOWN"):
            put_authorised(writing, payment, data, two_phase=False)

    return deed


def authorise_and_issue(payment: str, data: CardData, prefix: str) -> Deed[Issued | None]:
    """The far end holds the money until the ticket is delivered: ticket and paper, no slip yet.
    None when somebody else ended the attempt meanwhile.
    """

    def deed(writing: Writing) -> Issued | None:
        if state_of(writing, payment) not in ("REQUESTED", "UNKNOWN"):
            return None
        sale = put_authorised(writing, payment, data, two_phase=True)
        return Issued(sale, issue(writing, sale, prefix, "paid"))

    return deed


def confirm_and_issue(payment: str, data: CardData, prefix: str) -> Deed[Issued | None]:
    """The reader's final word: confirmed, settled, ticket and both papers. None when somebody else
    ended the attempt meanwhile.
    """

    def deed(writing: Writing) -> Issued | None:
        if state_of(writing, payment) not in UNDECIDED:
            return None
        if state_of(writing, payment) != "AUTHORISED":
            put_authorised(writing, payment, data, two_phase=False)
        sale = put_confirmed(writing, payment)
        settle(writing, sale, payment)
        ticket = issue(writing, sale, prefix, "paid")
        writing.append(events.PrintQueued(sale, ticket, "slip"))
        return Issued(sale, ticket)

    return deed


def refuse_card(requested: Requested, outcome: CardOutcome) -> Deed[None]:
    """The card said no, or the customer did. The sale stays open for another attempt."""

    def deed(writing: Writing) -> None:
        kind = events.PaymentCancelled if outcome.kind == "cancelled" else events.PaymentDeclined
        writing.append(kind(requested.payment, requested.sale, outcome.reason))

    return deed


def doubt(payment: str, reason: str) -> Deed[None]:
    """Nobody saw the end: the sale is blocked until the far end answers."""

    def deed(writing: Writing) -> None:
        if state_of(writing, payment) in ("REQUESTED", "AUTHORISED"):
            writing.append(events.PaymentUnknown(payment, sale_of(writing, payment), reason))

    return deed


def close_cases(writing: Writing, sale: str, resolution: str) -> None:
    """Every open one of this sale that paper or money ends: of money that must go back only once it
    went, of a payment in review only once the statement tells.
    """
    sql = (
        'SELECT "case" FROM cases WHERE sale = ? AND open = 1 AND kind NOT IN '
        "('pix_refund', 'refund_failed', 'refund_in_doubt', 'payment_in_review')"
    )
    for (case,) in writing.rows(sql, sale):
        writing.append(events.CaseClosed(case, resolution))


def put_authorised(writing: Writing, payment: str, data: CardData, *, two_phase: bool) -> str:
    sale, method, currency, amount_minor = writing.row(
        "SELECT sale, method, currency, amount_minor FROM payments WHERE payment = ?", payment
    ) or ("", "debit", "", 0)
    writing.append(
        events.PaymentAuthorised(
            payment, sale, currency, amount_minor, method, _proof(data), two_phase
        )
    )
    return str(sale)


def put_confirmed(writing: Writing, payment: str) -> str:
    sale, currency, amount_minor = writing.row(
        "SELECT sale, currency, amount_minor FROM payments WHERE payment = ?", payment
    ) or ("", "", 0)
    writing.append(events.PaymentConfirmed(payment, sale, currency, amount_minor))
    return str(sale)


def state_of(writing: Writing, payment: str) -> str:
    row = writing.row("SELECT state FROM payments WHERE payment = ?", payment)
    return str(row[0]) if row else ""


def sale_of(writing: Writing, payment: str) -> str:
    row = writing.row("SELECT sale FROM payments WHERE payment = ?", payment)
    return str(row[0]) if row else ""


def _proof(data: CardData) -> CardProof:
    return CardProof(
        masked_pan=data.masked_pan,
        brand=data.brand,
        aid=data.aid,
        cryptogram=data.cryptogram,
        atc=data.atc,
        reader_serial=data.reader_serial,
        emv=data.emv,
        holder=data.holder,
        auth_code=data.auth_code,
        nsu=data.nsu,
        acquirer=data.acquirer,
        par=data.par,
        sealed_track=data.sealed_track,
        sealed_key=data.sealed_key,
        slip=[line[:SLIP_WIDTH_MAX] for line in data.slip[:SLIP_LINES_MAX]],
    )


def proof_data(proof: str) -> CardData:
    """The reader's data as the journal kept it: JSON of a CardProof."""
    return json.decode(proof, type=CardData)
