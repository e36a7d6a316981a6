"""One customer at the screen, touch to goodbye.

The visit itself lives in memory: what matters of it (sale, payment, ticket) is in the journal. The
catalogue is pinned when the visit starts, so a price never changes under a customer's finger.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from edge_agent import metrics
from edge_agent.devices.errors import DeviceError
from edge_agent.devices.ports import CardIntent, CardOutcome, CardReader, CardStep
from edge_agent.devices.supervisor import Supervisor
from edge_agent.domain.catalogue import Catalogue, CatalogueError, Choice, check_cart, is_free
from edge_agent.journal.errors import JournalError
from edge_agent.journal.journal import Journal
from edge_agent.services import checkout, printing
from edge_agent.services.board import Board
from edge_agent.services.checkout import Basket, Issued, Requested
from edge_agent.services.errors import RefusedError
from sync_protocol.events import Method, TicketKind

IDLE_S = 45
WARNING_S = 20
GRACE_S = 15
CARD_TIMEOUT_S = 60
TICKET_S = 150

Step = Literal["services", "review", "method", "payment", "ticket"]


class CardProgress(Struct):
    """How far a card payment is, as the screen shows it."""

    method: Method
    amount_minor: int
    step: str = "starting"
    message: str = ""
    reason: str = ""
    cancelled: bool = False
    over: bool = False
    """The outcome is committed; the reader may still be saying goodbye."""


class Visit(Struct):
    """What the customer has done so far."""

    catalogue: Catalogue
    locale: str
    touched_s: float
    step: Step = "services"
    cart: Sequence[Choice] = ()
    sale: str = ""
    card: CardProgress | None = None
    ticket: str = ""

    def basket(self) -> Basket:
        return Basket(self.catalogue, self.cart, self.locale, self.sale)


class Times(Struct, frozen=True):
    """The clocks a visit needs: seconds that only grow, and the wall for the reader's date
    fields.
    """

    monotonic: Callable[[], float]
    wall_ms: Callable[[], int]


class Visits:
    """The screen's deeds. One visit at a time; every method returns after it is durable."""

    def __init__(
        self,
        journal: Journal,
        reader: Supervisor[CardReader],
        prints: printing.Printing,
        board: Board,
        times: Times,
    ) -> None:
        self._journal = journal
        self._reader = reader
        self._prints = prints
        self._board = board
        self._times = times
        self._conversations: set[asyncio.Task[None]] = set()
        self.current: Visit | None = None

    def start(self, catalogue: Catalogue, locale: str) -> None:
        """Begin a visit; while one is open this is only a touch."""
        if self.current is None:
            self.current = Visit(catalogue, locale, self._times.monotonic())
            self._board.changed()
        else:
            self.touch()

    def touch(self) -> None:
        """Somebody is still there."""
        if self.current is not None:
            self.current.touched_s = self._times.monotonic()

    def set_locale(self, locale: str) -> None:
        self._choosing("services", "review", "method").locale = locale
        self._board.changed()

    def set_cart(self, cart: Sequence[Choice]) -> None:
        """Replace the cart. Raises RefusedError for what the catalogue does not allow."""
        visit = self._choosing("services", "review")
        try:
            check_cart(visit.catalogue, cart)
        except CatalogueError as error:
            raise RefusedError(error.code, error.detail) from error
        visit.cart = tuple(cart)
        if not cart:
            visit.step = "services"
        self._board.changed()

    def go(self, step: Literal["services", "review", "method"]) -> None:
        """Walk between the pages before payment."""
        visit = self._choosing("services", "review", "method", "payment")
        if visit.step == "payment" and (self._is_paying() or _is_checking(visit)):
            raise RefusedError("too-late", "A card payment is under way: cancel it first.")
        if step != "services" and not visit.cart:
            raise RefusedError("wrong-step", "Choose something first.")
        visit.step = step
        visit.card = None
        self._board.changed()

    async def pay(self, method: Method) -> None:
        """Pay the cart. Cards go on in the background; the rest is done on return."""
        visit = self._choosing("review", "method", "payment")
        if self._is_paying() or _is_checking(visit):
            raise RefusedError("wrong-step", "A payment is already under way.")
        if is_free(visit.catalogue, visit.cart) != (method == "free"):
            raise RefusedError("method-unavailable", f"This cart cannot be paid by {method}.")
        match method:
            case "free":
                issued = await self._journal.do(checkout.give_free(visit.basket()))
                self._show_ticket(visit, issued, "free")
            case "counter":
                deed = checkout.sell_at_counter(visit.basket())
                self._show_ticket(visit, await self._journal.do(deed), "to_pay")
            case _:
                await self._start_card(visit, method)

    async def cancel(self) -> None:
        """End the visit, or stop the card payment under way. Raises RefusedError when too late."""
        visit = self.current
        if visit is None:
            return
        if self._is_paying() and visit.card is not None:
            if visit.card.step == "approved":
                raise RefusedError("too-late", "The card has already paid.")
            visit.card.cancelled = True
            self._board.changed()
            return
        if visit.step == "ticket" or _is_checking(visit):
            raise RefusedError("too-late", "The card has already paid.")
        if visit.sale:
            await self._journal.do(checkout.cancel_sale(visit.sale, "customer"))
        self._end()

    async def finish(self) -> None:
        """The customer has their ticket: on paper, or noted from the screen."""
        visit = self.current
        if visit is None:
            return
        if _is_checking(visit):
            self._end()
            return
        if visit.step != "ticket":
            raise RefusedError("wrong-step", "There is no ticket yet.")
        await self._journal.do(printing.shown(visit.ticket))
        self._end()

    async def reprint(self) -> None:
        """A second copy, only where the first did not come out or is in doubt."""
        visit = self._choosing("ticket")
        await self._journal.do(printing.reprint(visit.ticket))
        self._prints.poke()
        self._board.changed()

    async def expire(self) -> None:
        """End a visit that nobody touches any more; called every few seconds."""
        visit = self.current
        if visit is None or self._is_paying():
            return
        limit = TICKET_S if visit.step == "ticket" else IDLE_S + WARNING_S + GRACE_S
        if self._times.monotonic() - visit.touched_s > limit:
            if visit.sale and visit.step != "ticket" and not _is_checking(visit):
                await self._journal.do(checkout.cancel_sale(visit.sale, "timeout"))
            self._end()

    async def _start_card(self, visit: Visit, method: Method) -> None:
        deed = checkout.request_card(visit.basket(), method, "reader")
        requested = await self._journal.do(deed)
        visit.sale, visit.step = requested.sale, "payment"
        visit.card = CardProgress(method, requested.amount_minor)
        conversation = asyncio.create_task(self._pay_by_card(visit, visit.card, requested))
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)
        self._board.changed()

    async def _pay_by_card(self, visit: Visit, card: CardProgress, requested: Requested) -> None:
        outcome = await self._ask_reader(visit, card, requested)
        if outcome.kind == "approved_offline" and outcome.data is not None:
            card.step = "approved"
            deed = checkout.approve_card(visit.basket(), requested, card.method, outcome.data)
            try:
                issued = await self._journal.do(deed)
            except JournalError:
                card.step, card.over = "checking", True
                self.touch()
                self._board.changed()
                return
            card.over = True
            metrics.PAYMENTS.labels("stored").inc()
            self._show_ticket(visit, issued, "paid")
            await self._say_goodbye("    APROVADO      RETIRE O CARTAO")
            return
        await self._journal.do(checkout.refuse_card(requested, outcome))
        metrics.PAYMENTS.labels(outcome.kind).inc()
        card.step = "cancelled" if outcome.kind == "cancelled" else "declined"
        card.reason = outcome.reason
        card.over = True
        self.touch()
        self._board.changed()
        await self._say_goodbye(" NAO  CONCLUIDO    RETIRE O CARTAO")

    async def _ask_reader(
        self, visit: Visit, card: CardProgress, requested: Requested
    ) -> CardOutcome:
        intent = CardIntent(
            attempt=requested.payment,
            amount_minor=requested.amount_minor,
            currency=visit.catalogue.policy.currency,
            kind="credit" if card.method == "credit" else "debit",
            timeout_s=CARD_TIMEOUT_S,
            allow_offline=True,
            wall_ms=self._times.wall_ms(),
        )

        def tell(step: CardStep, text: str) -> None:
            card.step, card.message = step, text
            self._board.changed_from_thread()

        try:
            return await asyncio.wrap_future(
                self._reader.submit(lambda reader: reader.pay(intent, tell, lambda: card.cancelled))
            )
        except DeviceError:
            return CardOutcome("failed", "reader_gone")

    async def _say_goodbye(self, message: str) -> None:
        try:
            await asyncio.wrap_future(self._reader.submit(lambda reader: reader.finish(message)))
        except DeviceError:
            return

    def _show_ticket(self, visit: Visit, issued: Issued, kind: TicketKind) -> None:
        visit.sale, visit.ticket, visit.step = issued.sale, issued.ticket, "ticket"
        visit.touched_s = self._times.monotonic()
        metrics.TICKETS.labels(kind).inc()
        self._prints.poke()
        self._board.changed()

    def _is_paying(self) -> bool:
        visit = self.current
        return visit is not None and visit.card is not None and not visit.card.over

    def _choosing(self, *steps: str) -> Visit:
        """The open visit, touched. Raises RefusedError when it is not at one of these steps."""
        visit = self.current
        if visit is None or visit.step not in steps:
            here = "no visit is open" if visit is None else f"the visit is at {visit.step}"
            raise RefusedError("wrong-step", f"Not now: {here}.")
        visit.touched_s = self._times.monotonic()
        return visit

    def _end(self) -> None:
        self.current = None
        self._board.changed()


def _is_checking(visit: Visit) -> bool:
    """The card said yes and the disk did not take it: the attempt stays open, a restart makes it a
    case, and nobody is asked to pay again.
    """
    return visit.card is not None and visit.card.step == "checking"
