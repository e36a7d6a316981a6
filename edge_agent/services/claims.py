"""What happened to a sale, by whatever code its customer holds: a number, a QR, a claim code.

Words keys for the screen, decided on current rows: where the money is, and where the paper is.
"""

from msgspec import Struct

from edge_agent.domain.print_job import DELIVERED
from edge_agent.journal.connection import Connection
from edge_agent.journal.journal import Journal
from edge_agent.journal.moments import wall_ms_of
from edge_agent.services.cases import CaseRow, cases_of
from edge_agent.services.counter import Counter
from edge_agent.services.errors import RefusedError
from edge_agent.services.tickets import QR_PREFIX
from edge_agent.services.vouchers import Found

MONEY = {
    "": "nothing",
    "REQUESTED": "checking",
    "AUTHORISED": "checking",
    "UNKNOWN": "checking",
    "MANUAL_REVIEW": "in_review",
    "CONFIRMED": "paid_card",
    "STORED_OFFLINE": "paid_stored",
    "FORWARDING": "paid_stored",
    "DECLINED": "not_charged",
    "CANCELLED": "not_charged",
    "UNDONE": "not_charged",
    "VOUCHER_ISSUED": "to_pay",
    "COUNTER_SETTLED": "paid_cash",
    "DECLINED_LATE": "declined_late",
    "RECOVERED": "paid_cash",
    "ACTIVE": "checking",
    "EXPIRED": "not_charged",
    "PAID_LATE": "paid_late",
    "HONOURED": "paid_pix",
    "WRITTEN_OFF": "written_off",
    "REFUND_REQUESTED": "refund_due",
    "REFUND_FAILED": "refund_due",
    "REFUNDED": "refunded",
}
"""State of the newest payment -> where the money is."""

PAPER = {
    "": "none",
    "QUEUED": "printing",
    "SENDING": "printing",
    "PRINTED": "printed",
    "LIKELY": "printed",
    "FAILED": "failed",
    "UNKNOWN": "unknown",
    "SHOWN": "shown",
}


class ClaimView(Struct, frozen=True):
    """One sale. ``ticket`` and ``number`` are empty where none was issued; ``can`` is what may be
    done now: settle, serve, void, reprint.
    """

    sale: str
    code: str
    ticket: str
    number: str
    kind: str
    state: str
    method: str
    currency: str
    total_minor: int
    opened_ms: int
    money: str
    paper: str
    can: list[str]
    cases: list[CaseRow]
    priority: str = ""


_SALE = """
SELECT s.sale, s.method, s.currency, s.total_minor,
  coalesce((SELECT state FROM payments WHERE sale = s.sale
    ORDER BY length(payment) DESC, payment DESC LIMIT 1), ''),
  coalesce((SELECT ticket FROM tickets WHERE sale = s.sale
    ORDER BY length(ticket) DESC, ticket DESC LIMIT 1), ''),
  coalesce((SELECT state FROM prints WHERE sale = s.sale AND document = 'ticket'
    ORDER BY copy DESC LIMIT 1), '')
FROM sales s WHERE s.sale = ?1
"""
_BY_TAIL = """
SELECT sale FROM sales WHERE substr(sale, -length(?1) - 1) = '-' || ?1
UNION SELECT sale FROM cases WHERE substr("case", -length(?1) - 1) = '-' || ?1 LIMIT 1
"""


class Claims:
    """Finds sales for the corner. Raises RefusedError: unknown-code."""

    def __init__(self, journal: Journal, counter: Counter) -> None:
        self._journal = journal
        self._counter = counter

    def look(self, token: str, code: str) -> ClaimView:
        self._counter.touch(token)
        asked = code.strip() if code.strip().startswith(QR_PREFIX) else _plain(code)
        sale = self._sale_of_code(asked) or self._counter.find(asked).sale
        with self._journal.reading() as connection:
            return self._view(connection, sale)

    def is_customers(self, code: str) -> bool:
        """Whether this is a ticket's QR, or the claim code of a sale or a case."""
        asked = "".join(code.split()).upper()
        return asked.startswith(QR_PREFIX) or bool(self._sale_of_code(asked))

    def _sale_of_code(self, asked: str) -> str:
        if asked.startswith(QR_PREFIX) or not asked or "-" in asked:
            return ""
        with self._journal.reading() as connection:
            row = connection.execute(_BY_TAIL, (asked,)).fetchone()
        return str(row[0]) if row else ""

    def _view(self, connection: Connection, sale: str) -> ClaimView:
        _, method, currency, total_minor, payment, ticket, paper = connection.execute(
            _SALE, (sale,)
        ).fetchone()
        found = self._counter.find(ticket) if ticket else None
        kind = found.kind if found else ""
        return ClaimView(
            sale=sale,
            code=sale.rsplit("-", 1)[1],
            ticket=ticket,
            number=found.number if found else "",
            kind=kind,
            state=found.state if found else "",
            method=method,
            currency=currency,
            total_minor=total_minor,
            opened_ms=wall_ms_of(connection, sale),
            money=money_of(kind, method, payment),
            paper=PAPER.get(paper, "none"),
            can=self._can(found, paper),
            cases=cases_of(connection, sale),
            priority=found.priority if found else "",
        )

    def _can(self, found: Found | None, paper: str) -> list[str]:
        if found is None:
            return []
        can: list[str] = list(self._counter.may(found))
        is_waiting = found.sale_state == "AWAITING_DELIVERY"
        if (
            found.state == "ISSUED"
            and not is_waiting
            and paper in (*DELIVERED, "FAILED", "UNKNOWN")
        ):
            can.append("reprint")
        return can


def money_of(kind: str, method: str, payment: str) -> str:
    """Where the money is, by what was sold, how it was to be paid, and the newest payment."""
    if kind == "free":
        return "free"
    where = MONEY.get(payment, "other")
    return "paid_pix" if where == "paid_card" and method == "pix" else where


def _plain(code: str) -> str:
    """As it is written down: capitals, no spaces."""
    plain = "".join(code.split()).upper()
    if not plain:
        raise RefusedError("unknown-code", "Type a number or a code.")
    return plain
