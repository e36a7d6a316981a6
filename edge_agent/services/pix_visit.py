"""What a customer does about a PIX: look now, take the ticket of a late one, or have it refunded.

Also the other direction: what the resolver tells the visit on the screen.
"""

from collections.abc import Callable
from typing import NamedTuple

from edge_agent.domain.catalogue import Catalogue
from edge_agent.journal.journal import Journal
from edge_agent.services import pix_sale
from edge_agent.services.checkout import Basket, Issued
from edge_agent.services.errors import RefusedError
from edge_agent.services.pix_desk import PixDesk, PixProgress
from edge_agent.services.pix_sale import Charge
from edge_agent.services.visit import Visit
from edge_agent.services.visits import Visits


class Around(NamedTuple):
    """``prefix_of`` a sale whose cart is gone; ``changed`` wakes the screen."""

    prefix_of: Callable[[str], str]
    changed: Callable[[], None]


class PixVisit:
    """Acts on the one visit there is."""

    def __init__(self, journal: Journal, visits: Visits, desk: PixDesk, around: Around) -> None:
        self._journal = journal
        self._visits = visits
        self._desk = desk
        self._around = around

    def look_now(self) -> None:
        """The customer says they paid: ask at once."""
        visit = self._visits.current
        card = visit.card if visit is not None else None
        if not isinstance(card, PixProgress) or card.step != "scan" or card.over:
            raise RefusedError("wrong-step", "No PIX is waiting to be paid.")
        card.is_looking = True
        self._visits.touch()
        self._desk.nudge()
        self._around.changed()

    async def claim(self, code: str, catalogue: Catalogue) -> None:
        """The ticket of a late PIX: of the one on the screen, or by its code when nobody is there,
        in the language it was bought in. Raises RefusedError.
        """
        visit = self._visits.current
        if visit is not None:
            charge = self._offered(visit)
            basket = visit.basket() if visit.cart else None
            self._visits.heard_paid(charge.sale, await self._honour(charge, basket))
            return
        found = self._waiting(code)
        issued = await self._honour(found, None)
        if self._visits.current is None:
            self._visits.start(catalogue, pix_sale.locale_of(self._journal, found.sale))
            opened = self._visits.current
            assert opened is not None, "a visit was just started"
            opened.sale, opened.step = found.sale, "payment"
        self._visits.heard_paid(found.sale, issued)

    async def refuse(self, code: str) -> None:
        """The customer wants the money of a late PIX back: of the one on the screen, or of the one
        with this code when nobody is there. Raises RefusedError.
        """
        visit = self._visits.current
        charge = self._offered(visit) if visit is not None else self._waiting(code)
        await self._journal.do(
            pix_sale.refund_late(charge.payment, "customer_refused", ends_sale=visit is None)
        )
        self._visits.heard_not_paid(charge.sale, "refunded")

    def offer(self, charge: Charge) -> bool:
        """Put a late PIX before its customer; whether they are there."""
        visit = self._visits.current
        if visit is None or visit.sale != charge.sale or visit.step == "ticket":
            return False
        if visit.card is None or visit.card.step != "late":
            visit.card, visit.step = _offer_of(charge), "payment"
            self._visits.touch()
            self._around.changed()
        return True

    def stop(self, sale: str) -> None:
        """An earlier PIX of this sale was paid: end the one on the screen, unless paid too."""
        visit = self._visits.current
        card = visit.card if visit is not None and visit.sale == sale else None
        if isinstance(card, PixProgress) and not card.over and not card.cancelled:
            card.cancelled = True
            self._desk.nudge()

    def _offered(self, visit: Visit) -> Charge:
        if visit.card is None or visit.card.step != "late":
            raise RefusedError("wrong-step", "No late PIX waits here.")
        return pix_sale.read_charge(self._journal, visit.card.payment)

    def _waiting(self, code: str) -> Charge:
        """The late PIX under this code. Raises RefusedError."""
        found = pix_sale.charge_by_code(self._journal, code) if code else None
        if found is None:
            raise RefusedError("unknown-code", "No PIX waits under this code.")
        if found.state in pix_sale.GIVEN_BACK:
            raise RefusedError("pix-refunded", "This PIX goes back.")
        if found.state != "PAID_LATE":
            raise RefusedError("pix-checking", "Nobody knows yet whether this PIX was paid.")
        return found

    async def _honour(self, charge: Charge, basket: Basket | None) -> Issued:
        """What cannot become its ticket any more goes back by itself. Raises RefusedError."""
        prefix = basket.prefix if basket else self._around.prefix_of(charge.sale)
        try:
            return await self._journal.do(pix_sale.honour(charge.payment, basket, prefix))
        except RefusedError as refused:
            if refused.code == "pix-refunded":
                is_alone = self._visits.current is None
                await self._journal.do(
                    pix_sale.refund_late(charge.payment, "sale_changed", ends_sale=is_alone)
                )
                self._visits.heard_not_paid(charge.sale, "refunded")
            raise


def _offer_of(charge: Charge) -> PixProgress:
    return PixProgress("pix", charge.amount_minor, charge.payment, step="late", over=True)
