"""The customer whom a power cut interrupted: what became of their money and of their ticket.

Decided from the journal at boot, before and after it was settled: the newest sale, if it was under
way in the last minutes. What it says afterwards is read anew each time, so it cannot contradict the
journal. It never shows who the customer is, and it leaves the screen by itself; the case stays.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from msgspec import json

from edge_agent.domain.payment import UNDECIDED
from edge_agent.domain.print_job import DELIVERED
from edge_agent.journal.connection import Connection
from edge_agent.journal.cut import Cut, cut_seen, put_cut, read_cut
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Writing
from edge_agent.services import printing
from edge_agent.services.board import Board
from edge_agent.services.errors import RefusedError
from edge_agent.services.pix_sale import code_of
from sync_protocol.events import Line, TicketKind
from sync_protocol.ids import name_of

LAST_MINUTES_MS = 10 * 60_000
OFFERED_S = 600.0
"""From the boot: how long the ticket may be printed and the question of the money is on show."""

GOODBYE_S = 60.0
"""How long the good news stays once there is nothing left to do."""

Standing = Literal[
    "to_print", "printing", "printed", "checking", "late", "not_charged", "refunding"
]

_PAPER: dict[str, Standing] = {"QUEUED": "printing", "SENDING": "printing"}
_DOUBTFUL = UNDECIDED | {"MANUAL_REVIEW"}
_UNPAID = frozenset({"DECLINED", "CANCELLED", "UNDONE", "EXPIRED"})
_GIVEN_BACK = _UNPAID | {"REFUND_REQUESTED", "REFUNDED", "REFUND_FAILED"}


class Interrupted(NamedTuple):
    """The sale that the cut interrupted. ``was_paying``: a card or a PIX had been asked for, and
    its customer was still there.
    """

    sale: str
    was_paying: bool


class Remains(NamedTuple):
    """What the journal says of it now. Without a valid ticket ``ticket``, ``number`` and ``kind``
    are empty; ``payment`` is the attempt the standing is about; ``case`` is the code to keep, of a
    late PIX the one that gets its ticket; ``cause`` why the paper did not come.
    """

    standing: Standing
    ticket: str
    number: str
    kind: TicketKind | Literal[""]
    lines: list[Line]
    locale: str
    currency: str
    total_minor: int
    opened_ms: int
    payment: str
    case: str
    cause: str


class _Row(NamedTuple):
    locale: str
    currency: str
    total_minor: int
    lines: str
    opened_ms: int
    payment: str
    payment_state: str
    pix_received: int
    ticket: str
    number: str
    kind: str
    ticket_state: str
    print_state: str
    cause: str
    case: str


def _listed(states: frozenset[str]) -> str:
    return ", ".join(f"'{it}'" for it in sorted(states))


_ROW = f"""
SELECT s.locale, s.currency, s.total_minor, s.lines, coalesce(j.wall_ms, 0),
       coalesce(p.payment, ''), coalesce(p.state, ''),
       (SELECT count(*) FROM pix_received JOIN payments USING (payment) WHERE sale = s.sale),
       coalesce(t.ticket, ''), coalesce(t.number, ''), coalesce(t.kind, ''), coalesce(t.state, ''),
       coalesce(x.state, ''), coalesce(x.cause, ''),
       coalesce((SELECT "case" FROM cases WHERE sale = s.sale AND open = 1 LIMIT 1), s.sale)
FROM sales s
LEFT JOIN payments p ON p.payment = (SELECT payment FROM payments WHERE sale = s.sale
  ORDER BY state IN ({_listed(_DOUBTFUL)}) DESC, state = 'PAID_LATE' DESC,
    length(payment) DESC, payment DESC LIMIT 1)
LEFT JOIN tickets t ON t.sale = s.sale
LEFT JOIN prints x ON x.job = (SELECT job FROM prints WHERE ticket = t.ticket
  AND document = 'ticket' ORDER BY copy DESC LIMIT 1)
LEFT JOIN journal j ON j.epoch = ?2 AND j.seq = ?3
WHERE s.sale = ?1
"""


def interrupted(writing: Writing) -> Interrupted | None:
    """The newest sale of this epoch, if something was heard of it in the last minutes and nobody
    has seen what became of it. To be asked before boot settles anything, and remembered for the
    next cut. A clock that went back tells nothing: then it is taken as recent.
    """
    epoch = writing.head.epoch
    opened = writing.row(
        "SELECT seq, hash FROM journal WHERE epoch = ? AND type = 'SaleOpened' "
        "ORDER BY seq DESC LIMIT 1",
        epoch,
    )
    if opened is None:
        return None
    sale = name_of(writing.head.totem, epoch, opened[0], bytes(opened[1]))
    last = writing.row(
        "SELECT max(wall_ms) FROM journal WHERE epoch = ?1 AND seq >= ?2 "
        "AND (seq = ?2 OR instr(body, ?3))",
        epoch,
        opened[0],
        sale.encode(),
    )
    if last is None or writing.stamp.wall_ms - last[0] > LAST_MINUTES_MS:
        return None
    asked = (
        "SELECT 1 FROM payments JOIN sales USING (sale) "
        "WHERE sale = ? AND sales.state = 'AWAITING_PAYMENT'"
    )
    before = read_cut(writing)
    is_same = before.sale == sale
    if is_same and before.is_seen:
        return None
    was_paying = writing.row(asked, sale) is not None or (is_same and before.was_paying)
    put_cut(writing, Cut(sale, was_paying))
    return Interrupted(sale, was_paying)


class Recovered:
    """What the first screen after a cut shows, until somebody has seen it or its time is over."""

    def __init__(
        self,
        journal: Journal,
        prints: printing.Printing,
        board: Board,
        monotonic: Callable[[], float],
    ) -> None:
        self._journal = journal
        self._prints = prints
        self._board = board
        self._monotonic = monotonic
        self._left: Interrupted | None = None
        self._offered_until_s = 0.0
        self._until_s = 0.0
        self._said: Standing | None = None

    def open(self, found: Interrupted | None) -> None:
        """After boot has settled: take up what the cut left, if it is anybody's business still."""
        self._left, self._said = found, None
        self._offered_until_s = self._until_s = self._monotonic() + OFFERED_S
        remains = self.look()
        if remains is None or remains.standing == "printed":
            self._left = None

    def look(self) -> Remains | None:
        """What there is to show now; None when the screen belongs to the next customer."""
        if self._left is None:
            return None
        with self._journal.reading() as connection:
            row = _read(connection, self._left.sale)
        standing = _standing(row, was_paying=self._left.was_paying, was_shown=bool(self._said))
        if standing is None:
            self._left = None
            return None
        self._note(standing)
        return _remains(self._left.sale, row, standing)

    async def print(self) -> None:
        """The paper that did not come. Raises RefusedError when there is none to print, or its
        time is over.
        """
        remains = self.look()
        if remains is None or remains.standing != "to_print" or self._is_over():
            raise RefusedError("too-late", "Ask the attendant: the ticket is valid.")
        await self._journal.do(printing.reprint(remains.ticket))
        self._prints.poke()
        self._board.changed()

    async def leave(self) -> None:
        """Somebody has seen it, or the next customer is here; another cut does not bring it back.
        Cases stay as they are.
        """
        if self._left is not None:
            self._left = None
            await self._journal.do(cut_seen)
            self._board.changed()

    async def expire(self) -> None:
        """Called every few seconds."""
        if self._left is not None and self._is_over():
            await self.leave()

    def committed(self) -> None:
        """On the writer's thread, after every COMMIT: the answer may have changed."""
        if self._left is not None:
            self._board.changed_from_thread()

    def _is_over(self) -> bool:
        return self._monotonic() > self._until_s

    def _note(self, standing: Standing) -> None:
        if standing == self._said:
            return
        self._said, self._until_s = standing, self._offered_until_s
        if standing in ("printed", "not_charged", "refunding"):
            self._until_s = min(self._until_s, self._monotonic() + GOODBYE_S)


def _read(connection: Connection, sale: str) -> _Row:
    epoch, seq = sale.split("-")[1:3]
    row = connection.execute(_ROW, (sale, int(epoch), int(seq))).fetchone()
    return _Row._make(row)


def _standing(row: _Row, *, was_paying: bool, was_shown: bool) -> Standing | None:
    """Money first: while it is in doubt nothing else is said. A late PIX of a sale that has its
    ticket goes back without a question.
    """
    is_delivered = row.ticket_state == "CONSUMED" or row.print_state in DELIVERED
    if row.payment_state in _DOUBTFUL and not is_delivered:
        return "checking"
    if row.payment_state == "PAID_LATE" and row.ticket_state not in ("ISSUED", "CONSUMED"):
        return "late"
    if row.ticket_state == "ISSUED" and row.print_state != "SHOWN":
        if is_delivered:
            return "printed"
        return _PAPER.get(row.print_state, "to_print")
    if not (was_paying or was_shown):
        return None
    if row.pix_received:
        return "refunding" if row.payment_state in _GIVEN_BACK else None
    return "not_charged" if row.payment_state in _UNPAID else None


def _remains(sale: str, row: _Row, standing: Standing) -> Remains:
    has_ticket = standing in ("to_print", "printing", "printed")
    return Remains(
        standing=standing,
        ticket=row.ticket if has_ticket else "",
        number=row.number if has_ticket else "",
        kind=row.kind if has_ticket else "",  # type: ignore[arg-type] # the journal holds the literal's words
        lines=json.decode(row.lines, type=list[Line]),
        locale=row.locale,
        currency=row.currency,
        total_minor=row.total_minor,
        opened_ms=row.opened_ms,
        payment=row.payment,
        case=code_of(sale if standing == "late" else row.case),
        cause=row.cause,
    )
