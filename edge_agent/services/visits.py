"""The deeds of one customer at the screen, touch to goodbye."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Literal, get_args

import structlog

from edge_agent import metrics
from edge_agent.domain.catalogue import Catalogue, CatalogueError, Choice, check_cart, is_free
from edge_agent.journal.journal import Journal
from edge_agent.services import checkout, printing
from edge_agent.services.access import Access
from edge_agent.services.board import Board
from edge_agent.services.card_desk import APPROVED, REFUSED, CardDesk, CardProgress, Paid
from edge_agent.services.card_sale import Requested
from edge_agent.services.checkout import Issued
from edge_agent.services.errors import RefusedError
from edge_agent.services.pix_desk import PixDesk, PixProgress
from edge_agent.services.visit import Step, Visit, Walk
from sync_protocol.events import Method, Priority, TicketKind
from sync_protocol.feed import Question

IDLE_S = 45
WARNING_S = 20
GRACE_S = 15
TICKET_S = 150
HELP_S = 600
"""How long a visit waits for a customer who called a person."""

PAPER_S = 2.5


class Visits:
    """The screen's deeds. One visit at a time; every method returns after it is durable. Those that
    wait for a COMMIT take turns, and meanwhile nothing is chosen.
    """

    def __init__(
        self,
        journal: Journal,
        desk: CardDesk,
        prints: printing.Printing,
        board: Board,
        monotonic: Callable[[], float],
    ) -> None:
        self._journal = journal
        self._desk = desk
        self._prints = prints
        self._board = board
        self._monotonic = monotonic
        self.access = Access(board, monotonic)
        self.ended: Callable[[], None] = lambda: None
        """Told when a conversation or a visit is over: its payment may be the resolver's now."""

        self.may_choose: Callable[[Visit, Sequence[Choice]], None] = lambda visit, cart: None
        """Asked before a cart changes; raises RefusedError for what cannot be had now."""

        self.is_helped: Callable[[], bool] = lambda: False
        """Whether the customer is calling a person."""

        self.pix: PixDesk | None = None
        """Set where this totem may ask central for charges."""

        self._log = structlog.get_logger("payments")
        self._turn = asyncio.Lock()
        self._conversations: set[asyncio.Task[None]] = set()
        self.current: Visit | None = None

    def start(self, catalogue: Catalogue, locale: str) -> None:
        """Begin a visit; while one is open this is only a touch."""
        if self.current is None:
            first: Step = "priority" if catalogue.policy.priority == "ask" else "services"
            self.current = Visit(catalogue, locale, self._monotonic(), first)
            self._board.changed()
        else:
            self.touch()

    def touch(self) -> None:
        """Somebody is still there."""
        self.access.touch()
        if self.current is not None:
            self.current.touched_s = self._monotonic()

    def set_locale(self, locale: str) -> None:
        self.at(*get_args(Walk), "options").locale = locale
        self._board.changed()

    def set_cart(self, cart: Sequence[Choice]) -> None:
        """Replace the cart. Raises RefusedError for what the catalogue does not allow."""
        self.put_cart(self.at("services", "review"), cart)

    def put_cart(self, visit: Visit, cart: Sequence[Choice]) -> None:
        """The same at any step of choosing."""
        try:
            check_cart(visit.catalogue, cart)
        except CatalogueError as error:
            raise RefusedError(error.code, error.detail) from error
        self.may_choose(visit, cart)
        visit.cart = tuple(cart)
        if not cart:
            visit.step = "services"
        self._board.changed()

    def prefer(self, priority: Priority | Literal[""]) -> None:
        """Who is served first, by the customer's own word; the reason is never asked."""
        visit = self.at("priority")
        visit.priority, visit.step = priority, "services"
        self._board.changed()

    def answer(self, question: Question, text: str) -> None:
        """One answer to the question on the screen; after the last the way to pay is next. Raises
        RefusedError.
        """
        visit = self.at("identify")
        if visit.question() != question:
            raise RefusedError("wrong-step", f"{question} is not asked now.")
        visit.identification.answer(question, text)
        if visit.question() is None:
            visit.step = "method"
        self._board.changed()

    def go(self, step: Walk) -> None:
        """Walk between the pages before payment. On the way from review to the methods the open
        questions come first; asking for them by name begins anew.
        """
        visit = self.at(*get_args(Walk), "options", "payment")
        if visit.step == "payment" and (self.paying() or visit.is_checking):
            raise RefusedError("too-late", "A card payment is under way: cancel it first.")
        if step not in ("priority", "services") and not visit.cart:
            raise RefusedError("wrong-step", "Choose something first.")
        if step == "priority" and visit.catalogue.policy.priority == "off":
            raise RefusedError("wrong-step", "This site does not ask for priority.")
        visit.step = visit.reached(step)
        visit.card = visit.choosing = None
        self._board.changed()

    async def pay(self, method: Method, instalments: int = 1) -> None:
        """Pay the cart. Cards go on in the background; the rest is done on return."""
        async with self._turn:
            visit = self._choosing("services", "review", "method", "instalments", "payment")
            if visit.step == "services" and (method != "free" or visit.question() is not None):
                raise RefusedError("wrong-step", "Only a free ticket is had before review.")
            if self.paying() or visit.is_checking:
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
                case "pix":
                    await self._start_pix(visit)
                case _:
                    await self._start_card(visit, method, instalments)

    async def cancel(self) -> None:
        """End the visit, or stop the card payment under way. Raises RefusedError when too late."""
        async with self._turn:
            visit = self.current
            if visit is None:
                return
            if self.paying() and visit.card is not None:
                if visit.card.step == "approved":
                    raise RefusedError("too-late", "The card has already paid.")
                visit.card.cancelled = True
                if self.pix is not None:
                    self.pix.nudge()
                self._board.changed()
                return
            if visit.step == "ticket" or visit.is_checking:
                raise RefusedError("too-late", "The card has already paid.")
            if visit.sale:
                await self._journal.do(checkout.cancel_sale(visit.sale, "customer"))
            self._end()

    async def finish(self) -> None:
        """The customer has their ticket: on paper, or noted from the screen."""
        async with self._turn:
            visit = self.current
            if visit is None:
                return
            if not visit.is_checking:
                if visit.step != "ticket":
                    raise RefusedError("wrong-step", "There is no ticket yet.")
                await self._journal.do(printing.shown(visit.ticket))
            self._end()

    async def reprint(self) -> None:
        """A second copy, only where the first did not come out or is in doubt."""
        async with self._turn:
            visit = self._choosing("ticket")
            await self._journal.do(printing.reprint(visit.ticket))
            self._await_paper(visit)

    async def expire(self) -> None:
        """End a visit that nobody touches any more; called every few seconds."""
        async with self._turn:
            visit = self.current
            if visit is None:
                self.access.expire()
            if visit is None or self.paying():
                return
            limit = TICKET_S if visit.step == "ticket" else IDLE_S + WARNING_S + GRACE_S
            limit += HELP_S if self.is_helped() else 0
            if self._monotonic() - visit.touched_s > self.access.stretch(limit):
                if visit.sale and visit.step != "ticket" and not visit.is_checking:
                    await self._journal.do(checkout.cancel_sale(visit.sale, "timeout"))
                self._end()

    async def _start_card(self, visit: Visit, method: Method, instalments: int) -> None:
        requested = await self._desk.request(visit.basket(), method, instalments)
        visit.sale, visit.step = requested.sale, "payment"
        visit.card = CardProgress(
            method, requested.amount_minor, requested.payment, instalments=instalments
        )
        self._converse(visit.card, self._pay_by_card(visit, visit.card, requested))

    def _converse(self, card: CardProgress, paying: Coroutine[None, None, None]) -> None:
        def over(done: asyncio.Task[None]) -> None:
            """A conversation that failed leaves no screen waiting for it."""
            self._conversations.discard(done)
            if not done.cancelled() and done.exception() is not None and not card.over:
                self._log.error("payment failed", payment=card.payment, exc_info=done.exception())
                card.over, card.step = True, "checking"
                self._board.changed()

        conversation = asyncio.create_task(paying)
        self._conversations.add(conversation)
        conversation.add_done_callback(over)
        self._board.changed()

    async def _start_pix(self, visit: Visit) -> None:
        if self.pix is None:
            raise RefusedError("method-unavailable", "This totem takes no PIX.")
        requested = await self.pix.request(visit.basket())
        visit.sale, visit.step = requested.sale, "payment"
        visit.card = PixProgress("pix", requested.amount_minor, requested.payment)
        self._converse(visit.card, self._pay_by_pix(visit, self.pix, visit.card, requested))

    async def _pay_by_pix(
        self, visit: Visit, desk: PixDesk, card: CardProgress, requested: Requested
    ) -> None:
        paid = await desk.pay(visit.basket(), requested, card)
        self._conclude(visit, card, paid)
        self.ended()

    async def _pay_by_card(self, visit: Visit, card: CardProgress, requested: Requested) -> None:
        paid = await self._desk.pay(visit.basket(), requested, card)
        self._conclude(visit, card, paid)
        if paid.end != "checking":
            await self._desk.say_goodbye(APPROVED if paid.end == "approved" else REFUSED)
        self.ended()

    def _conclude(self, visit: Visit, card: CardProgress, paid: Paid) -> None:
        """The outcome is committed: the ticket, or why there is none."""
        card.over = True
        if paid.issued is not None:
            self._show_ticket(visit, paid.issued, "paid")
            return
        if paid.end == "checking":
            card.step = "checking"
        self.touch()
        self._board.changed()

    async def customer_of(self, sale: str) -> str:
        """The name that the customer of this sale gave, while they are here. A sale that is being
        made is waited for: its paper may be known before its visit is told.
        """
        async with self._turn:
            visit = self.current
            if visit is None or visit.sale != sale or "name" not in visit.asked():
                return ""
            return visit.identification.person.name

    def waiting_sale(self) -> str:
        """The sale whose customer is still at the screen; empty when nobody is."""
        return self.current.sale if self.current is not None else ""

    def heard_paid(self, sale: str, issued: Issued) -> None:
        """The resolver found that a payment in doubt stands."""
        visit = self.current
        if visit is not None and visit.sale == sale and visit.step == "payment":
            self._show_ticket(visit, issued, "paid")
        self._prints.poke()

    def heard_not_paid(self, sale: str, reason: str) -> None:
        """The resolver found that nothing was charged: the customer may try again."""
        visit = self.current
        if visit is None or visit.sale != sale or visit.card is None:
            return
        visit.card.step, visit.card.reason = "declined", reason
        visit.step, visit.ticket = "payment", ""
        self._board.changed()

    def _show_ticket(self, visit: Visit, issued: Issued, kind: TicketKind) -> None:
        visit.sale, visit.ticket, visit.step = issued.sale, issued.ticket, "ticket"
        visit.touched_s = self._monotonic()
        metrics.TICKETS.labels(kind).inc()
        self._await_paper(visit)

    def _await_paper(self, visit: Visit) -> None:
        """Start the printer, and look again when the customer has waited long enough."""
        visit.paper_due_s = self._monotonic() + PAPER_S
        self._prints.poke()
        self._board.changed()
        asyncio.get_running_loop().call_later(PAPER_S + 0.05, self._board.changed)

    def paying(self) -> str:
        """The attempt that the customer is being asked for now; empty when there is none."""
        card = self.current.card if self.current is not None else None
        return card.payment if card is not None and not card.over else ""

    def at(self, *steps: str) -> Visit:
        """The open visit, touched. Raises RefusedError when it is not at one of these steps, or
        when something is under way that ends or pays it.
        """
        if self._turn.locked():
            raise RefusedError("wrong-step", "Not now: the last touch is still being written.")
        return self._choosing(*steps)

    def _choosing(self, *steps: str) -> Visit:
        visit = self.current
        if visit is None or visit.step not in steps:
            here = "no visit is open" if visit is None else f"the visit is at {visit.step}"
            raise RefusedError("wrong-step", f"Not now: {here}.")
        visit.touched_s = self._monotonic()
        return visit

    def _end(self) -> None:
        self.current = None
        self.access.wipe()
        self._board.changed()
        self.ended()
