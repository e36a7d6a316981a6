"""What must be true after a cut and a restart, by the journal and by what the far ends counted."""

from collections import Counter
from pathlib import Path
from typing import Literal, NamedTuple

from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from edge_agent.journal.inspection import Inspection, inspect
from sync_protocol.accounts import REFUNDED

Deed = Literal["sale", "void", "copy"]
"""What the power cuts short: a card sale, its payment taken back, a second copy of its ticket."""

PAID_PRINTED, NOT_PAID, OPEN_CASE = "paid and printed", "not paid", "open case"
GIVEN_BACK, NOT_ASKED, COPIED = "given back", "not asked", "copy printed"
OUTCOMES: dict[Deed, tuple[str, ...]] = {
    "sale": (NOT_PAID, PAID_PRINTED, OPEN_CASE),
    "void": (NOT_ASKED, GIVEN_BACK, OPEN_CASE),
    "copy": (NOT_ASKED, COPIED, OPEN_CASE),
}


class Witness(NamedTuple):
    """What the far ends counted by themselves. ``charges`` are minor units that a customer owes by
    the reader's own ledger; a pinpad that keeps none has only approvals. ``copies`` are the second
    ones.
    """

    approvals: list[tuple[str, str, int]]
    tickets: int
    charges: list[int] | None = None
    copies: int = 0


class Run(NamedTuple):
    """One cut: where it fell, what came of it, and every broken promise."""

    cut: int
    step: str
    outcome: str
    faults: list[str]
    steps: int = 0
    """How many steps the first life reached."""


class Left(NamedTuple):
    """The journal after the restart; states of the newest payment and of the second copy."""

    books: Inspection
    payment: str
    copy: str


def read_left(folder: Path) -> Left:
    key = load_key(folder)
    connection = open_reader(folder / JOURNAL_FILE, key)
    try:
        payment = connection.execute("SELECT state FROM payments ORDER BY payment DESC").fetchone()
        copy = connection.execute("SELECT state FROM prints WHERE copy = 2").fetchone()
    finally:
        connection.close()
    return Left(inspect(folder, key), payment[0] if payment else "", copy[0] if copy else "")


def judge_deed(deed: Deed, left: Left, witness: Witness) -> tuple[str, list[str]]:
    """The outcome, and what is wrong with it."""
    if deed == "void":
        return _judge_void(left, witness)
    if deed == "copy":
        return _judge_copy(left, witness)
    judged = judge(0, "", left.books, witness)
    return judged.outcome, judged.faults


def judge(cut: int, step: str, books: Inspection, witness: Witness) -> Run:
    faults = list(books.faults)
    approved = {(cryptogram, atc): amount for cryptogram, atc, amount in witness.approvals}
    for payment in [] if witness.charges is not None else books.paid_by_card:
        amount = approved.pop((payment.proof.cryptogram, payment.proof.atc), None)
        if amount != payment.amount_minor:
            faults.append(f"payment {payment.payment} has no approval of its amount ({amount})")
    unpaid = Counter(books.unpaid_card_amounts)
    unpaid.subtract(approved.values())
    faults += [f"an approval of {amount} has no attempt" for amount in unpaid if unpaid[amount] < 0]
    paid = len(books.paid_by_card)
    if witness.charges is not None:
        booked = sorted(payment.amount_minor for payment in books.paid_by_card)
        if booked != sorted(witness.charges):
            faults.append(f"the reader charged {witness.charges}, the journal booked {booked}")
    if paid > 1:
        faults.append("charged twice")
    if paid and not books.tickets:
        faults.append("paid without a ticket")
    faults += _paper_faults(books, witness)
    if paid and not witness.tickets and not books.cases_open:
        faults.append("paid, no paper, and no open case")
    outcome = OPEN_CASE if books.cases_open else PAID_PRINTED if paid else NOT_PAID
    return Run(cut, step, outcome, faults)


def _paper_faults(books: Inspection, witness: Witness) -> list[str]:
    faults = []
    if witness.tickets > 1:
        faults.append("two first copies of a ticket")
    if books.tickets_printed and not witness.tickets:
        faults.append("a ticket is called printed that never left the printer")
    return faults


def _judge_void(left: Left, witness: Witness) -> tuple[str, list[str]]:
    """Given back at the far end: booked as that, or an open case. Owed: booked or an open case."""
    books = left.books
    faults = list(books.faults)
    stands = sum(witness.charges or [])
    is_asked = any(method.startswith(REFUNDED) for method in books.sums_by_method)
    is_back = left.payment == "REFUNDED"
    if is_back and stands:
        faults.append(f"booked as given back, and {stands} stands at the reader")
    if not stands and not is_back and not books.cases_open:
        faults.append("given back at the reader, neither booked nor an open case")
    if is_asked and not is_back and not books.cases_open:
        faults.append("a cancelled ticket, the money not back, and no open case")
    if is_asked and left.payment == "REFUND_REQUESTED":
        faults.append("nobody can try it again")
    outcome = OPEN_CASE if books.cases_open else GIVEN_BACK if is_back else NOT_ASKED
    return outcome, faults


def _judge_copy(left: Left, witness: Witness) -> tuple[str, list[str]]:
    books = left.books
    faults = judge(0, "", books, witness).faults
    if witness.copies > 1:
        faults.append("two second copies came out")
    if left.copy in ("PRINTED", "LIKELY") and not witness.copies:
        faults.append("a copy is called printed that never left the printer")
    if left.copy and not witness.copies and not books.cases_open:
        faults.append("a copy was asked for, none came out, and no open case")
    if witness.copies and not left.copy:
        faults.append("a copy came out that nobody asked for")
    outcome = OPEN_CASE if books.cases_open else COPIED if witness.copies else NOT_ASKED
    return outcome, faults
