"""Read queries on the ledger's tables: the fleet, the sales, one sale's journal.

Reads only. JSONB is read as text, so that it does not matter which codecs the pool has. Conditions
of a filter are joined from the constant fragments below; values always travel as parameters.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from asyncpg import Connection, Pool, Record
from msgspec import DecodeError, Struct, json

from central.domain.agreement import Agreement
from central.domain.reports import (
    CASE_OPEN,
    PAYMENT_STATES,
    SETTLED_STATES,
    SOLD,
    EventRow,
    LegRow,
    Place,
    SaleDetail,
    SaleRow,
    SalesFilter,
    SaleTotals,
)
from central.ledger.agreement import agreement
from sync_protocol.feed import SitePolicy
from sync_protocol.ids import Name

FLEET = """
SELECT t.totem, t.name, t.site, s.name AS site_name,
       h.last_contact_at, h.last_posted_at,
       coalesce(h.epoch, 0) AS epoch,
       coalesce(h.held_seq, 0) AS held_seq,
       greatest(coalesce(h.declared_seq, 0), coalesce(h.held_seq, 0)) AS declared_seq,
       greatest(coalesce(declared.minor, 0) - coalesce(held.minor, 0), 0)::bigint
           AS outstanding_minor,
       coalesce(applied.version, 0) AS catalogue_version
FROM totems t
JOIN sites s USING (site)
LEFT JOIN heads h USING (totem)
LEFT JOIN LATERAL (
    SELECT sum(minor::bigint) AS minor FROM jsonb_each_text(h.declared_sums) AS d(method, minor)
    WHERE h.declared_seq > h.held_seq AND left(d.method, 9) <> 'refunded_'
) declared ON true
LEFT JOIN LATERAL (
    SELECT sum(l.amount_minor) AS minor FROM legs l
    WHERE h.declared_seq > h.held_seq
      AND l.totem = h.totem AND l.epoch = h.epoch
      AND l.account = 'customer_due' AND l.amount_minor > 0
) held ON true
LEFT JOIN LATERAL (
    SELECT max((a.state->>'version')::bigint) AS version
    FROM jsonb_each(h.applied) AS a(scope, state)
) applied ON true
WHERE t.status <> 'revoked'
ORDER BY s.name, t.name, t.totem
"""

TODAY = """
SELECT s.totem,
       count(*) FILTER (WHERE s.ticket_number <> '') AS sales,
       coalesce(sum(s.total_minor) FILTER (WHERE s.state = ANY($3) AND s.currency = $4), 0)::bigint
           AS settled_minor
FROM sales s
JOIN totems t USING (totem)
JOIN unnest($1::text[], $2::text[]) AS d(site, today) ON d.site = t.site
WHERE s.business_day = d.today
GROUP BY s.totem
"""

SALE_COLUMNS = """
SELECT s.sale, s.totem, coalesce(t.name, s.totem) AS totem_name,
       coalesce(i.site, '') AS site, coalesce(i.name, '') AS site_name,
       s.ticket_number, s.business_day, s.opened_at, s.method, s.state,
       coalesce(p.state, '') AS payment_state, coalesce(k.print_outcome, '') AS print_outcome,
       s.currency, s.total_minor
FROM sales s
LEFT JOIN totems t USING (totem)
LEFT JOIN sites i USING (site)
LEFT JOIN LATERAL (
    SELECT state FROM payments WHERE totem = s.totem AND sale = s.sale
    ORDER BY split_part(payment, '-', 3)::bigint DESC LIMIT 1
) p ON true
LEFT JOIN LATERAL (
    SELECT print_outcome FROM tickets WHERE totem = s.totem AND sale = s.sale LIMIT 1
) k ON true
"""

TOTALS = """
SELECT count(*) AS count,
       coalesce(sum(s.total_minor) FILTER (WHERE s.state = ANY($1) AND s.currency = $2), 0)::bigint
           AS settled_minor,
       coalesce(sum(p.stored), 0)::bigint AS stored_minor,
       coalesce(sum(p.confirmed), 0)::bigint AS confirmed_minor,
       coalesce(sum(p.vouchers), 0)::bigint AS vouchers_outstanding_minor
FROM sales s
LEFT JOIN totems t USING (totem)
LEFT JOIN LATERAL (
    SELECT sum(amount_minor) FILTER (WHERE state IN ('STORED_OFFLINE', 'FORWARDING')) AS stored,
           sum(amount_minor) FILTER (WHERE state = 'CONFIRMED') AS confirmed,
           sum(amount_minor) FILTER (WHERE state = 'VOUCHER_ISSUED') AS vouchers
    FROM payments WHERE totem = s.totem AND sale = s.sale AND currency = $2
) p ON true
"""

EVENTS = """
SELECT epoch, seq, type, wall_ms, business_day, status, reason, hash, body FROM events
WHERE totem = $1 AND (sale = $2 OR (epoch = $3 AND seq = $4))
ORDER BY epoch, seq
"""

LEGS = """
SELECT l.seq, l.account, l.entity, l.currency, l.amount_minor FROM legs l
JOIN events e USING (totem, epoch, seq)
WHERE l.totem = $1 AND e.sale = $2
ORDER BY l.epoch, l.seq, l.place
"""


PAYMENT_OF_SALE = """EXISTS (
    SELECT FROM payments p WHERE p.totem = s.totem AND p.sale = s.sale AND p.state = {0}
)"""
CASE_OF_SALE = """EXISTS (
    SELECT FROM cases c WHERE c.totem = s.totem AND c.sale = s.sale AND c.open
)"""


class TotemFacts(Struct, frozen=True):
    """What the ledger knows of one totem, before its health is judged."""

    totem: str
    name: str
    site: str
    site_name: str
    last_contact_at: datetime | None
    last_posted_at: datetime | None
    epoch: int
    held_seq: int
    declared_seq: int
    outstanding_minor: int
    catalogue_version: int


class Today(Struct, frozen=True):
    """A totem's business day so far: sales that got a ticket, and money settled."""

    sales: int
    settled_minor: int


class Counts(Struct, frozen=True):
    """Per totem: events held but not posted because their content was refused, open cases, and card
    money that no acquirer took yet.
    """

    quarantined: dict[str, int]
    cases_open: dict[str, int]
    at_risk_minor: dict[str, int]


class ReportQueries:
    """``currency`` is the one headquarters reports in; sums leave other currencies out."""

    def __init__(self, pool: Pool, currency: str = "BRL") -> None:
        self._pool = pool
        self.currency = currency

    async def fleet(self) -> list[TotemFacts]:
        return [TotemFacts(**row) for row in await self._pool.fetch(FLEET)]

    async def policies(self) -> dict[str, SitePolicy]:
        """Each site's policy: its own, else the organisation's, else the built-in one."""
        sites = await self._pool.fetch("SELECT site FROM sites")
        rows = await self._pool.fetch(
            "SELECT DISTINCT ON (scope) scope, kind, body FROM feed_items"
            " WHERE key = 'policy' ORDER BY scope, version DESC"
        )
        said = {
            row["scope"]: json.decode(row["body"], type=SitePolicy)
            for row in rows
            if row["kind"] == "put"
        }
        everywhere = said.get("org", SitePolicy())
        return {row["site"]: said.get(f"site:{row['site']}", everywhere) for row in sites}

    async def today(self, days: Mapping[str, str]) -> dict[str, Today]:
        """Per totem, its sales of the business day that its site is in (site -> day)."""
        rows = await self._pool.fetch(
            TODAY, list(days.keys()), list(days.values()), list(SETTLED_STATES), self.currency
        )
        return {row["totem"]: Today(row["sales"], row["settled_minor"]) for row in rows}

    async def counts(self) -> Counts:
        return Counts(
            quarantined=await self._counts("events WHERE status = 'quarantined'"),
            cases_open=await self._counts("cases WHERE open"),
            at_risk_minor=await self._at_risk(),
        )

    async def _at_risk(self) -> dict[str, int]:
        rows = await self._pool.fetch(
            "SELECT totem, sum(amount_minor)::bigint FROM payments"
            " WHERE state IN ('STORED_OFFLINE', 'FORWARDING') AND currency = $1 GROUP BY totem",
            self.currency,
        )
        return {row[0]: row[1] for row in rows}

    async def agreement(self, totem: str, limit: int) -> Agreement:
        """The newest incidents, events set aside and seals, of one totem or of all."""
        return await agreement(self._pool, self.currency, totem, limit)

    async def incidents_since(self, at: datetime) -> int:
        found: int = await self._pool.fetchval(
            "SELECT count(*) FROM incidents WHERE seen_at >= $1", at
        )
        return found

    async def stored_minor(self) -> int:
        """Card money at risk now: approved by readers, not yet confirmed by an acquirer."""
        total: int = await self._pool.fetchval(
            "SELECT coalesce(sum(amount_minor), 0)::bigint FROM payments"
            " WHERE state IN ('STORED_OFFLINE', 'FORWARDING') AND currency = $1",
            self.currency,
        )
        return total

    async def sales(self, wanted: SalesFilter, after: Place | None, limit: int) -> list[SaleRow]:
        """Newest first, from right after ``after``."""
        values: list[object] = []
        conditions = _conditions(wanted, values)
        if after is not None:
            values += [after.opened_at, after.sale]
            conditions.append(f"(s.opened_at, s.sale) < (${len(values) - 1}, ${len(values)})")
        values.append(limit)
        order = f" ORDER BY s.opened_at DESC, s.sale DESC LIMIT ${len(values)}"
        rows = await self._pool.fetch(SALE_COLUMNS + _where(conditions) + order, *values)
        policies = await self.policies()
        return [_sale_row(row, policies) for row in rows]

    async def totals(self, wanted: SalesFilter) -> SaleTotals:
        values: list[object] = [list(SETTLED_STATES), self.currency]
        conditions = _conditions(wanted, values)
        row = await self._pool.fetchrow(TOTALS + _where(conditions), *values)
        return SaleTotals(**row)

    async def sale(self, sale: str, name: Name) -> SaleDetail | None:
        """One snapshot of a sale: its row, lines, journal and postings; None when not held."""
        policies = await self.policies()
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return await _sale(connection, sale, name, policies)

    async def _counts(self, source: str) -> dict[str, int]:
        rows = await self._pool.fetch(f"SELECT totem, count(*) AS n FROM {source} GROUP BY totem")
        return {row["totem"]: row["n"] for row in rows}


async def _sale(
    connection: Connection, sale: str, name: Name, policies: Mapping[str, SitePolicy]
) -> SaleDetail | None:
    chosen = " WHERE s.totem = $1 AND s.sale = $2"
    row = await connection.fetchrow(SALE_COLUMNS + chosen, name.totem, sale)
    if row is None:
        return None
    lines = await connection.fetchval(
        "SELECT s.lines::text FROM sales s" + chosen, name.totem, sale
    )
    events = await connection.fetch(EVENTS, name.totem, sale, name.epoch, name.seq)
    legs = await connection.fetch(LEGS, name.totem, sale)
    return SaleDetail(
        sale=_sale_row(row, policies),
        lines=json.decode(lines),
        events=[_event(event) for event in events],
        legs=[LegRow(**leg) for leg in legs],
    )


def _sale_row(row: Record, policies: Mapping[str, SitePolicy]) -> SaleRow:
    return SaleRow(**row, timezone=policies.get(row["site"], SitePolicy()).timezone)


def _event(row: Record) -> EventRow:
    return EventRow(
        epoch=row["epoch"],
        seq=row["seq"],
        type=row["type"],
        at=datetime.fromtimestamp(row["wall_ms"] / 1000, UTC),
        business_day=row["business_day"],
        status=row["status"],
        reason=row["reason"],
        hash=row["hash"].hex(),
        body=_body(row["body"]),
    )


def _body(raw: bytes) -> object:
    """The body as JSON; a quarantined body that is not JSON is shown as text."""
    try:
        return json.decode(raw)
    except DecodeError:
        return raw.decode("utf-8", "replace")


def _conditions(wanted: SalesFilter, values: list[object]) -> list[str]:
    """SQL fragments for what the filter names; their values are appended to ``values``."""
    chosen = [
        ("s.totem = {0}", wanted.totem),
        ("t.site = {0}", wanted.site),
        ("s.method = {0}", wanted.method),
        (_by_state(wanted.state), wanted.state),
        ("s.business_day = {0}", wanted.day),
        ("(s.ticket_number = {0} OR starts_with(s.sale, {0}))", wanted.q.upper()),
    ]
    conditions = []
    for condition, value in chosen:
        if not value:
            continue
        if "{0}" in condition:
            values.append(value)
        conditions.append(condition.format(f"${len(values)}"))
    return conditions


def _by_state(state: str) -> str:
    if state == SOLD:
        return "s.ticket_number <> ''"
    if state == CASE_OPEN:
        return CASE_OF_SALE
    return PAYMENT_OF_SALE if state in PAYMENT_STATES else "s.state = {0}"


def _where(conditions: list[str]) -> str:
    return " WHERE " + " AND ".join(conditions) if conditions else ""
