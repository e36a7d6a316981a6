"""What attendants do with vouchers, tickets and late declines; each in a name."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from msgspec import Struct

from edge_agent.journal.journal import Journal
from edge_agent.services import printing, refunds, vouchers
from edge_agent.services.entrance import Entrance
from edge_agent.services.errors import RefusedError
from edge_agent.services.tickets import QR_PREFIX
from edge_agent.services.vouchers import Found, is_paid

Can = Literal["settle", "serve", "void"]
Verify = Callable[[bytes, bytes], bool]
"""``(signature, data)``: whether this totem signed it."""


class CounterView(Struct, frozen=True):
    """A ticket as the counter sees it. ``can`` says what may be done with it now."""

    ticket: str
    number: str
    kind: str
    state: str
    currency: str
    total_minor: int
    is_paid: bool
    can: list[Can]
    priority: str = ""


class LateDecline(Struct, frozen=True):
    """A stored card that the acquirer refused after the ticket was out."""

    payment: str
    number: str
    currency: str
    amount_minor: int
    masked_pan: str
    reason: str


class Hands(NamedTuple):
    """What the counter works with besides the journal."""

    prints: printing.Printing
    desk: refunds.VoidDesk
    verify: Verify


class Counter:
    """Everything needs the token of a session. Raises RefusedError."""

    def __init__(self, journal: Journal, entrance: Entrance, hands: Hands) -> None:
        self._journal = journal
        self._entrance = entrance
        self._hands = hands

    def touch(self, token: str) -> None:
        """Somebody is still there."""
        self._entrance.who(token)

    def look(self, token: str, code: str) -> CounterView:
        """The ticket behind a QR, a number or a ticket's name."""
        self._entrance.who(token)
        return self._view(self.find(code))

    async def settle(self, token: str, code: str) -> CounterView:
        """Cash was taken for a voucher."""
        by = self._entrance.who(token)
        ticket = self.find(code).ticket
        await self._journal.do(vouchers.settle_voucher(ticket, by))
        self._hands.prints.poke()
        return self._view(self.find(ticket))

    async def serve(self, token: str, code: str) -> CounterView:
        """The desk serves this ticket."""
        by = self._entrance.who(token)
        ticket = self.find(code).ticket
        await self._journal.do(vouchers.consume(ticket, by))
        return self._view(self.find(ticket))

    async def void(self, token: str, code: str) -> CounterView:
        """Take a card payment of today back, with the card present."""
        by = self._entrance.who(token)
        ticket = self.find(code).ticket
        await self._hands.desk.void(ticket, by)
        return self._view(self.find(ticket))

    def late(self, token: str) -> list[LateDecline]:
        """What the acquirer refused and nobody has made good."""
        self._entrance.who(token)
        sql = (
            "SELECT p.payment, coalesce(t.number, ''), p.currency, p.amount_minor, "
            "coalesce(json_extract(p.proof, '$.masked_pan'), ''), p.reason FROM payments p "
            "LEFT JOIN tickets t USING (sale) WHERE p.state = 'DECLINED_LATE' ORDER BY p.payment"
        )
        with self._journal.reading() as connection:
            return [LateDecline(*row) for row in connection.execute(sql)]

    async def make_good(self, token: str, payment: str, *, recovered: bool) -> None:
        by = self._entrance.who(token)
        await self._journal.do(vouchers.make_good(payment, by, recovered=recovered))

    def find(self, code: str) -> Found:
        """By QR, number or name. Raises RefusedError."""
        asked, ticket = code.strip(), ""
        if asked.startswith(QR_PREFIX):
            claim = vouchers.read_claim(asked)
            if not self._hands.verify(claim.signature, claim.signed_bytes()):
                raise RefusedError("unknown-code", "Another totem issued it: take it there.")
            ticket = claim.ticket
        elif "-" in asked:
            ticket = asked
        with self._journal.reading() as connection:
            return vouchers.find(connection, ticket, asked)

    def may(self, found: Found) -> list[Can]:
        """What may be done with this ticket now."""
        can: list[Can] = []
        if found.payment_state == "VOUCHER_ISSUED" and found.state == "ISSUED":
            can.append("settle")
        if found.state == "ISSUED" and is_paid(found):
            can.append("serve")
        if self._hands.desk.can_void(found):
            can.append("void")
        return can

    def _view(self, found: Found) -> CounterView:
        return CounterView(
            found.ticket,
            found.number,
            found.kind,
            found.state,
            found.currency,
            found.total_minor,
            is_paid(found),
            self.may(found),
            found.priority,
        )
