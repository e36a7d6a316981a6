"""Choosing the options of one service: opened, changed touch by touch, and put into the cart.

What is picked so far lives in the visit, so that a reload of the page shows it again.
"""

from collections.abc import Sequence

from edge_agent.domain import options
from edge_agent.domain.catalogue import Choice
from edge_agent.services.board import Board
from edge_agent.services.errors import RefusedError
from edge_agent.services.visit import Visit
from edge_agent.services.visits import Visits
from sync_protocol import limits
from sync_protocol.feed import Service


class Extras:
    """The deeds of the page of options. Each raises RefusedError for what cannot be."""

    def __init__(self, visits: Visits, board: Board) -> None:
        self._visits = visits
        self._board = board

    def open(self, name: str) -> None:
        """Begin with one of this service and nothing picked."""
        visit = self._visits.at("services", "options", "review")
        service = visit.catalogue.services.get(name)
        if service is None or not service.options:
            raise RefusedError("unknown-service", f"No service {name!r} with options here.")
        one = Choice(name, 1)
        self._visits.may_choose(visit, [*visit.cart, one])
        visit.step, visit.choosing, visit.card = "options", one, None
        self._board.changed()

    def change(self, picks: Sequence[str], quantity: int) -> None:
        """Everything picked so far, newest last, and how many."""
        visit, choice, service = self._open()
        arranged = options.arranged(service, picks)
        found = options.fault(service, arranged)
        if found is not None:
            raise RefusedError(*found)
        if not 1 <= quantity <= limits.QUANTITY_MAX:
            raise RefusedError("bad-amount", f"Quantity must be 1 to {limits.QUANTITY_MAX}.")
        changed = Choice(choice.service, quantity, arranged)
        self._visits.may_choose(visit, [*visit.cart, changed])
        visit.choosing = changed
        self._board.changed()

    def add(self) -> None:
        """Into the cart, to the same choice where it is there already, and back to the services."""
        visit, choice, _ = self._open()
        cart = list(visit.cart)
        for place, line in enumerate(cart):
            if line.service == choice.service and set(line.options) == set(choice.options):
                cart[place] = line._replace(quantity=line.quantity + choice.quantity)
                break
        else:
            cart.append(choice)
        self._visits.put_cart(visit, cart)
        self._visits.go("services")

    def _open(self) -> tuple[Visit, Choice, Service]:
        visit = self._visits.at("options")
        choice = visit.choosing
        if choice is None:
            raise RefusedError("wrong-step", "No service is being chosen.")
        return visit, choice, visit.catalogue.services[choice.service]
