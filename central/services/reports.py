"""What an operator is shown: the ledger's facts, judged and summed at one moment."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import DecodeError, ValidationError, json

from central import clock
from central.domain.agreement import Agreement
from central.domain.day import business_day
from central.domain.health import health
from central.domain.problems import ProblemError
from central.domain.reports import (
    Fleet,
    Place,
    SaleDetail,
    SalesFilter,
    SalesPage,
    Summary,
    TotemRow,
)
from central.ledger.reports import Counts, ReportQueries, Today, TotemFacts
from sync_protocol.feed import SitePolicy
from sync_protocol.ids import parse_name

_place = json.Decoder(Place)


class Reports:
    """Read-only. ``now`` gives aware UTC instants."""

    def __init__(self, queries: ReportQueries, now: Callable[[], datetime] = clock.now) -> None:
        self._queries = queries
        self._now = now

    async def fleet(self) -> Fleet:
        now = self._now()
        facts = await self._queries.fleet()
        policies = await self._queries.policies()
        days = {site: business_day(now, policy) for site, policy in policies.items()}
        today = await self._queries.today(days)
        counts = await self._queries.counts()
        rows = [
            _row(now, fact, policies[fact.site], today.get(fact.totem, Today(0, 0)), counts)
            for fact in facts
        ]
        return Fleet(
            currency=self._queries.currency,
            backlog=sum(row.backlog for row in rows),
            outstanding_minor=sum(row.outstanding_minor for row in rows),
            totems=rows,
        )

    async def summary(self) -> Summary:
        fleet = await self.fleet()
        return Summary(
            currency=fleet.currency,
            business_day=max((row.business_day for row in fleet.totems), default=""),
            sales_today=sum(row.sales_today for row in fleet.totems),
            settled_today_minor=sum(row.settled_today_minor for row in fleet.totems),
            stored_minor=await self._queries.stored_minor(),
            outstanding_minor=fleet.outstanding_minor,
            backlog=fleet.backlog,
            totems=len(fleet.totems),
            totems_online=sum(row.health == "online" for row in fleet.totems),
            cases_open=sum(row.cases_open for row in fleet.totems),
            quarantined=sum(row.quarantined for row in fleet.totems),
            incidents=await self._queries.incidents_since(self._now() - timedelta(days=1)),
        )

    async def agreement(self, totem: str, limit: int) -> Agreement:
        """What totems and headquarters do not agree on, and the days they do."""
        return await self._queries.agreement(totem, limit)

    async def sales(self, wanted: SalesFilter, cursor: str, limit: int) -> SalesPage:
        """One page and the totals of the whole filter. Raises ProblemError 400: bad cursor."""
        after = read_cursor(cursor) if cursor else None
        found = await self._queries.sales(wanted, after, limit + 1)
        page = found[:limit]
        more = len(found) > limit
        return SalesPage(
            currency=self._queries.currency,
            sales=page,
            totals=await self._queries.totals(wanted),
            next=write_cursor(Place(page[-1].opened_at, page[-1].sale)) if more else "",
        )

    async def sale(self, sale: str) -> SaleDetail:
        """Raises ProblemError 404 when headquarters holds no such sale."""
        missing = ProblemError(404, "unknown-sale", "Headquarters holds no sale of this name.")
        try:
            name = parse_name(sale)
        except ValueError as error:
            raise missing from error
        detail = await self._queries.sale(sale, name)
        if detail is None:
            raise missing
        return detail


def write_cursor(place: Place) -> str:
    """An opaque, URL-safe word for a place in the list of sales."""
    return urlsafe_b64encode(json.encode(place)).rstrip(b"=").decode()


def read_cursor(cursor: str) -> Place:
    """Raises ProblemError 400 when the cursor is not one of ours."""
    try:
        place = _place.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, DecodeError, ValidationError) as error:
        raise ProblemError(400, "bad-cursor", "Start again without the cursor.") from error
    if place.opened_at.tzinfo is None:
        raise ProblemError(400, "bad-cursor", "Start again without the cursor.")
    return place


def _row(
    now: datetime, fact: TotemFacts, policy: SitePolicy, today: Today, counts: Counts
) -> TotemRow:
    backlog = fact.declared_seq - fact.held_seq
    return TotemRow(
        totem=fact.totem,
        name=fact.name,
        site=fact.site,
        site_name=fact.site_name,
        timezone=policy.timezone,
        health=health(now, fact.last_contact_at, fact.last_posted_at, backlog),
        last_contact_at=fact.last_contact_at,
        epoch=fact.epoch,
        held_seq=fact.held_seq,
        declared_seq=fact.declared_seq,
        backlog=backlog,
        outstanding_minor=fact.outstanding_minor,
        quarantined=counts.quarantined.get(fact.totem, 0),
        cases_open=counts.cases_open.get(fact.totem, 0),
        at_risk_minor=counts.at_risk_minor.get(fact.totem, 0),
        catalogue_version=fact.catalogue_version,
        business_day=business_day(now, policy),
        sales_today=today.sales,
        settled_today_minor=today.settled_minor,
    )
