"""Read a whole journal as an auditor would: verify the chain, replay the money from the bodies.

Nothing here trusts a projection: every figure is computed from the events themselves.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from edge_agent.journal.connection import JOURNAL_FILE, open_reader
from edge_agent.journal.verification import BrokenJournalError, Link, grants_of, walk
from sync_protocol import accounts, events
from sync_protocol.events import Body, CardProof, decode_body


class CardPayment(Struct, frozen=True):
    payment: str
    amount_minor: int
    proof: CardProof


class PixReceipt(Struct, frozen=True):
    """One PIX the journal took note of: for a sale, late, or too much."""

    end_to_end_id: str
    amount_minor: int


class Inspection(Struct):
    """Figures of one journal; ``faults`` names every event that does not fit."""

    totem: str
    head_hash: str = ""
    events: int = 0
    tickets: int = 0
    tickets_printed: int = 0
    cases_open: int = 0
    vouchers_outstanding_minor: int = 0
    sums_by_method: dict[str, int] = {}
    paid_by_card: list[CardPayment] = []
    unpaid_card_amounts: list[int] = []
    pix_received: list[PixReceipt] = []
    faults: list[str] = []


def inspect(data_dir: Path, key: bytes) -> Inspection:
    """Every epoch of the journal in ``data_dir``, read-only; the agent may be running."""
    connection = open_reader(data_dir / JOURNAL_FILE, key)
    try:
        connection.execute("BEGIN")
        grants = grants_of(connection)
        found = Inspection(grants[0].totem if grants else "")
        replay = _Replay(found)
        for grant in grants:
            try:
                replay.run(walk(connection, grant))
            except BrokenJournalError as broken:
                found.faults.append(str(broken))
    finally:
        connection.close()
    return found


class _Replay:
    """Folds every epoch into one Inspection; a fact that stands again counts once."""

    def __init__(self, found: Inspection) -> None:
        self._found = found
        self._amounts: dict[str, int] = {}
        self._authorised: dict[str, CardProof] = {}
        self._first_copies: set[str] = set()
        self._names: set[str] = set()

    def run(self, links: Iterable[Link]) -> None:
        for link in links:
            self._found.events += 1
            self._found.head_hash = link.hash.hex()
            if link.name not in self._names:
                self._names.add(link.name)
                event = link.event
                self._fold(link.name, decode_body(event.type, event.tver, event.body))

    def _fold(self, name: str, body: Body) -> None:
        found = self._found
        settled = accounts.settled(body)
        if settled is not None:
            sums = Counter(found.sums_by_method)
            sums[settled[0]] += settled[1]
            found.sums_by_method = dict(sums)
        if sum(leg.amount_minor for leg in accounts.legs(body)):
            found.faults.append(f"the legs of {name} do not sum to 0")
        match body:
            case events.PaymentRequested(method="debit" | "credit" | "voucher"):
                self._amounts[name] = body.amount_minor
            case events.PaymentStoredOffline():
                found.paid_by_card.append(CardPayment(body.payment, body.amount_minor, body.proof))
            case events.PaymentAuthorised():
                self._authorised[body.payment] = body.proof
            case events.PaymentConfirmed():
                proof = self._authorised[body.payment]
                found.paid_by_card.append(CardPayment(body.payment, body.amount_minor, proof))
            case events.VoucherSettled():
                found.vouchers_outstanding_minor -= body.amount_minor
            case events.PaymentDeclined() | events.PaymentCancelled() | events.PaymentUndone() if (
                body.payment in self._amounts
            ):
                found.unpaid_card_amounts.append(self._amounts[body.payment])
            case events.PixConfirmed() | events.PixPaidLate() | events.PixSurplusPaid():
                found.pix_received.append(PixReceipt(body.end_to_end_id, body.amount_minor))
            case events.VoucherIssued():
                found.vouchers_outstanding_minor += body.amount_minor
            case events.TicketIssued():
                found.tickets += 1
            case events.PrintQueued(document="ticket", copy=1):
                self._first_copies.add(name)
            case events.PrintFinished(outcome="printed" | "likely") if (
                body.job in self._first_copies
            ):
                found.tickets_printed += 1
            case events.CaseOpened():
                found.cases_open += 1
            case events.CaseClosed():
                found.cases_open -= 1
            case _:
                pass
