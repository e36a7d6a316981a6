"""What can be had at this moment: opening hours, what is sold out, and how long a queue takes.

The queue's estimate is simple on purpose: tickets of the same prefix that this totem issued today
and no desk has served yet, times the minutes of the service. A prefix of which no ticket was served
today has none: where desks do not tell whom they serve, nobody knows how long it takes.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from edge_agent.domain.calendar import Hours, is_open, opens_next, spoken
from edge_agent.domain.catalogue import Catalogue, Choice
from edge_agent.journal.connection import Connection
from edge_agent.journal.journal import Journal
from edge_agent.services import stock
from edge_agent.services.errors import RefusedError
from edge_agent.services.visit import Visit
from sync_protocol.feed import Service, SitePolicy

CLOCK_DOUBT = timedelta(minutes=10)
"""A clock that reads so much less than the journal's newest row is not believed."""

_WAITING = """
SELECT prefix, sum(state = 'ISSUED'), sum(state = 'CONSUMED') > 0 FROM tickets
WHERE business_day = ? GROUP BY prefix
"""


class Counts(Struct, frozen=True):
    """What the journal says of today. ``left``: service -> how many, where there is an end to it.
    ``waiting``: prefix -> tickets not served yet, where desks tell. ``queue``: all of these; None
    unless every desk that is waited for tells.
    """

    left: dict[str, int]
    waiting: dict[str, int]
    queue: int | None = None

    def wait_minutes(self, prefix: str, minutes: int, but: int = 0) -> int:
        """How long the queue takes, ``but`` so many of its tickets."""
        return max(0, self.waiting.get(prefix, 0) - but) * minutes


class Offer:
    """Asked before anything is chosen. ``now_ms`` is the wall clock, ``today`` the business day."""

    def __init__(
        self, journal: Journal, now_ms: Callable[[], int], today: Callable[[], str]
    ) -> None:
        self._journal = journal
        self._now_ms = now_ms
        self._today = today

    def closed(self, policy: SitePolicy) -> str | None:
        """When the site opens again, as ``calendar.spoken`` says it (empty: nobody knows); None
        while it is open.
        """
        hours = Hours(policy.hours, policy.exceptions, policy.last_ticket_minutes)
        if self._is_open(hours, policy):
            return None
        zone, now = ZoneInfo(policy.timezone), self._now()
        opening = opens_next(hours, zone, now)
        return "" if opening is None else spoken(opening, now.astimezone(zone))

    def off(self, service: Service, policy: SitePolicy, counts: Counts) -> str:
        """Why it cannot be had now: ``sold_out``, ``closed_now``; empty when it can."""
        if counts.left.get(service.id, 1) <= 0:
            return "sold_out"
        hours = Hours(service.hours, last_ticket_minutes=policy.last_ticket_minutes)
        return "" if self._is_open(hours, policy) else "closed_now"

    def counts(self, catalogue: Catalogue, sale: str = "") -> Counts:
        """Today, but for this sale."""
        day = self._today()
        with self._journal.reading() as connection:
            rows = connection.execute(_WAITING, (day,)).fetchall()
            left = stock.left(connection.execute, catalogue, day, sale)
        waiting = {prefix: count for prefix, count, is_told in rows if is_told}
        is_known = bool(waiting) and not any(count for _, count, is_told in rows if not is_told)
        return Counts(left, waiting, sum(waiting.values()) if is_known else None)

    def check(self, visit: Visit, cart: Sequence[Choice]) -> None:
        """Whether the visit's cart may become this one: only what is added must be there to be
        had. Raises RefusedError.
        """
        catalogue, before, after = visit.catalogue, stock.wanted(visit.cart), stock.wanted(cart)
        counts = self.counts(catalogue, visit.sale)
        for name, count in after.items():
            if count <= before.get(name, 0):
                continue
            off = self.off(catalogue.services[name], catalogue.policy, counts)
            if off == "sold_out" or count > counts.left.get(name, count):
                raise RefusedError("sold-out", f"Only {counts.left[name]} of {name!r} are left.")
            if off and name not in before:
                raise RefusedError("closed-now", f"{name!r} is not served at this hour.")

    def _is_open(self, hours: Hours, policy: SitePolicy) -> bool:
        if not hours.is_set() or self._is_clock_doubtful():
            return True
        return is_open(hours, ZoneInfo(policy.timezone), self._now())

    def _is_clock_doubtful(self) -> bool:
        with self._journal.reading() as connection:
            newest = _newest_ms(connection)
        return self._now() + CLOCK_DOUBT < _instant(newest)

    def _now(self) -> datetime:
        return _instant(self._now_ms())


def _newest_ms(connection: Connection) -> int:
    row = connection.execute(
        "SELECT wall_ms FROM journal ORDER BY epoch DESC, seq DESC LIMIT 1"
    ).fetchone()
    return int(row[0]) if row else 0


def _instant(wall_ms: int) -> datetime:
    return datetime.fromtimestamp(wall_ms / 1000, UTC)
