"""A receipt for the customer who asks: on paper now, or sent by headquarters later.

An address is sealed to headquarters' privacy key before it touches the disk; the journal only says
that a receipt is owed, and by which channel. Without such a key e-mail and telephone are not
offered. Nothing here needs the network: what is asked offline is sent when there is one.
"""

import re
from typing import Literal, NamedTuple, Protocol

from edge_agent.domain.print_job import DONE
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Deed, Writing
from edge_agent.services.errors import RefusedError
from edge_agent.services.printing import Printing
from edge_agent.services.tickets import Ticket, read_ticket
from edge_agent.services.visit import Visit
from edge_agent.services.visits import Visits
from sync_protocol import events
from sync_protocol.events import ReceiptChannel

Offer = Literal["paper", "qr", "email", "phone"]
EMAIL_MOST = 254
_EMAIL = re.compile(
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}$"
)
_PHONE = re.compile(r"^\+?[0-9]{10,15}$")
_AGAIN = frozenset({"", "FAILED", "UNKNOWN"})
"""How the newest receipt on paper may stand for another to be printed."""


class Contacts(Protocol):
    """Who keeps an address so that only headquarters can read it."""

    def can_keep(self) -> bool:
        """Whether headquarters gave a key to seal with."""

    def keep_contact(self, writing: Writing, receipt: str, contact: dict[str, str]) -> None:
        """Seal ``{"email": …}`` or ``{"phone": …}`` under the name of the event that asks for the
        receipt, in the same deed.
        """


class Standing(NamedTuple):
    """What may be asked now. ``paper`` is how the newest receipt on paper stands, empty when there
    is none; ``asked`` what headquarters will send.
    """

    offers: list[Offer]
    paper: str
    asked: list[ReceiptChannel]


class Receipts:
    """For the visit that has its ticket. Raises RefusedError where nothing may be asked."""

    def __init__(
        self, journal: Journal, visits: Visits, prints: Printing, contacts: Contacts | None = None
    ) -> None:
        self._journal = journal
        self._visits = visits
        self._prints = prints
        self._contacts = contacts
        self._asked: tuple[str, list[ReceiptChannel]] = ("", [])

    def standing(self, ticket: Ticket) -> Standing:
        """What this ticket's customer may ask for, and has."""
        paper, asked = self._paper(ticket.ticket), self._asked_for(ticket.sale)
        offers: list[Offer] = ["qr"]
        if ticket.kind == "paid":
            if ticket.print_state in DONE and paper in _AGAIN:
                offers.insert(0, "paper")
            if self._contacts is not None and self._contacts.can_keep():
                offers += [it for it in ("email", "phone") if it not in asked]
        return Standing(offers, paper, asked)

    async def print_now(self) -> None:
        """Print the receipt."""
        ticket = self._ticket()
        self._check("paper", ticket)
        await self._journal.do(_queued(ticket))
        self._prints.poke()

    async def send(self, channel: ReceiptChannel, contact: str) -> None:
        """Have headquarters send it. The address is checked for its form only."""
        ticket = self._ticket()
        self._check(channel, ticket)
        good = _is_email(contact) if channel == "email" else bool(_PHONE.match(contact))
        if not good:
            raise RefusedError("bad-contact", f"This is no {channel} anything can be sent to.")
        await self._journal.do(self._owed(ticket.sale, channel, contact))
        self._asked = (ticket.sale, [*self._asked_for(ticket.sale), channel])

    def _owed(self, sale: str, channel: ReceiptChannel, contact: str) -> Deed[None]:
        contacts = self._contacts

        def deed(writing: Writing) -> None:
            if contacts is not None:
                receipt = writing.append(events.ReceiptRequested(sale, channel))
                contacts.keep_contact(writing, receipt, {channel: contact})

        return deed

    def _check(self, offer: Offer, ticket: Ticket) -> None:
        if offer not in self.standing(ticket).offers:
            raise RefusedError("receipt-unavailable", f"A receipt by {offer} is not offered now.")

    def _ticket(self) -> Ticket:
        visit: Visit | None = self._visits.current
        if visit is None or visit.step != "ticket":
            raise RefusedError("wrong-step", "A receipt is for who has a ticket.")
        self._visits.touch()
        return read_ticket(self._journal, visit.ticket)

    def _asked_for(self, sale: str) -> list[ReceiptChannel]:
        return self._asked[1] if self._asked[0] == sale else []

    def _paper(self, ticket: str) -> str:
        with self._journal.reading() as connection:
            row = connection.execute(_NEWEST, (ticket,)).fetchone()
        return str(row[0]) if row else ""


_NEWEST = (
    "SELECT state, copy FROM prints WHERE ticket = ? AND document = 'receipt' "
    "ORDER BY copy DESC LIMIT 1"
)


def _queued(ticket: Ticket) -> Deed[None]:
    def deed(writing: Writing) -> None:
        row = writing.row(_NEWEST, ticket.ticket)
        state, copies = row or ("", 0)
        if state not in _AGAIN:
            raise RefusedError("receipt-unavailable", "A receipt is on its way.")
        writing.append(events.PrintQueued(ticket.sale, ticket.ticket, "receipt", copies + 1))

    return deed


def _is_email(text: str) -> bool:
    return len(text) <= EMAIL_MOST and bool(_EMAIL.match(text))
