"""One customer at the screen, touch to goodbye.

The visit itself lives in memory: what matters of it (sale, payment, ticket) is in the journal. The
catalogue is pinned when the visit starts, so a price never changes under a customer's finger.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Literal, get_args

from msgspec import UNSET, Struct, field

from edge_agent import metrics
from edge_agent.domain.catalogue import Catalogue, CatalogueError, Choice, check_cart, is_free
from edge_agent.domain.person import questions
from edge_agent.journal.journal import Journal
from edge_agent.services import checkout, printing
from edge_agent.services.access import Access
from edge_agent.services.board import Board
from edge_agent.services.card_desk import APPROVED, REFUSED, CardDesk, CardProgress, Paid
from edge_agent.services.card_sale import Requested
from edge_agent.services.checkout import Basket, Issued
from edge_agent.services.errors import RefusedError
from edge_agent.services.identification import Identification
from edge_agent.services.pix_desk import PixDesk, PixProgress
from sync_protocol.events import Method, Priority, TicketKind
from sync_protocol.feed import Question

IDLE_S = 45
WARNING_S = 20
GRACE_S = 15
TICKET_S = 150
HELP_S = 600
"""How long a visit waits for a customer who called a person."""

PAPER_S = 2.5

Step = Literal[
    "priority",
    "services",
    "options",
    "review",
    "identify",
    "method",
    "instalments",
    "payment",
    "ticket",
]
Walk = Literal["priority", "services", "review", "identify", "method", "instalments"]
"""Where a customer may go before paying."""


class Visit(Struct):
    """What the customer has done so far."""

    catalogue: Catalogue
    locale: str
    touched_s: float
    step: Step = "services"
    cart: Sequence[Choice] = ()
    choosing: Choice | None = None
    """The service whose options are being picked, at the step ``options``."""

    sale: str = ""
    card: CardProgress | None = None
    ticket: str = ""
    paper_due_s: float = 0.0
    """When the screen stops waiting for the paper and stands in for it."""

    priority: Priority | Literal[""] = ""
    identification: Identification = field(default_factory=Identification)

    def basket(self) -> Basket:
        seal = self.identification.sealer(self.asked(), self.catalogue.privacy)
        priority = self.priority or UNSET
        return Basket(self.catalogue, self.cart, self.locale, self.sale, priority, seal)

    def asked(self) -> list[Question]:
        """What this visit's customer is asked to say of themselves."""
        return questions(self.catalogue, is_free=is_free(self.catalogue, self.cart))

    def question(self) -> Question | None:
        """The next of them that is open."""
        return self.identification.next(self.asked())


class Visits:
    """The screen's deeds. One visit at a time; every method returns after it is durable."""

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
        """Told when a visit may have left a payment to the resolver."""

        self.may_choose: Callable[[Visit, Sequence[Choice]], None] = lambda visit, cart: None
        """Asked before a cart changes; raises RefusedError for what cannot be had now."""

        self.is_helped: Callable[[], bool] = lambda: False
        """Whether the customer is calling a person."""

        self.pix: PixDesk | None = None
        """Set where this totem may ask central for charges."""

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
        self._choosing(*get_args(Walk), "options").locale = locale
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
        visit = self._choosing("priority")
        visit.priority, visit.step = priority, "services"
        self._board.changed()

    def answer(self, question: Question, text: str) -> None:
        """One answer to the question on the screen; after the last the way to pay is next. Raises
        RefusedError.
        """
        visit = self._choosing("identify")
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
        visit = self._choosing(*get_args(Walk), "options", "payment")
        if visit.step == "payment" and (self._is_paying() or _is_checking(visit)):
            raise RefusedError("too-late", "A card payment is under way: cancel it first.")
        if step not in ("priority", "services") and not visit.cart:
            raise RefusedError("wrong-step", "Choose something first.")
        if step == "priority" and visit.catalogue.policy.priority == "off":
            raise RefusedError("wrong-step", "This site does not ask for priority.")
        visit.step = _reached(visit, step)
        visit.card = visit.choosing = None
        self._board.changed()

    async def pay(self, method: Method, instalments: int = 1) -> None:
        """Pay the cart. Cards go on in the background; the rest is done on return."""
        visit = self._choosing("services", "review", "method", "instalments", "payment")
        if visit.step == "services" and (method != "free" or visit.question() is not None):
            raise RefusedError("wrong-step", "Only a free ticket is had before review.")
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
            case "pix":
                await self._start_pix(visit)
            case _:
                await self._start_card(visit, method, instalments)

    async def cancel(self) -> None:
        """End the visit, or stop the card payment under way. Raises RefusedError when too late."""
        visit = self.current
        if visit is None:
            return
        if self._is_paying() and visit.card is not None:
            if visit.card.step == "approved":
                raise RefusedError("too-late", "The card has already paid.")
            visit.card.cancelled = True
            if self.pix is not None:
                self.pix.nudge()
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
        self._await_paper(visit)

    async def expire(self) -> None:
        """End a visit that nobody touches any more; called every few seconds."""
        visit = self.current
        if visit is None:
            self.access.expire()
        if visit is None or self._is_paying():
            return
        limit = TICKET_S if visit.step == "ticket" else IDLE_S + WARNING_S + GRACE_S
        limit += HELP_S if self.is_helped() else 0
        if self._monotonic() - visit.touched_s > self.access.stretch(limit):
            if visit.sale and visit.step != "ticket" and not _is_checking(visit):
                await self._journal.do(checkout.cancel_sale(visit.sale, "timeout"))
            self._end()

    async def _start_card(self, visit: Visit, method: Method, instalments: int) -> None:
        requested = await self._desk.request(visit.basket(), method, instalments)
        visit.sale, visit.step = requested.sale, "payment"
        visit.card = CardProgress(
            method, requested.amount_minor, requested.payment, instalments=instalments
        )
        self._converse(self._pay_by_card(visit, visit.card, requested))

    def _converse(self, paying: Coroutine[None, None, None]) -> None:
        conversation = asyncio.create_task(paying)
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)
        self._board.changed()

    async def _start_pix(self, visit: Visit) -> None:
        if self.pix is None:
            raise RefusedError("method-unavailable", "This totem takes no PIX.")
        requested = await self.pix.request(visit.basket())
        visit.sale, visit.step = requested.sale, "payment"
        visit.card = PixProgress("pix", requested.amount_minor, requested.payment)
        self._converse(self._pay_by_pix(visit, self.pix, requested))

    async def _pay_by_pix(self, visit: Visit, desk: PixDesk, requested: Requested) -> None:
        card = visit.card
        assert card is not None, "a PIX under way has its progress"
        paid = await desk.pay(visit.basket(), requested, card)
        self._conclude(visit, card, paid)
        self.ended()

    async def _pay_by_card(self, visit: Visit, card: CardProgress, requested: Requested) -> None:
        paid = await self._desk.pay(visit.basket(), requested, card)
        self._conclude(visit, card, paid)
        if paid.end != "checking":
            await self._desk.say_goodbye(APPROVED if paid.end == "approved" else REFUSED)
        if paid.end != "approved":
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

    def customer_of(self, sale: str) -> str:
        """The name that the customer of this sale gave, while they are here."""
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

    def _is_paying(self) -> bool:
        visit = self.current
        return visit is not None and visit.card is not None and not visit.card.over

    def at(self, *steps: str) -> Visit:
        """The open visit, touched. Raises RefusedError when it is not at one of these steps."""
        return self._choosing(*steps)

    def _choosing(self, *steps: str) -> Visit:
        """The open visit, touched. Raises RefusedError when it is not at one of these steps."""
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


def _reached(visit: Visit, step: Walk) -> Step:
    """Where a customer who asked for ``step`` arrives."""
    if step == "review":
        visit.identification.passed.clear()
    if step == "identify":
        visit.identification = Identification()
    if step in ("identify", "method") and visit.step in ("review", "identify"):
        return "method" if visit.question() is None else "identify"
    return step


def _is_checking(visit: Visit) -> bool:
    """Nobody knows yet whether the card was charged: the attempt stays open until the reader or a
    restart tells, and nobody is asked to pay again. The same while a late PIX waits for its answer.
    """
    return visit.card is not None and visit.card.step in ("checking", "late")
