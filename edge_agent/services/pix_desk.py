"""The conversation between a customer's bank app and the journal: intent, charge, QR, money.

The charge's name is on disk before central hears it, the same name is used on every retry, and
time is judged by our own clock. Nothing ends unpaid before central removed the charge; where
central cannot be reached with a QR on the screen the attempt is UNKNOWN and the resolver asks.
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import NamedTuple

from edge_agent import metrics
from edge_agent.domain.br_code import fault_of
from edge_agent.domain.machine import IllegalTransitionError
from edge_agent.journal.errors import JournalError
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Deed
from edge_agent.services import pix_sale
from edge_agent.services.access import MORE_TIME
from edge_agent.services.board import Board
from edge_agent.services.card_desk import CardProgress, Paid
from edge_agent.services.card_sale import Requested
from edge_agent.services.charge_line import (
    ChargeError,
    ChargeLine,
    ChargeRefusedError,
)
from edge_agent.services.checkout import Basket
from sync_protocol.charges import ChargeRequest, ChargeState
from sync_protocol.events import Method

MAKE_S = 12.0
CLOSE_S = 10.0
LOST_S = 8.0
RETRY_S = 1.0
LOOK_S = 0.6
"""A customer who asks sees that we look, for at least this long."""

POLLS = ((30.0, 1.0), (120.0, 2.0), (float("inf"), 5.0))
"""Up to so many seconds of a QR's life, ask again after so many."""


class PixProgress(CardProgress):
    """How far a PIX is, as the screen shows it. ``due_s`` is monotonic; ``is_looking`` while
    central is asked because somebody wants to know.
    """

    br_code: str = ""
    due_s: float = 0.0
    whole_s: int = 0
    is_looking: bool = False


class PixRules(NamedTuple):
    """How long a QR lives, for customers in a hurry and for those who asked for more time."""

    expires_s: int = 300
    is_slow: Callable[[], bool] = lambda: False

    def life_s(self) -> int:
        return self.expires_s * MORE_TIME if self.is_slow() else self.expires_s


class PixDesk:
    """Runs one PIX at a time. ``nudge`` makes it look now."""

    def __init__(
        self,
        journal: Journal,
        line: ChargeLine,
        board: Board,
        monotonic: Callable[[], float],
        rules: PixRules,
    ) -> None:
        self._journal = journal
        self._line = line
        self._board = board
        self._monotonic = monotonic
        self._rules = rules
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        self._nudged.set()

    async def request(
        self, basket: Basket, method: Method = "pix", instalments: int = 1
    ) -> Requested:
        """Commit the intent and the charge's name. Raises RefusedError."""
        txid = secrets.token_hex(16)
        return await self._journal.do(pix_sale.request_pix(basket, txid, self._rules.life_s()))

    async def pay(self, basket: Basket, requested: Requested, card: CardProgress) -> Paid:
        """From the committed intent to the committed outcome."""
        assert isinstance(card, PixProgress), "a PIX is shown by its own progress"
        self._nudged.clear()
        try:
            charge = pix_sale.read_charge(self._journal, requested.payment)
            talk = _Talk(self, charge, basket, card)
            return await talk.run()
        except (JournalError, IllegalTransitionError):
            card.step = "checking"
            self._board.changed()
            await self._journal.insist(pix_sale.doubt(requested.payment, "not_written"))
            return Paid("checking")


class _Talk:
    """One attempt, start to end."""

    def __init__(
        self, desk: PixDesk, charge: pix_sale.Charge, basket: Basket, card: PixProgress
    ) -> None:
        self._journal = desk._journal
        self._line = desk._line
        self._board = desk._board
        self._now_s = desk._monotonic
        self._nudged = desk._nudged
        self._charge = charge
        self._basket = basket
        self._card = card

    async def run(self) -> Paid:
        found = await self._make()
        if found is None:
            return Paid("refused")
        fault = fault_of(found.br_code, self._charge.amount_minor)
        if fault and not pix_sale.received(found):
            await self._do(pix_sale.decline(self._charge.payment, "bad_code"))
            return self._refused("bad_code")
        await self._do(pix_sale.activate(self._charge.payment))
        if pix_sale.received(found):
            return await self._paid(found)
        card = self._card
        card.br_code, card.whole_s = found.br_code, self._charge.expires_s
        card.due_s = self._now_s() + card.whole_s
        card.step = "scan"
        self._board.changed()
        return await self._watch()

    async def _make(self) -> ChargeState | None:
        """The charge, made once under its name; None when the attempt is over without one."""
        end_s = self._now_s() + MAKE_S
        charge = self._charge
        request = ChargeRequest(
            charge.txid,
            charge.sale,
            charge.amount_minor,
            charge.currency,
            charge.expires_s,
            pix_sale.entities_asked(self._journal, charge.sale),
        )
        reason = "no_network"
        while self._now_s() < end_s and not self._card.cancelled:
            try:
                return await self._line.create(request)
            except ChargeRefusedError:
                reason = "pix_refused"
                break
            except ChargeError:
                await self._pause(RETRY_S)
        if self._card.cancelled:
            await self._do(pix_sale.cancel(charge.payment, "customer_cancelled"))
            self._give_up("cancelled", "customer_cancelled")
            return None
        await self._do(pix_sale.decline(charge.payment, reason))
        self._give_up("declined", reason)
        return None

    async def _watch(self) -> Paid:
        """The QR is on the screen: ask until it is paid, over, cancelled or out of reach."""
        begun_s, silent_s = self._now_s(), 0.0
        card = self._card
        while not card.cancelled and self._now_s() < card.due_s:
            try:
                found = await self._line.ask(self._charge.txid)
            except ChargeError:
                silent_s = silent_s or self._now_s()
                if self._now_s() - silent_s > LOST_S:
                    return await self._doubt("link_lost")
                await self._pause(RETRY_S)
                continue
            silent_s = 0.0
            if pix_sale.received(found):
                return await self._paid(found)
            if found.state in ("expired", "removed"):
                return await self._over("expired")
            await self._looked()
            await self._pause(min(_poll_s(self._now_s() - begun_s), card.due_s - self._now_s()))
        return await self._close()

    async def _close(self) -> Paid:
        """Time is up, or the customer left: only a removed charge is over."""
        card = self._card
        card.is_looking = True
        self._board.changed()
        end_s = self._now_s() + CLOSE_S
        while self._now_s() < end_s:
            try:
                found = await self._line.remove(self._charge.txid)
            except ChargeError:
                await self._pause(RETRY_S)
                continue
            if pix_sale.received(found):
                return await self._paid(found)
            if found.state in ("removed", "expired"):
                return await self._over("customer_cancelled" if card.cancelled else "expired")
            await self._pause(RETRY_S)
        return await self._doubt("link_lost")

    async def _paid(self, found: ChargeState) -> Paid:
        self._card.step = "approved"
        book = pix_sale.book_money(self._charge.payment, found, self._basket.prefix, is_there=True)
        booked = await self._journal.do(book)
        if booked.issued is None:
            return self._refused("wrong_amount")
        metrics.PAYMENTS.labels("pix").inc()
        return Paid("approved", booked.issued)

    async def _over(self, reason: str) -> Paid:
        payment = self._charge.payment
        if reason == "customer_cancelled":
            await self._do(pix_sale.cancel(payment, reason))
            self._give_up("cancelled", reason)
            return Paid("refused")
        await self._do(pix_sale.expire(payment, reason, ends_sale=False))
        return self._refused(reason)

    async def _doubt(self, reason: str) -> Paid:
        await self._do(pix_sale.doubt(self._charge.payment, reason))
        metrics.PAYMENTS.labels("unknown").inc()
        return Paid("checking")

    def _refused(self, reason: str) -> Paid:
        self._give_up("declined", reason)
        return Paid("refused")

    def _give_up(self, step: str, reason: str) -> None:
        metrics.PAYMENTS.labels(f"pix_{step}").inc()
        self._card.step, self._card.reason = step, reason

    async def _looked(self) -> None:
        """Somebody asked, and nothing is there yet."""
        if self._card.is_looking:
            await asyncio.sleep(LOOK_S)
            self._card.is_looking = False
            self._board.changed()

    async def _do(self, deed: Deed[None]) -> None:
        await self._journal.do(deed)

    async def _pause(self, most_s: float) -> None:
        """Wait, or until somebody nudges."""
        try:
            async with asyncio.timeout(max(0.0, most_s)):
                await self._nudged.wait()
        except TimeoutError:
            return
        self._nudged.clear()


def _poll_s(age_s: float) -> float:
    return next(pause_s for until_s, pause_s in POLLS if age_s < until_s)
