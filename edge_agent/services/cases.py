"""Open cases at the totem itself: what is to be done, and closing what a person may close.

A case about money in doubt is not closed here: the acquirer, or headquarters, has the word.
"""

from typing import Literal

from msgspec import Struct

from edge_agent.domain.print_job import IN_DOUBT
from edge_agent.journal.connection import Connection
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services.errors import RefusedError
from edge_agent.services.printing import fulfil
from sync_protocol import events

CASES_SHOWN = 50
COPIES_SHOWN = 20

Reason = Literal["paper_found", "ticket_given", "served", "nothing_due"]

RESOLUTIONS: dict[Reason, str] = {
    "paper_found": "the paper was found and the customer has it",
    "ticket_given": "the customer was given the ticket",
    "served": "the customer was served by the number",
    "nothing_due": "looked into: nothing is owed",
}
OF_PAPER = frozenset({"print_in_doubt", "ticket_not_printed", "paid_and_gone", "paper_not_made"})
"""Kinds that are about a ticket's paper: whoever closes one says that the customer has theirs."""

CLOSABLE: dict[str, tuple[Reason, ...]] = {
    **dict.fromkeys(OF_PAPER, ("paper_found", "ticket_given", "served")),
    "delivered_unpaid": ("served", "nothing_due"),
    "sale_undone": ("nothing_due",),
}
"""Kind -> the reasons for which a person at the totem may close it."""


class CaseRow(Struct, frozen=True):
    """One open case. ``todo`` is what the journal says; ``reasons`` for which it may be closed
    here, empty where it may not.
    """

    case: str
    code: str
    kind: str
    todo: str
    number: str
    currency: str
    total_minor: int
    reasons: list[Reason]


class WaitingCopy(Struct, frozen=True):
    """A valid ticket whose paper did not come out, or may not have."""

    ticket: str
    number: str
    kind: str
    currency: str
    total_minor: int


_ROWS = """
SELECT c."case", c.kind, c.todo, coalesce((SELECT number FROM tickets WHERE sale = c.sale
  ORDER BY length(ticket) DESC, ticket DESC LIMIT 1), ''),
  coalesce(s.currency, ''), coalesce(s.total_minor, 0)
FROM cases c LEFT JOIN sales s USING (sale) WHERE c.open = 1 {more}
ORDER BY length(c."case") DESC, c."case" DESC LIMIT ?1
"""


def open_cases(journal: Journal) -> list[CaseRow]:
    """The newest first."""
    with journal.reading() as connection:
        rows = connection.execute(_ROWS.format(more=""), (CASES_SHOWN,)).fetchall()
    return [_row(*row) for row in rows]


def cases_of(connection: Connection, sale: str) -> list[CaseRow]:
    rows = connection.execute(_ROWS.format(more="AND c.sale = ?2"), (CASES_SHOWN, sale)).fetchall()
    return [_row(*row) for row in rows]


def _row(case: str, kind: str, todo: str, number: str, *money: object) -> CaseRow:
    currency, total_minor = money
    reasons = list(CLOSABLE.get(kind, ()))
    code = case.rsplit("-", 1)[1]
    return CaseRow(case, code, kind, todo, number, str(currency), int(str(total_minor)), reasons)


def close(case: str, reason: Reason, by: str) -> Deed[None]:
    """A person's word ends it. Raises RefusedError where it is not theirs to end."""

    def deed(writing: Writing) -> None:
        row = writing.row('SELECT sale, kind, open FROM cases WHERE "case" = ?', case)
        if row is None or not row[2]:
            raise RefusedError("wrong-step", "This case is not open.")
        sale, kind, _ = row
        if reason not in CLOSABLE.get(kind, ()):
            raise RefusedError("case-stays", f"A case of {kind} is not closed at the totem.")
        if kind in OF_PAPER:
            _hand_over(writing, sale)
        writing.append(events.CaseClosed(case, RESOLUTIONS[reason], by))

    return deed


def _hand_over(writing: Writing, sale: str) -> None:
    """The customer has their ticket: the print is no longer in doubt, the sale is fulfilled."""
    newest = writing.row(
        "SELECT job, state FROM prints WHERE sale = ? AND document = 'ticket' "
        "ORDER BY copy DESC LIMIT 1",
        sale,
    )
    if newest is not None and newest[1] in IN_DOUBT:
        writing.append(events.PrintFinished(newest[0], "shown"))
    fulfil(writing, sale)


def waiting_copies(journal: Journal) -> list[WaitingCopy]:
    """Offered after a roll change, the newest first."""
    sql = (
        "SELECT t.ticket, t.number, t.kind, s.currency, s.total_minor FROM tickets t "
        "JOIN sales s USING (sale) WHERE t.state = 'ISSUED' AND s.state != 'AWAITING_DELIVERY' "
        "AND (SELECT state FROM prints WHERE ticket = t.ticket AND document = 'ticket' "
        "ORDER BY copy DESC LIMIT 1) IN ('FAILED', 'UNKNOWN') "
        "ORDER BY length(t.ticket) DESC, t.ticket DESC LIMIT ?"
    )
    with journal.reading() as connection:
        return [WaitingCopy(*row) for row in connection.execute(sql, (COPIES_SHOWN,))]
