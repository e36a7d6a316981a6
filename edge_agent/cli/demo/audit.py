"""The day's account, from witnesses that do not know each other: journals, devices, ledger.

``balanced`` is true only if every event is in the ledger once, with the same hash; the settled sums
of journals and ledger agree to the cent; every paid card payment has exactly one approval in its
pinpad's own list and every surplus approval an unpaid attempt of the same amount; and every ticket
the journal calls printed is a ticket the printer itself counted; and every PIX that the charge port
received is in the journals once, with its amount, and in the ledger's receivable.
"""

from collections import Counter
from typing import Any, NamedTuple

from msgspec import Struct, json

from edge_agent.cli.demo.floor import Totem
from edge_agent.devices.emulators.charges import Received
from edge_agent.journal.connection import load_key
from edge_agent.journal.inspection import Inspection, inspect
from sync_protocol import accounts
from sync_protocol.events import CardProof


class Books(Struct, frozen=True):
    """What one totem's witnesses say."""

    totem: str
    journal: Inspection
    tickets_on_paper: int
    approvals: list[dict[str, Any]]


class Shift(NamedTuple):
    """How it went: tickets sold while the network was cut, seconds until nothing was left."""

    sold_while_cut: int
    drain_s: float


class Report(Struct, frozen=True):
    """The last line of a headless demo."""

    sales: int
    tickets_printed: int
    card_approvals: int
    approvals_discarded: int
    events_journaled: int
    events_posted: int
    lost: int
    doubled: int
    journal_sum_minor: int
    ledger_sum_minor: int
    reader_sum_minor: int
    pix_sum_minor: int
    stored_sum_minor: int
    vouchers_outstanding_minor: int
    sold_while_cut: int
    cases_open: int
    drain_seconds: float
    balanced: bool
    differences: list[str]


def read_books(totem: Totem) -> Books:
    """Ask the journal and both devices of one totem."""
    return Books(
        totem=totem.totem,
        journal=inspect(totem.data_dir, load_key(totem.data_dir)),
        tickets_on_paper=totem.printer.tickets_printed(),
        approvals=[dict(json.decode(json.encode(it))) for it in totem.pinpad.approvals()],
    )


def report(
    books: list[Books], central: dict[str, Any], received: list[Received], shift: Shift
) -> Report:
    """Lay the witnesses side by side. ``central`` is what totem-central audit --json printed,
    ``received`` every PIX the charge port saw.
    """
    differences = [str(text) for text in central["differences"]]
    discarded = 0
    for book in books:
        differences += _compare_ledger(book, central["ends"].get(book.totem))
        differences += [f"{book.totem}: {fault}" for fault in book.journal.faults]
        differences += _compare_paper(book)
        surplus, faults = _match_approvals(book)
        discarded += surplus
        differences += faults
    journaled = sum(book.journal.events for book in books)
    posted = int(central["events_posted"])
    journal_sum = sum(accounts.taken(book.journal.sums_by_method) for book in books)
    ledger_sum = int(central["ledger_sum_minor"])
    reader_sum = sum(_paid_by_card(book) for book in books)
    if journal_sum != ledger_sum:
        differences.append(f"settled: journals {journal_sum}, ledger {ledger_sum}")
    differences += _match_pix(books, central, received)
    vouchers = sum(book.journal.vouchers_outstanding_minor for book in books)
    if vouchers != int(central["vouchers_outstanding_minor"]):
        differences.append(
            f"vouchers: journals {vouchers}, ledger {central['vouchers_outstanding_minor']}"
        )
    return Report(
        sales=sum(book.journal.tickets for book in books),
        tickets_printed=sum(book.tickets_on_paper for book in books),
        card_approvals=sum(len(book.approvals) for book in books),
        approvals_discarded=discarded,
        events_journaled=journaled,
        events_posted=posted,
        lost=sum(_missing(book, central) for book in books),
        doubled=sum(max(0, -_missing(book, central, signed=True)) for book in books),
        journal_sum_minor=journal_sum,
        ledger_sum_minor=ledger_sum,
        reader_sum_minor=reader_sum,
        pix_sum_minor=sum(it.amount_minor for it in received),
        stored_sum_minor=int(central["stored_sum_minor"]),
        vouchers_outstanding_minor=vouchers,
        sold_while_cut=shift.sold_while_cut,
        cases_open=sum(book.journal.cases_open for book in books),
        drain_seconds=round(shift.drain_s, 2),
        balanced=not differences and journaled == posted,
        differences=differences,
    )


def _missing(book: Books, central: dict[str, Any], *, signed: bool = False) -> int:
    held = central["ends"].get(book.totem, {"events": 0})["events"]
    missing = book.journal.events - int(held)
    return missing if signed else max(0, missing)


def _compare_ledger(book: Books, ledger: dict[str, Any] | None) -> list[str]:
    if ledger is None:
        return [f"{book.totem}: headquarters knows nothing of it"]
    ours = (book.journal.events, book.journal.head_hash)
    theirs = (ledger["events"], ledger["head_hash"])
    return [] if ours == theirs else [f"{book.totem}: journal ends at {ours}, ledger at {theirs}"]


def _compare_paper(book: Books) -> list[str]:
    printed, paper = book.journal.tickets_printed, book.tickets_on_paper
    if printed == paper:
        return []
    return [f"{book.totem}: {printed} tickets journaled as printed, the printer counted {paper}"]


def _match_pix(books: list[Books], central: dict[str, Any], received: list[Received]) -> list[str]:
    journaled = Counter(
        (it.end_to_end_id, it.amount_minor) for b in books for it in b.journal.pix_received
    )
    settled = Counter((it.end_to_end_id, it.amount_minor) for it in received)
    faults = [f"PIX {it}: received, in no journal" for it in settled - journaled]
    faults += [f"PIX {it}: in a journal, never received" for it in journaled - settled]
    total, ledger = sum(it.amount_minor for it in received), int(central["pix_sum_minor"])
    if total != ledger:
        faults.append(f"PIX: the charge port received {total}, the ledger says {ledger}")
    return faults


def _match_approvals(book: Books) -> tuple[int, list[str]]:
    """(surplus approvals, what does not match)."""
    approvals = {(it["cryptogram"], it["atc"]): int(it["amount_minor"]) for it in book.approvals}
    faults = []
    if len(approvals) != len(book.approvals):
        faults.append(f"{book.totem}: the pinpad approved the same cryptogram twice")
    for payment in book.journal.paid_by_card:
        amount = approvals.pop(_place(payment.proof), None)
        if amount != payment.amount_minor:
            faults.append(
                f"{book.totem}: payment {payment.payment} of {payment.amount_minor} has no "
                f"approval of that amount (the pinpad says {amount})"
            )
    unpaid = Counter(book.journal.unpaid_card_amounts)
    for amount in approvals.values():
        if unpaid[amount] == 0:
            faults.append(f"{book.totem}: an approval of {amount} belongs to no payment attempt")
        unpaid[amount] -= 1
    return len(approvals), faults


def _paid_by_card(book: Books) -> int:
    """What the pinpad itself approved for payments that stand."""
    paid = {_place(payment.proof) for payment in book.journal.paid_by_card}
    return sum(
        int(it["amount_minor"]) for it in book.approvals if (it["cryptogram"], it["atc"]) in paid
    )


def _place(proof: CardProof) -> tuple[str, str]:
    return proof.cryptogram, proof.atc
