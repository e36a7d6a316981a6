"""From what the agent knows to what the screen draws."""

from collections.abc import Callable
from typing import Protocol, cast

from msgspec import Struct, structs

from edge_agent.api.goods import cart_lines, choosing_view, pays_view, service_views
from edge_agent.api.looks import brand_view, help_view, phone_of, receipt_view, rights
from edge_agent.api.pix_view import is_any_claim, pix_view
from edge_agent.api.recovered_view import local_time, view_of
from edge_agent.api.schemas import (
    Asks,
    CaseView,
    CatalogueView,
    Locale,
    MethodView,
    PanelView,
    PaymentStep,
    PaymentView,
    ScreenState,
    Step,
    TicketView,
)
from edge_agent.domain.catalogue import METHODS, Catalogue, CatalogueError, is_free, price
from edge_agent.journal.journal import Journal
from edge_agent.journal.moments import wall_ms_of
from edge_agent.services.access import Access
from edge_agent.services.asides import Aside, Asides
from edge_agent.services.board import Board
from edge_agent.services.card_desk import CardProgress
from edge_agent.services.offer import Counts, Offer
from edge_agent.services.readiness import NOT_OFFERED
from edge_agent.services.receipts import Receipts
from edge_agent.services.recovered import Recovered, Remains
from edge_agent.services.tickets import Sign, Ticket, qr_text, read_ticket
from edge_agent.services.visit import Visit
from edge_agent.services.visits import HELP_S, IDLE_S
from sync_protocol.events import Method, TicketKind
from sync_protocol.feed import Words

_PRINT_VIEW = {
    "QUEUED": "printing",
    "SENDING": "printing",
    "PRINTED": "printed",
    "LIKELY": "likely",
    "FAILED": "failed",
    "UNKNOWN": "unknown",
    "SHOWN": "shown",
}


HELP_ALONE_S = 90
"""How long help stays where nobody is being served."""


class Shelf(Protocol):
    @property
    def catalogue(self) -> Catalogue: ...


class Readiness(Protocol):
    """What works at this moment."""

    def out_of_order(self) -> str:
        """Words key of why nothing can be sold; empty when all is well."""

    def method_off(self, method: Method, total_minor: int) -> str:
        """Words key of why this method cannot be used now; empty when it can."""

    def instalments_max(self, method: Method, total_minor: int) -> int:
        """Into how many parts this total may be split; 1 = at once only."""

    def online(self) -> bool: ...


class Drawer(Struct, frozen=True):
    """Everything a ScreenState is drawn from."""

    training: bool
    totem: str
    totem_name: str
    site_name: str
    journal: Journal
    board: Board
    shelf: Shelf
    readiness: Readiness
    offer: Offer
    sign: Sign
    visit: Callable[[], Visit | None]
    monotonic: Callable[[], float]
    recovered: Recovered
    asides: Asides
    receipts: Receipts
    access: Access
    panel: PanelView
    late_left_s: Callable[[str], float]
    """Until a late PIX goes back by itself."""

    def draw(self) -> ScreenState:
        visit = self.visit()
        left = None if visit else self.recovered.look()
        catalogue = self.shown()
        reason = "" if visit else self.readiness.out_of_order()
        reopens = None if visit or reason else self.reopens()
        ticket = read_ticket(self.journal, visit.ticket) if visit and visit.ticket else None
        methods = self._methods(visit)
        aside, is_helped = self.asides.current(), self.asides.is_helped()
        help_s = HELP_S if visit else HELP_ALONE_S
        counts = self._counts(visit)
        return ScreenState(
            rev=self.board.rev,
            totem=self.totem,
            totem_name=self.totem_name,
            site_name=self.site_name,
            online=self.readiness.online(),
            step=visit.step if visit else _resting(left, reason, reopens),
            locale=cast(Locale, visit.locale if visit else left.locale if left else "pt"),
            currency=catalogue.policy.currency,
            brand=brand_view(catalogue),
            cart=cart_lines(catalogue, visit.cart, counts) if visit else [],
            total_minor=min((view.total_minor for view in methods), default=0),
            methods=methods,
            payment=self._payment(visit) if visit and not ticket else None,
            ticket=self._ticket(visit, ticket, counts) if visit and ticket else None,
            case=self._case(ticket.sale) if ticket else self._claim(visit),
            reason=reason,
            idle_s=0 if is_helped else int(self.access.stretch(_idle_s(visit, aside))),
            training=self.training,
            recovered=view_of(left, catalogue, self.late_left_s(left.payment)) if left else None,
            aside=aside,
            pix_claims=visit is None and is_any_claim(self.journal),
            receipt=receipt_view(self.receipts.standing(ticket) if ticket else None),
            rights=rights(catalogue, visit, ticket) if aside == "rights" else [],
            help=help_view(catalogue, self.access.stretch(help_s)) if is_helped else None,
            phone=phone_of(catalogue),
            timezone=catalogue.policy.timezone,
            asks=_asks(catalogue, visit),
            priority=visit.priority if visit else "",
            identified=visit.identification.given(visit.asked()) if visit else [],
            choosing=choosing_view(visit) if visit else None,
            reopens=reopens or "",
            access=self.access.chosen,
            panel=self.panel,
            pays=pays_view(catalogue, self.readiness.method_off),
            queue=counts.queue,
        )

    def sole_method(self) -> Method | None:
        """The one way to pay, in one part, that needs no choice; None when there is one to make."""
        usable = [view for view in self._methods(self.visit()) if view.available]
        is_sole = len(usable) == 1 and usable[0].instalments_max == 1
        return usable[0].method if is_sole else None

    def reopens(self) -> str | None:
        """When the site opens again; None while it is open."""
        return self.offer.closed(self.shelf.catalogue.policy)

    def shown(self) -> Catalogue:
        """The one a visit began with, as long as it is open; else the newest."""
        visit = self.visit()
        return visit.catalogue if visit else self.shelf.catalogue

    def catalogue(self) -> CatalogueView:
        catalogue = self.shown()
        counts = self._counts(self.visit())
        services = service_views(catalogue, self.offer, counts)
        return CatalogueView(
            catalogue.version, catalogue.policy.currency, catalogue.categories, services
        )

    def _methods(self, visit: Visit | None) -> list[MethodView]:
        if visit is None or not visit.cart:
            return []
        if is_free(visit.catalogue, visit.cart):
            return [MethodView("free", 0, True)]
        views = []
        for method in METHODS:
            total = _total(visit, method)
            if total is not None and method != "free":
                reason = self.readiness.method_off(method, total)
                if reason == NOT_OFFERED:
                    continue
                most = self.readiness.instalments_max(method, total)
                views.append(MethodView(method, total, not reason, reason, most))
        return views

    def _counts(self, visit: Visit | None) -> Counts:
        if visit is None:
            return self.offer.counts(self.shelf.catalogue)
        return self.offer.counts(visit.catalogue, visit.sale)

    def _payment(self, visit: Visit) -> PaymentView | None:
        if visit.card is None:
            return None
        pix = pix_view(visit, self.monotonic(), self.late_left_s)
        return structs.replace(_payment(visit.card), pix=pix)

    def _ticket(self, visit: Visit, ticket: Ticket, counts: Counts) -> TicketView:
        catalogue = visit.catalogue
        is_printing = ticket.print_state in ("QUEUED", "SENDING")
        is_late = is_printing and self.monotonic() - visit.paper_due_s >= 0
        return TicketView(
            number=ticket.number,
            kind=cast(TicketKind, ticket.kind),
            services=[
                catalogue.services[line.service].name
                if line.service in catalogue.services
                else Words(line.name, line.name, line.name)
                for line in ticket.lines
            ],
            total_minor=ticket.total_minor,
            qr=qr_text(ticket, self.sign),
            print="late" if is_late else _PRINT_VIEW[ticket.print_state],  # type: ignore[arg-type] # the table holds the literal's words
            cause=ticket.print_cause,
            estimate_minutes=_estimate(catalogue, ticket, counts),
        )

    def _case(self, sale: str) -> CaseView | None:
        sql = 'SELECT "case", kind FROM cases WHERE sale = ? AND open = 1 LIMIT 1'
        with self.journal.reading() as connection:
            row = connection.execute(sql, (sale,)).fetchone()
        return None if row is None else CaseView(row[0].rsplit("-", 1)[1], row[1])

    def _claim(self, visit: Visit | None) -> CaseView | None:
        """The code of a customer whose payment is still in doubt: their sale's own."""
        if visit is None or visit.card is None or visit.card.step != "checking" or not visit.sale:
            return None
        with self.journal.reading() as connection:
            at_ms = wall_ms_of(connection, visit.sale)
        at = local_time(at_ms, visit.catalogue.policy.timezone)
        return CaseView(visit.sale.rsplit("-", 1)[1], "payment_in_doubt", at)


def _estimate(catalogue: Catalogue, ticket: Ticket, counts: Counts) -> int:
    """How long those before this ticket take, by the service of its first line."""
    first = catalogue.services.get(ticket.lines[0].service) if ticket.lines else None
    return counts.wait_minutes(first.prefix, first.minutes, 1) if first else 0


def _resting(left: Remains | None, reason: str, reopens: str | None) -> Step:
    """What is on show while nobody is being served: what a cut left comes first."""
    if left is not None:
        return "recovered"
    if reason:
        return "out_of_order"
    return "attract" if reopens is None else "closed"


def _asks(catalogue: Catalogue, visit: Visit | None) -> Asks:
    if visit is None:
        return Asks(catalogue.policy.priority)
    return Asks(catalogue.policy.priority, visit.asked(), visit.question() or "")


def _total(visit: Visit, method: Method) -> int | None:
    try:
        priced = price(visit.catalogue, visit.cart, method)
    except CatalogueError:
        return None
    return None if priced is None else priced.total_minor


def _payment(card: CardProgress) -> PaymentView:
    return PaymentView(
        method=card.method,
        amount_minor=card.amount_minor,
        step=cast(PaymentStep, card.step),
        message=card.message,
        reason=card.reason,
        cancellable=card.step not in ("approved", "checking", "late") and not card.cancelled,
        instalments=card.instalments,
    )


def _idle_s(visit: Visit | None, aside: Aside) -> int:
    if visit is None:
        return IDLE_S if aside == "pix_claim" else 0
    is_paying = visit.card is not None and not visit.card.over
    return 0 if visit.step == "payment" and is_paying else IDLE_S
