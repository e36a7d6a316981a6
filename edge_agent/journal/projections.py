"""Tables computed from events, in the same transaction as the event. Disposable: rebuilt by
replaying.

Each event moves its machine by the state tables of the domain; an illegal step raises and undoes
the deed.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import Struct, json
from sqlite_utils import Database

from edge_agent.domain import payment, print_job, sale, ticket
from edge_agent.domain.machine import advance
from edge_agent.journal.errors import UnknownNameError
from sync_protocol import accounts, events
from sync_protocol.events import Body


class Written(NamedTuple):
    """One event as it stands in the journal."""

    name: str
    epoch: int
    seq: int
    business_day: str
    body: Body


def apply(db: Database, written: Written) -> None:
    """Fold one event into the tables. Events without a row of their own change nothing."""
    project = _PROJECTORS.get(type(written.body))
    if project is not None:
        project(db, written, written.body)
    gained = accounts.settled(written.body)
    if gained is not None:
        add_settled(db, written.epoch, *gained)


def add_settled(db: Database, epoch: int, method: str, minor: int) -> None:
    """Count settled money among what this epoch tells central."""
    db.execute(
        "INSERT INTO sums VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
        "SET settled_minor = settled_minor + excluded.settled_minor",
        (epoch, method, minor),
    )


def _sale_opened(db: Database, at: Written, body: events.SaleOpened) -> None:
    state = advance(sale.TABLE, "NONE", "SaleOpened")
    db.execute(
        "INSERT INTO sales (sale, state, locale, business_day) VALUES (?, ?, ?, ?)",
        (at.name, state, body.locale, at.business_day),
    )


def _sale_priced(db: Database, at: Written, body: events.SalePriced) -> None:
    _move_sale(db, body.sale, "SalePriced")
    db.execute(
        "UPDATE sales SET method = ?, currency = ?, total_minor = ?, lines = ?, priority = ? "
        "WHERE sale = ?",
        (
            body.method,
            body.currency,
            body.total_minor,
            json.encode(body.lines).decode(),
            body.priority or "",
            body.sale,
        ),
    )


def _sale_moved(db: Database, at: Written, body: Any) -> None:
    _move_sale(db, body.sale, type(body).__name__)


def _sale_ended_unsold(db: Database, at: Written, body: Any) -> None:
    """What its customer said of themselves goes with it."""
    _sale_moved(db, at, body)
    db.execute("DELETE FROM private_records WHERE sale = ?", (body.sale,))


def _payment_requested(db: Database, at: Written, body: events.PaymentRequested) -> None:
    _move_sale(db, body.sale, "PaymentRequested")
    state = advance(payment.TABLE, "NONE", "PaymentRequested")
    db.execute(
        "INSERT INTO payments (payment, sale, method, state, currency, amount_minor, confirm, "
        "instalments) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            at.name,
            body.sale,
            body.method,
            state,
            body.currency,
            body.amount_minor,
            body.confirm,
            body.instalments,
        ),
    )


def _payment_noted(db: Database, at: Written, body: events.PaymentNoted) -> None:
    row = db.execute("SELECT notes FROM payments WHERE payment = ?", (body.payment,)).fetchone()
    if row is None:
        raise UnknownNameError(f"{body.payment} was never opened here")
    notes = {**json.decode(row[0], type=dict[str, str]), **body.notes}
    db.execute(
        "UPDATE payments SET notes = ? WHERE payment = ?",
        (json.encode(notes).decode(), body.payment),
    )


def _payment_stored(db: Database, at: Written, body: events.PaymentStoredOffline) -> None:
    _move_payment(db, body.payment, "PaymentStoredOffline", "")
    _keep_proof(db, body.payment, body.proof)
    _count_stored(db, 1, body.amount_minor)


def _payment_authorised(db: Database, at: Written, body: events.PaymentAuthorised) -> None:
    _move_payment(db, body.payment, "PaymentAuthorised", "")
    _keep_proof(db, body.payment, body.proof)
    if body.two_phase:
        _move_sale(db, body.sale, "PaymentAuthorised")


def _payment_undone(db: Database, at: Written, body: events.PaymentUndone) -> None:
    _move_payment(db, body.payment, "PaymentUndone", body.reason)
    sql = "SELECT state FROM sales WHERE sale = ?"
    if _state(db, sql, body.sale) == "AWAITING_DELIVERY":
        _move_sale(db, body.sale, "PaymentUndone")


def _payment_ended(db: Database, at: Written, body: Any) -> None:
    _move_payment(db, body.payment, type(body).__name__, _why(body))


def _why(body: Any) -> str:
    """What is kept beside the state: a reason, or who did it."""
    return str(getattr(body, "reason", "") or getattr(body, "by", ""))


def _stored_payment_left(db: Database, at: Written, body: Any) -> None:
    """The acquirer has spoken: no longer at risk."""
    _payment_ended(db, at, body)
    _count_stored(db, -1, -body.amount_minor)


def _refund_moved(db: Database, at: Written, body: Any) -> None:
    _payment_ended(db, at, body)
    _move_sale(db, body.sale, type(body).__name__)


def _pix_requested(db: Database, at: Written, body: events.PixRequested) -> None:
    db.execute(
        "INSERT INTO pix (payment, txid, expires_s, business_day) VALUES (?, ?, ?, ?)",
        (body.payment, body.txid, body.expires_s, at.business_day),
    )


def _pix_activated(db: Database, at: Written, body: events.PixActivated) -> None:
    _payment_ended(db, at, body)
    db.execute("UPDATE pix SET shown = 1 WHERE payment = ?", (body.payment,))


def _pix_paid(db: Database, at: Written, body: events.PixConfirmed | events.PixPaidLate) -> None:
    _payment_ended(db, at, body)
    _pix_received(db, at, body)


def _pix_received(db: Database, at: Written, body: Any) -> None:
    """The same PIX is never taken twice: its end-to-end id is a key."""
    db.execute("INSERT INTO pix_received VALUES (?, ?)", (body.end_to_end_id, body.payment))


def _keep_proof(db: Database, payment: str, proof: events.CardProof) -> None:
    db.execute(
        "UPDATE payments SET proof = ? WHERE payment = ?", (json.encode(proof).decode(), payment)
    )


def _count_stored(db: Database, count: int, minor: int) -> None:
    db.execute(
        "UPDATE stored_cards SET count = count + ?, total_minor = total_minor + ? WHERE id = 1",
        (count, minor),
    )


def _ticket_issued(db: Database, at: Written, body: events.TicketIssued) -> None:
    state = advance(ticket.TABLE, "NONE", "TicketIssued")
    db.execute(
        "INSERT INTO tickets (ticket, sale, number, series, prefix, count, kind, state, "
        "business_day, priority) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            at.name,
            body.sale,
            body.number,
            body.series,
            body.prefix,
            body.count,
            body.kind,
            state,
            at.business_day,
            body.priority or "",
        ),
    )
    db.execute("UPDATE private_records SET state = 'due' WHERE sale = ?", (body.sale,))


def _ticket_moved(db: Database, at: Written, body: Any) -> None:
    state = _state(db, "SELECT state FROM tickets WHERE ticket = ?", body.ticket)
    db.execute(
        "UPDATE tickets SET state = ? WHERE ticket = ?",
        (advance(ticket.TABLE, state, type(body).__name__), body.ticket),
    )


def _print_queued(db: Database, at: Written, body: events.PrintQueued) -> None:
    state = advance(print_job.TABLE, "NONE", "PrintQueued")
    db.execute(
        "INSERT INTO prints (job, sale, ticket, document, copy, state, queued_seq) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (at.name, body.sale, body.ticket, body.document, body.copy, state, at.seq),
    )


def _print_started(db: Database, at: Written, body: events.PrintStarted) -> None:
    _move_print(db, body.job, "PrintStarted", "")


def _print_finished(db: Database, at: Written, body: events.PrintFinished) -> None:
    _move_print(db, body.job, body.outcome, body.cause)


def _case_opened(db: Database, at: Written, body: events.CaseOpened) -> None:
    db.execute(
        "INSERT INTO cases VALUES (?, ?, ?, ?, ?, 1)",
        (at.name, body.sale, body.payment, body.kind, body.todo),
    )


def _case_closed(db: Database, at: Written, body: events.CaseClosed) -> None:
    db.execute('UPDATE cases SET open = 0 WHERE "case" = ?', (body.case,))


def _move_sale(db: Database, name: str, happened: str) -> None:
    state = _state(db, "SELECT state FROM sales WHERE sale = ?", name)
    db.execute(
        "UPDATE sales SET state = ? WHERE sale = ?", (advance(sale.TABLE, state, happened), name)
    )


def _move_payment(db: Database, name: str, happened: str, reason: str) -> None:
    state = _state(db, "SELECT state FROM payments WHERE payment = ?", name)
    db.execute(
        "UPDATE payments SET state = ?, reason = ? WHERE payment = ?",
        (advance(payment.TABLE, state, happened), reason, name),
    )


def _move_print(db: Database, job: str, happened: str, cause: str) -> None:
    state = _state(db, "SELECT state FROM prints WHERE job = ?", job)
    db.execute(
        "UPDATE prints SET state = ?, cause = ? WHERE job = ?",
        (advance(print_job.TABLE, state, happened), cause, job),
    )


def _state(db: Database, sql: str, name: str) -> str:
    """Raises UnknownNameError."""
    row = db.execute(sql, (name,)).fetchone()
    if row is None:
        raise UnknownNameError(f"{name} was never opened here")
    state: str = row[0]
    return state


_PROJECTORS: dict[type[Struct], Callable[[Database, Written, Any], None]] = {
    events.SaleOpened: _sale_opened,
    events.SalePriced: _sale_priced,
    events.SaleSettled: _sale_moved,
    events.SaleFulfilled: _sale_moved,
    events.SaleClosed: _sale_moved,
    events.SaleCancelled: _sale_ended_unsold,
    events.SaleAbandoned: _sale_ended_unsold,
    events.PaymentRequested: _payment_requested,
    events.PaymentStoredOffline: _payment_stored,
    events.PaymentNoted: _payment_noted,
    events.PaymentAuthorised: _payment_authorised,
    events.PaymentConfirmed: _payment_ended,
    events.PaymentUndone: _payment_undone,
    events.PaymentUnknown: _payment_ended,
    events.ReviewRequested: _payment_ended,
    events.PaymentForwarding: _payment_ended,
    events.PaymentForwarded: _stored_payment_left,
    events.PaymentDeclinedLate: _stored_payment_left,
    events.PaymentRecovered: _payment_ended,
    events.PaymentWrittenOff: _payment_ended,
    events.PaymentDeclined: _payment_ended,
    events.PaymentCancelled: _payment_ended,
    events.VoucherIssued: _payment_ended,
    events.VoucherSettled: _payment_ended,
    events.RefundRequested: _refund_moved,
    events.PaymentRefunded: _refund_moved,
    events.RefundFailed: _payment_ended,
    events.PixRequested: _pix_requested,
    events.PixActivated: _pix_activated,
    events.PixConfirmed: _pix_paid,
    events.PixExpired: _payment_ended,
    events.PixPaidLate: _pix_paid,
    events.PixHonoured: _refund_moved,
    events.PixRefundRequested: _payment_ended,
    events.PixSurplusPaid: _pix_received,
    events.TicketIssued: _ticket_issued,
    events.TicketCancelled: _ticket_moved,
    events.TicketConsumed: _ticket_moved,
    events.PrintQueued: _print_queued,
    events.PrintStarted: _print_started,
    events.PrintFinished: _print_finished,
    events.CaseOpened: _case_opened,
    events.CaseClosed: _case_closed,
}
