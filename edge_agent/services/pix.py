"""Everything of PIX at one totem, put together: line, desk, resolver, and the visit's deeds."""

from collections.abc import Callable
from typing import NamedTuple

from edge_agent.journal.journal import Journal
from edge_agent.services.board import Board
from edge_agent.services.charge_line import ChargeLine, ChargePort
from edge_agent.services.pix_desk import PixDesk, PixRules
from edge_agent.services.pix_resolver import PixEars, PixResolver, PixTimes
from edge_agent.services.pix_visit import Around, PixVisit
from edge_agent.services.visits import Visits


class Totem(NamedTuple):
    """What PIX needs of the totem around it."""

    journal: Journal
    visits: Visits
    board: Board
    may_act: Callable[[], bool]
    prefix_of: Callable[[str], str]


class Pix(NamedTuple):
    """The parts; ``resolver.run`` is a background task."""

    line: ChargeLine
    desk: PixDesk
    visit: PixVisit
    resolver: PixResolver


def make_pix(port: ChargePort, totem: Totem, rules: PixRules, times: PixTimes) -> Pix:
    """Also gives the visits their desk."""
    journal, visits, board = totem.journal, totem.visits, totem.board
    line = ChargeLine(port, board, times.monotonic)
    desk = PixDesk(journal, line, board, times.monotonic, rules)
    visits.pix = desk
    visit = PixVisit(journal, visits, desk, Around(totem.prefix_of, board.changed))
    ears = PixEars(
        may_act=totem.may_act,
        waiting=visits.waiting_sale,
        prefix_of=totem.prefix_of,
        paid=visits.heard_paid,
        not_paid=visits.heard_not_paid,
        offer=visit.offer,
        stop=visit.stop,
    )
    return Pix(line, desk, visit, PixResolver(journal, line, ears, times))
