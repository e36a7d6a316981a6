"""What one customer has done so far.

It lives in memory: what matters of it (sale, payment, ticket) is in the journal. The catalogue is
pinned when the visit starts, so a price never changes under a customer's finger.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, Struct, field

from edge_agent.domain.catalogue import Catalogue, Choice, is_free
from edge_agent.domain.person import questions
from edge_agent.services.card_desk import CardProgress
from edge_agent.services.checkout import Basket
from edge_agent.services.identification import Identification
from sync_protocol.events import Priority
from sync_protocol.feed import Question

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
    """From the first touch until its end."""

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

    def reached(self, step: Walk) -> Step:
        """Where a customer who asks for ``step`` arrives."""
        if step == "review":
            self.identification.passed.clear()
        if step == "identify":
            self.identification = Identification()
        if step in ("identify", "method") and self.step in ("review", "identify"):
            return "method" if self.question() is None else "identify"
        return step

    @property
    def is_checking(self) -> bool:
        """Nobody knows yet whether the card was charged: the attempt stays open until the reader or
        a restart tells, and nobody is asked to pay again. The same while a late PIX waits for its
        answer.
        """
        return self.card is not None and self.card.step in ("checking", "late")
