"""The attendant's corner: a PIN or badge opens it for two minutes; what is done is done in a name.

Wrong PINs make everyone wait, longer each time, by a clock that only grows.
"""

import secrets
from collections.abc import Callable
from typing import Literal, NamedTuple

from msgspec import Struct

from edge_agent.journal.journal import Journal
from edge_agent.services import printing, refunds, vouchers
from edge_agent.services.errors import RefusedError
from edge_agent.services.shelf import Shelf
from edge_agent.services.tickets import QR_PREFIX
from edge_agent.services.vouchers import Found, is_paid
from sync_protocol.feed import Attendant
from sync_protocol.pins import is_secret

SESSION_S = 120.0
FREE_TRIES = 3
WAIT_FIRST_S = 5.0
WAIT_MOST_S = 900.0

Can = Literal["settle", "serve", "void"]


class Session(NamedTuple):
    token: str
    attendant: Attendant
    touched_s: float


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


class LateDecline(Struct, frozen=True):
    """A stored card that the acquirer refused after the ticket was out."""

    payment: str
    number: str
    currency: str
    amount_minor: int
    masked_pan: str
    reason: str


class Trust(NamedTuple):
    """``verify(signature, data)``: whether this totem signed it. ``monotonic`` in seconds."""

    verify: Callable[[bytes, bytes], bool]
    monotonic: Callable[[], float]


class Counter:
    """One session at a time; everything needs its token. Raises RefusedError."""

    def __init__(
        self,
        journal: Journal,
        shelf: Shelf,
        prints: printing.Printing,
        desk: refunds.VoidDesk,
        trust: Trust,
    ) -> None:
        self._journal = journal
        self._shelf = shelf
        self._prints = prints
        self._desk = desk
        self._trust = trust
        self._session: Session | None = None
        self._failures = 0
        self._closed_until_s = 0.0

    def enter(self, secret: str) -> Session:
        """By PIN or badge. Raises RefusedError: bad-pin, or wait-for-pin after too many."""
        now = self._trust.monotonic()
        if now < self._closed_until_s:
            left_s = round(self._closed_until_s - now) + 1
            raise RefusedError("wait-for-pin", f"Too many wrong PINs: wait {left_s} s.")
        found = next((it for it in self._shelf.catalogue.staff if _opens(secret, it)), None)
        if found is None:
            self._failures += 1
            if self._failures >= FREE_TRIES:
                wait_s = WAIT_FIRST_S * 2 ** (self._failures - FREE_TRIES)
                self._closed_until_s = now + min(WAIT_MOST_S, wait_s)
            raise RefusedError("bad-pin", "No attendant has this PIN.")
        self._failures = 0
        self._session = Session(secrets.token_urlsafe(16), found, now)
        return self._session

    def leave(self) -> None:
        self._session = None

    def touch(self, token: str) -> None:
        """Somebody is still there."""
        self._who(token)

    def look(self, token: str, code: str) -> CounterView:
        """The ticket behind a QR or a number."""
        self._who(token)
        return self._view(self._find(code))

    async def settle(self, token: str, code: str) -> CounterView:
        """Cash was taken for a voucher."""
        by = self._who(token)
        ticket = self._find(code).ticket
        await self._journal.do(vouchers.settle_voucher(ticket, by))
        self._prints.poke()
        return self._view(self._find(ticket=ticket))

    async def serve(self, token: str, code: str) -> CounterView:
        """The desk serves this ticket."""
        by = self._who(token)
        ticket = self._find(code).ticket
        await self._journal.do(vouchers.consume(ticket, by))
        return self._view(self._find(ticket=ticket))

    async def void(self, token: str, code: str) -> CounterView:
        """Take a card payment of today back, with the card present."""
        by = self._who(token)
        ticket = self._find(code).ticket
        await self._desk.void(ticket, by)
        return self._view(self._find(ticket=ticket))

    def late(self, token: str) -> list[LateDecline]:
        """What the acquirer refused and nobody has made good."""
        self._who(token)
        sql = (
            "SELECT p.payment, coalesce(t.number, ''), p.currency, p.amount_minor, "
            "coalesce(json_extract(p.proof, '$.masked_pan'), ''), p.reason FROM payments p "
            "LEFT JOIN tickets t USING (sale) WHERE p.state = 'DECLINED_LATE' ORDER BY p.payment"
        )
        with self._journal.reading() as connection:
            return [LateDecline(*row) for row in connection.execute(sql)]

    async def make_good(self, token: str, payment: str, *, recovered: bool) -> None:
        by = self._who(token)
        await self._journal.do(vouchers.make_good(payment, by, recovered=recovered))

    def _who(self, token: str) -> str:
        """The attendant's id; the session lives on. Raises RefusedError."""
        session, now = self._session, self._trust.monotonic()
        is_ours = session is not None and secrets.compare_digest(session.token, token)
        if session is None or not is_ours or now - session.touched_s > SESSION_S:
            self._session = None if is_ours else session
            raise RefusedError("no-session", "Enter your PIN again.")
        self._session = session._replace(touched_s=now)
        return session.attendant.id

    def _find(self, code: str = "", ticket: str = "") -> Found:
        if code.strip().startswith(QR_PREFIX):
            claim = vouchers.read_claim(code)
            if not self._trust.verify(claim.signature, claim.signed_bytes()):
                raise RefusedError("unknown-code", "Another totem issued it: take it there.")
            ticket = claim.ticket
        with self._journal.reading() as connection:
            return vouchers.find(connection, ticket, code.strip())

    def _view(self, found: Found) -> CounterView:
        can: list[Can] = []
        if found.payment_state == "VOUCHER_ISSUED" and found.state == "ISSUED":
            can.append("settle")
        if found.state == "ISSUED" and is_paid(found):
            can.append("serve")
        if found.payment_state in ("CONFIRMED", "REFUND_FAILED") and self._desk.can_void():
            can.append("void")
        return CounterView(
            found.ticket,
            found.number,
            found.kind,
            found.state,
            found.currency,
            found.total_minor,
            is_paid(found),
            can,
        )


def _opens(secret: str, attendant: Attendant) -> bool:
    return is_secret(secret, attendant.pin_hash) or (
        bool(attendant.badge_hash) and is_secret(secret, attendant.badge_hash)
    )
