"""Read a whole journal as an auditor would: verify the chain, replay the money from the bodies.

Nothing here trusts a projection: every figure is computed from the events themselves.
"""

from collections import Counter
from pathlib import Path
from typing import Any

from msgspec import Struct, json

from edge_agent.journal.connection import JOURNAL_FILE, open_reader
from sync_protocol import accounts, chain, events
from sync_protocol.events import Body, CardProof, Event, decode_body
from sync_protocol.ids import name_of
from sync_protocol.messages import Grant


class CardPayment(Struct, frozen=True):
    payment: str
    amount_minor: int
    proof: CardProof


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
    faults: list[str] = []


def inspect(data_dir: Path, key: bytes) -> Inspection:
    """Every epoch of the journal in ``data_dir``, read-only; the agent may be running."""
    connection = open_reader(data_dir / JOURNAL_FILE, key)
    try:
        connection.execute("BEGIN")
        epochs = connection.execute("SELECT grant_json FROM epochs ORDER BY epoch").fetchall()
        grants = [json.decode(row[0], type=Grant) for row in epochs]
        found = Inspection(grants[0].totem if grants else "")
        for grant in grants:
            rows = connection.execute(
                "SELECT seq, type, tver, wall_ms, boot_id, mono_ms, business_day, body, hash "
                "FROM journal WHERE epoch = ? ORDER BY seq",
                (grant.epoch,),
            )
            _Replay(found, grant).run(rows.fetchall())
    finally:
        connection.close()
    return found


class _Replay:
    """Folds one epoch into an Inspection."""

    def __init__(self, found: Inspection, grant: Grant) -> None:
        self._found = found
        self._grant = grant
        self._amounts: dict[str, int] = {}
        self._first_copies: set[str] = set()

    def run(self, rows: list[tuple[Any, ...]]) -> None:
        digest = chain.genesis(self._grant)
        for place, row in enumerate(rows, start=1):
            seq, kind, tver, wall_ms, boot_id, mono_ms, day, body, held = row
            event = Event(seq, kind, tver, wall_ms, boot_id, mono_ms, day, bytes(body))
            digest = chain.event_hash(digest, event)
            if event.seq != place or digest != held:
                self._found.faults.append(f"event {event.seq} does not fit the chain")
                return
            name = name_of(self._grant.totem, self._grant.epoch, event.seq, digest)
            self._fold(name, decode_body(event.type, event.tver, event.body))
            self._found.events += 1
        self._found.head_hash = digest.hex()

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
            case events.PaymentRequested(method="debit" | "credit"):
                self._amounts[name] = body.amount_minor
            case events.PaymentStoredOffline():
                found.paid_by_card.append(CardPayment(body.payment, body.amount_minor, body.proof))
            case events.PaymentDeclined() | events.PaymentCancelled():
                found.unpaid_card_amounts.append(self._amounts[body.payment])
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
