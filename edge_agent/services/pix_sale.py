"""The deeds of a PIX. Each is one transaction; what it returns may be acted upon.

The charge's name is committed with the attempt, before central hears of it. Money is booked once
by its end-to-end id, whatever is asked again: for the sale while the customer waits, as late when
the attempt was over, as surplus when it was more than the sale asked for.
"""

from typing import Any, NamedTuple

from msgspec import json

from edge_agent.domain.money import written
from edge_agent.domain.payment import UNDECIDED
from edge_agent.domain.sale import TAKEN
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services.card_sale import Requested, close_cases
from edge_agent.services.checkout import Basket, Issued, issue, put_price, settle
from edge_agent.services.errors import RefusedError
from sync_protocol import events
from sync_protocol.charges import ChargePaid, ChargeState

DEVICE = "pix"
OPEN = ("ACTIVE", "UNKNOWN")
OVER = ("EXPIRED", "CANCELLED", "DECLINED")
GIVEN_BACK = ("REFUND_REQUESTED", "REFUNDED", "REFUND_FAILED")
TODO_LATE = (
    "A PIX of {amount} came when nobody waited for it any more. Whoever shows the code {code} at "
    "the totem gets their ticket; left alone, the totem asks for its refund by itself."
)
TODO_REFUND = "Give this PIX of {amount} back ({reason}); its end-to-end id is {end_to_end_id}."


class Charge(NamedTuple):
    """An attempt with its charge. ``shown``: its QR may have been seen."""

    payment: str
    sale: str
    state: str
    currency: str
    amount_minor: int
    txid: str
    expires_s: int
    shown: bool


class Booked(NamedTuple):
    """What became of money: a ticket, a late payment, or neither (surplus, or nothing new)."""

    issued: Issued | None = None
    is_late: bool = False


_CHARGE = (
    "SELECT payment, sale, state, currency, amount_minor, txid, expires_s, shown "
    "FROM payments JOIN pix USING (payment) "
)


def request_pix(basket: Basket, txid: str, expires_s: int) -> Deed[Requested]:
    """The intent and the charge's name. Raises RefusedError while another attempt may move money
    or a late one waits for its answer.
    """

    def deed(writing: Writing) -> Requested:
        priced = basket.priced("pix")
        if basket.sale and blocking(writing.db, basket.sale):
            raise RefusedError("too-late", "A payment of this sale is not over yet.")
        sale = put_price(writing, basket, "pix", priced)
        total_minor, currency = priced.total_minor, basket.currency
        asked = events.PaymentRequested(sale, "pix", currency, total_minor, DEVICE)
        payment = writing.append(asked)
        writing.append(events.PixRequested(payment, sale, txid, expires_s))
        return Requested(sale, payment, total_minor)

    return deed


def activate(payment: str) -> Deed[None]:
    """The charge exists; the QR may be shown once this is on disk."""

    def deed(writing: Writing) -> None:
        charge = _charge(writing, payment)
        if charge.state == "REQUESTED":
            writing.append(events.PixActivated(payment, charge.sale))

    return deed


def book_money(payment: str, found: ChargeState, prefix: str, *, is_there: bool) -> Deed[Booked]:
    """Every PIX under the charge that the journal does not hold yet. A repeat books nothing."""

    def deed(writing: Writing) -> Booked:
        booked = Booked()
        for paid in received(found):
            if not _is_held(writing, paid.end_to_end_id):
                made = _book(writing, _charge(writing, payment), paid, is_there)
                booked = booked if made is None else made
        if booked.issued is None:
            return booked
        sale = booked.issued.sale
        settle(writing, sale, payment)
        return Booked(Issued(sale, issue(writing, sale, prefix, "paid")))

    return deed


def _book(writing: Writing, charge: Charge, paid: ChargePaid, is_there: bool) -> Booked | None:
    """One PIX into the journal; None when it is surplus."""
    payment, sale, state, currency = charge[:4]
    money = (payment, sale, currency, paid.amount_minor, paid.end_to_end_id, paid.paid_at_ms)
    is_right = paid.amount_minor == charge.amount_minor
    if is_right and state in OPEN and is_there and not _is_taken(writing, sale):
        writing.append(events.PixConfirmed(*money))
        return Booked(Issued(sale, ""))
    if state in OPEN and not is_right:
        writing.append(events.PixExpired(payment, sale, "wrong_amount"))
    elif state == "ACTIVE":
        writing.append(events.PaymentUnknown(payment, sale, "nobody_there"))
    if is_right and state in (*OPEN, *OVER):
        writing.append(events.PixPaidLate(*money))
        return Booked(is_late=True)
    writing.append(events.PixSurplusPaid(*money))
    _ask_refund(writing, charge, paid, "surplus" if is_right else "wrong_amount")
    return None


def expire(payment: str, reason: str, *, ends_sale: bool) -> Deed[None]:
    """The charge is dead and unpaid."""

    def deed(writing: Writing) -> None:
        charge = _charge(writing, payment)
        if charge.state in ("REQUESTED", *OPEN):
            writing.append(events.PixExpired(payment, charge.sale, reason))
        if ends_sale:
            _abandon(writing, charge.sale, reason)

    return deed


def cancel(payment: str, reason: str) -> Deed[None]:
    """The customer wants it no more, and central removed it unpaid."""

    def deed(writing: Writing) -> None:
        writing.append(events.PaymentCancelled(payment, _charge(writing, payment).sale, reason))

    return deed


def decline(payment: str, reason: str) -> Deed[None]:
    """No QR was ever shown: nobody can have paid."""

    def deed(writing: Writing) -> None:
        writing.append(events.PaymentDeclined(payment, _charge(writing, payment).sale, reason))

    return deed


def doubt(payment: str, reason: str) -> Deed[None]:
    """The line was lost with the QR on the screen: only central's answer leaves this."""

    def deed(writing: Writing) -> None:
        charge = _charge(writing, payment)
        if charge.state in ("REQUESTED", "ACTIVE"):
            writing.append(events.PaymentUnknown(payment, charge.sale, reason))

    return deed


def honour(payment: str, basket: Basket | None, prefix: str) -> Deed[Issued]:
    """A late PIX becomes its ticket; the sale goes on where it had ended. ``basket`` is the
    customer's while they stand there. Raises RefusedError when it must be refunded instead.
    """

    def deed(writing: Writing) -> Issued:
        charge = _charge(writing, payment)
        if charge.state != "PAID_LATE" or late_way(writing.db, charge) != "free":
            raise RefusedError("wrong-step", "This PIX is not waiting for its ticket.")
        sale, amount_minor = charge.sale, charge.amount_minor
        method, total_minor = writing.row(
            "SELECT method, total_minor FROM sales WHERE sale = ?", sale
        ) or ("", 0)
        honoured = events.PixHonoured(payment, sale, charge.currency, amount_minor)
        writing.append(honoured)
        if (method, total_minor) != ("pix", amount_minor):
            _price_again(writing, basket, amount_minor)
        settle(writing, sale, payment)
        close_cases(writing, sale, "the late PIX got its ticket")
        return Issued(sale, issue(writing, sale, prefix, "paid"))

    return deed


def refund_late(payment: str, reason: str, *, ends_sale: bool) -> Deed[None]:
    """A late PIX goes back; who gives it back is told by a case. A repeat changes nothing."""

    def deed(writing: Writing) -> None:
        charge = _charge(writing, payment)
        if charge.state != "PAID_LATE":
            return
        writing.append(
            events.PixRefundRequested(
                payment, charge.sale, charge.currency, charge.amount_minor, reason
            )
        )
        close_cases(writing, charge.sale, "the PIX goes back")
        row = writing.row("SELECT end_to_end_id FROM pix_received WHERE payment = ?", payment)
        paid = ChargePaid(row[0] if row else "", charge.amount_minor, 0)
        _ask_refund(writing, charge, paid, reason)
        if ends_sale:
            _abandon(writing, charge.sale, reason)

    return deed


def note_late(payment: str) -> Deed[None]:
    """Nobody is at the screen: a case says who the money waits for. A repeat changes nothing."""

    def deed(writing: Writing) -> None:
        charge = _charge(writing, payment)
        if charge.state != "PAID_LATE" or writing.row(
            "SELECT 1 FROM cases WHERE payment = ? AND kind = 'pix_late'", payment
        ):
            return
        todo = TODO_LATE.format(amount=_amount(charge), code=code_of(charge.sale))
        writing.append(events.CaseOpened(charge.sale, "pix_late", todo, payment))

    return deed


def code_of(sale: str) -> str:
    """The claim code of a sale or a case: the end of its name."""
    return sale.rsplit("-", 1)[1]


def received(found: ChargeState) -> list[ChargePaid]:
    """Every PIX under a charge, the first one first."""
    if not found.end_to_end_id:
        return []
    first = ChargePaid(found.end_to_end_id, found.paid_minor, found.paid_at_ms)
    return [first, *found.extras]


def late_way(connection: Any, charge: Charge) -> str:
    """What may become of a late PIX: ``taken`` (another payment settled the sale: it goes back),
    ``busy`` (another attempt is not over) or ``free``.
    """
    if _sale_state(connection, charge.sale) in TAKEN:
        return "taken"
    return "busy" if undecided(connection, charge.sale) else "free"


def undecided(connection: Any, sale: str) -> str:
    """The attempt of this sale that may yet move money; empty when there is none."""
    return _attempt(connection, sale, UNDECIDED)


def blocking(connection: Any, sale: str) -> str:
    """The attempt that keeps this sale from another one."""
    return _attempt(connection, sale, UNDECIDED | {"PAID_LATE"})


def _attempt(connection: Any, sale: str, states: frozenset[str]) -> str:
    rows = connection.execute("SELECT payment, state FROM payments WHERE sale = ?", (sale,))
    return next((str(payment) for payment, state in rows.fetchall() if state in states), "")


def charges_to_watch(journal: Journal, since_day: str) -> list[Charge]:
    """Those in doubt or late, and every one that is over since this business day: money may come
    under it yet.
    """
    sql = _CHARGE + (
        "WHERE state IN ('UNKNOWN', 'PAID_LATE') OR (business_day >= ? "
        "AND state NOT IN ('REQUESTED', 'ACTIVE')) ORDER BY state NOT IN ('UNKNOWN', 'PAID_LATE')"
    )
    with journal.reading() as connection:
        return [Charge._make(row) for row in connection.execute(sql, (since_day,))]


def read_charge(journal: Journal, payment: str) -> Charge:
    """Raises KeyError."""
    with journal.reading() as connection:
        row = connection.execute(_CHARGE + "WHERE payment = ?", (payment,)).fetchone()
    if row is None:
        raise KeyError(payment)
    return Charge._make(row)


def charge_by_code(journal: Journal, code: str) -> Charge | None:
    """The PIX with this claim code, its sale's or its case's: of several the one that waits, else
    the one in doubt, else the one that goes back.
    """
    sql = _CHARGE + (
        "WHERE substr(sale, -length(?1) - 1) = '-' || ?1 OR payment IN (SELECT payment FROM cases "
        "WHERE kind = 'pix_late' AND substr(\"case\", -length(?1) - 1) = '-' || ?1)"
    )
    with journal.reading() as connection:
        rows = connection.execute(sql, (code.strip().upper(),)).fetchall()
    charges = {it.state: it for it in map(Charge._make, rows)}
    wanted = ("PAID_LATE", *UNDECIDED, "MANUAL_REVIEW", *GIVEN_BACK)
    return next((charges[state] for state in wanted if state in charges), None)


def locale_of(journal: Journal, sale: str) -> str:
    """The language its customer chose."""
    with journal.reading() as connection:
        row = connection.execute("SELECT locale FROM sales WHERE sale = ?", (sale,)).fetchone()
    return str(row[0]) if row else "pt"


def entities_asked(journal: Journal, sale: str) -> dict[str, int]:
    """Legal entity -> its part of what the sale asks for."""
    with journal.reading() as connection:
        row = connection.execute("SELECT lines FROM sales WHERE sale = ?", (sale,)).fetchone()
    parts: dict[str, int] = {}
    for line in json.decode(row[0], type=list[events.Line]) if row else []:
        parts[line.legal_entity] = parts.get(line.legal_entity, 0) + line.total_minor
    return parts


def _price_again(writing: Writing, basket: Basket | None, amount_minor: int) -> None:
    """The sale was priced for another method meanwhile. Raises RefusedError."""
    priced = basket.priced("pix") if basket is not None else None
    if basket is None or priced is None or priced.total_minor != amount_minor:
        raise RefusedError("pix-refunded", "This sale asks for another amount now.")
    put_price(writing, basket, "pix", priced)


def _charge(writing: Writing, payment: str) -> Charge:
    row = writing.row(_CHARGE + "WHERE payment = ?", payment)
    if row is None:
        raise RefusedError("wrong-step", f"{payment} is no PIX of this totem.")
    return Charge._make(row)


def _is_held(writing: Writing, end_to_end_id: str) -> bool:
    sql = "SELECT 1 FROM pix_received WHERE end_to_end_id = ?"
    return writing.row(sql, end_to_end_id) is not None


def _is_taken(writing: Writing, sale: str) -> bool:
    return _sale_state(writing.db, sale) in TAKEN


def _sale_state(connection: Any, sale: str) -> str:
    row = connection.execute("SELECT state FROM sales WHERE sale = ?", (sale,)).fetchone()
    return str(row[0]) if row else ""


def _abandon(writing: Writing, sale: str, reason: str) -> None:
    if _sale_state(writing.db, sale) in ("OPEN", "PRICED", "AWAITING_PAYMENT"):
        writing.append(events.SaleAbandoned(sale, reason))


def _ask_refund(writing: Writing, charge: Charge, paid: ChargePaid, reason: str) -> None:
    amount = written(paid.amount_minor, charge.currency)
    todo = TODO_REFUND.format(amount=amount, reason=reason, end_to_end_id=paid.end_to_end_id)
    writing.append(events.CaseOpened(charge.sale, "pix_refund", todo, charge.payment))


def _amount(charge: Charge) -> str:
    return written(charge.amount_minor, charge.currency)
