"""Brings every PIX to its end when nobody at the screen does: in doubt, late, twice.

In doubt (power or link cut with a QR out): central is asked, and removes what is unpaid. Late: the
ticket is offered to who still stands there, waits for its claim code, and goes back by itself
after that. Over: asked again, ever more rarely, for money that came all the same. While the line
is down one call in a while finds out when it is back.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

import structlog
from msgspec import Struct

from edge_agent.journal.errors import JournalError
from edge_agent.journal.journal import Journal
from edge_agent.services import pix_sale
from edge_agent.services.charge_line import ChargeError, ChargeLine, NoChargeError
from edge_agent.services.checkout import Issued
from edge_agent.services.pix_sale import Charge

READY_S = 10.0
FIRST_S = 1.0
DOUBT_MOST_S = 30.0
OVER_FIRST_S = 5.0
OVER_MOST_S = 3600.0
WATCH_DAYS = 1
"""Business days after its own in which a charge is still asked about."""


class PixEars(NamedTuple):
    """Who hears of the end while a customer waits. ``offer`` puts a late PIX before them and says
    whether they are there; ``stop`` ends the attempt they have under way instead.
    """

    may_act: Callable[[], bool]
    waiting: Callable[[], str]
    prefix_of: Callable[[str], str]
    paid: Callable[[str, Issued], None]
    not_paid: Callable[[str, str], None]
    offer: Callable[[Charge], bool]
    stop: Callable[[str], None]


class PixTimes(NamedTuple):
    """Our clock, the business day, and how long a late PIX waits for its customer."""

    monotonic: Callable[[], float]
    today: Callable[[], str]
    claim_s: float = 600.0


class _Turn(Struct):
    """When a charge is looked at next."""

    state: str
    next_s: float
    pause_s: float


class PixResolver:
    """One background task. ``poke`` after anything that may let a PIX end."""

    def __init__(self, journal: Journal, line: ChargeLine, ears: PixEars, times: PixTimes) -> None:
        self._journal = journal
        self._line = line
        self._ears = ears
        self._times = times
        self._turns: dict[str, _Turn] = {}
        self._late_since_s: dict[str, float] = {}
        self._poked = asyncio.Event()
        self._log = structlog.get_logger("pix")

    def poke(self) -> None:
        self._poked.set()

    def left_s(self, payment: str) -> float:
        """Until a late PIX goes back by itself."""
        now_s = self._times.monotonic()
        waited_s = now_s - self._late_since_s.get(payment, now_s)
        return max(0.0, self._times.claim_s - waited_s)

    async def run(self) -> None:
        """For ever; cancel to stop."""
        while True:
            self._poked.clear()
            await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(FIRST_S):
                    await self._poked.wait()
                self._hurry()

    async def look(self) -> None:
        """One look at every charge whose turn it is."""
        if not self._ears.may_act():
            return
        await self._keep_line()
        now_s = self._times.monotonic()
        charges = await asyncio.to_thread(
            pix_sale.charges_to_watch, self._journal, _days_before(self._times.today())
        )
        for charge in charges:
            turn = self._turn(charge, now_s)
            if now_s >= turn.next_s:
                await self._look_at(charge, turn)
        kept = {it.payment for it in charges}
        self._turns = {name: it for name, it in self._turns.items() if name in kept}

    async def _keep_line(self) -> None:
        if self._times.monotonic() - self._line.tried_s >= READY_S or not self._line.is_up:
            with suppress(ChargeError):
                await self._line.ready()

    def _turn(self, charge: Charge, now_s: float) -> _Turn:
        """A charge whose state changed is looked at at once, where that may help."""
        turn = self._turns.get(charge.payment)
        if turn is None or turn.state != charge.state:
            is_open = charge.state in ("UNKNOWN", "PAID_LATE")
            first_s = FIRST_S if is_open else OVER_FIRST_S
            turn = _Turn(charge.state, now_s if is_open else now_s + first_s, first_s)
            self._turns[charge.payment] = turn
        return turn

    def _hurry(self) -> None:
        for turn in self._turns.values():
            if turn.state in ("UNKNOWN", "PAID_LATE"):
                turn.next_s, turn.pause_s = 0.0, FIRST_S

    async def _look_at(self, charge: Charge, turn: _Turn) -> None:
        try:
            if charge.state == "PAID_LATE":
                await self._late(charge)
            elif self._line.is_up:
                await self._ask(charge)
        except (ChargeError, JournalError) as error:
            self._log.info("PIX still open", payment=charge.payment, reason=str(error))
        most_s = {"PAID_LATE": FIRST_S, "UNKNOWN": DOUBT_MOST_S}.get(charge.state, OVER_MOST_S)
        turn.next_s = self._times.monotonic() + turn.pause_s
        turn.pause_s = min(most_s, turn.pause_s * 2)

    async def _ask(self, charge: Charge) -> None:
        """Raises ChargeError, JournalError. Whether the customer is still there is asked once the
        answer is: they may leave meanwhile.
        """
        ears = self._ears
        try:
            found = await self._line.ask(charge.txid)
            if found.state == "active":
                found = await self._line.remove(charge.txid)
        except NoChargeError:
            if charge.state == "UNKNOWN" and not charge.shown:
                await self._expire(charge, "never_made")
            return
        if pix_sale.received(found):
            prefix = ears.prefix_of(charge.sale)
            is_there = charge.sale == ears.waiting()
            book = pix_sale.book_money(charge.payment, found, prefix, is_there=is_there)
            booked = await self._journal.do(book)
            if booked.issued is not None:
                ears.paid(charge.sale, booked.issued)
            elif booked.is_late:
                self.poke()
        elif charge.state == "UNKNOWN" and found.state in ("removed", "expired"):
            await self._expire(charge, "expired")

    async def _expire(self, charge: Charge, reason: str) -> None:
        is_there = charge.sale == self._ears.waiting()
        await self._journal.do(pix_sale.expire(charge.payment, reason, ends_sale=not is_there))
        self._ears.not_paid(charge.sale, "expired")

    async def _late(self, charge: Charge) -> None:
        """Raises JournalError."""
        now_s = self._times.monotonic()
        since_s = self._late_since_s.setdefault(charge.payment, now_s)
        with self._journal.reading() as connection:
            way = pix_sale.late_way(connection, charge)
        if way == "taken":
            await self._give_back(charge, "paid_otherwise", ends_sale=False)
        elif way == "busy":
            self._ears.stop(charge.sale)
        elif now_s - since_s >= self._times.claim_s:
            await self._give_back(charge, "not_claimed", ends_sale=True)
        elif not self._ears.offer(charge):
            await self._journal.do(pix_sale.note_late(charge.payment))

    async def _give_back(self, charge: Charge, reason: str, *, ends_sale: bool) -> None:
        is_watched = charge.sale == self._ears.waiting()
        await self._journal.do(
            pix_sale.refund_late(charge.payment, reason, ends_sale=ends_sale and not is_watched)
        )
        if ends_sale:
            self._ears.not_paid(charge.sale, "refunded")


def _days_before(today: str) -> str:
    return (date.fromisoformat(today) - timedelta(days=WATCH_DAYS)).isoformat()
