"""The audit: do headquarters' books follow, to the last row, from the events held?

From each epoch's genesis the chain is computed again over the stored bytes, the fold is run again
over posted events, and every leg and projection row is compared with what is stored. A difference
names table, row and field. The audit trusts no stored number, and it can fail: one changed cent is
found and named.
"""

from typing import Any

from msgspec import Struct, field

from central.domain import fold, standing
from central.domain.rows import Books, LegRow
from central.domain.standing import Place
from central.ledger import evidence
from central.ledger.database import Database
from central.ledger.evidence import Evidence, HeldEvent, StoredHead
from central.ledger.projections import rows_of
from sync_protocol import accounts, chain
from sync_protocol.errors import BadContentError

TAKEN = ("SETTLED", "FULFILLED", "CLOSED", "REFUND_DUE", "REFUNDED")
GIVEN_BACK = ("REFUND_DUE", "REFUNDED")


class End(Struct, frozen=True):
    """Where one totem's events end: how many are held, and the last one's hash in hex."""

    events: int
    head_hash: str


class Findings(Struct):
    """The result; amounts are minor units. ``sums_by_method`` comes from the events."""

    totems: int = 0
    events_held: int = 0
    events_posted: int = 0
    ledger_sum_minor: int = 0
    stored_sum_minor: int = 0
    pix_sum_minor: int = 0
    vouchers_outstanding_minor: int = 0
    sales: int = 0
    tickets: int = 0
    sums_by_method: dict[str, int] = field(default_factory=dict)
    ends: dict[str, End] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    balanced: bool = False


async def audit(database: Database) -> Findings:
    """Audit every totem, on one snapshot; posting may go on meanwhile."""
    findings = Findings()
    async with evidence.snapshot(database) as totems:
        for one in totems:
            await _TotemAudit(one, findings).run()
    findings.balanced = not findings.differences
    return findings


class _TotemAudit:
    """One totem's share of the findings."""

    def __init__(self, held: Evidence, findings: Findings) -> None:
        self._evidence = held
        self._findings = findings
        self._books = Books(held.totem)
        self._sums: dict[str, int] = {}
        self._epoch_sums: dict[int, dict[str, int]] = {}
        self._repeats: set[tuple[int, int]] = set()
        self._last: tuple[int, int, bytes] = (0, 0, b"")
        self._set_aside = 0
        self._held = 0

    async def run(self) -> None:
        self._findings.totems += 1
        genesis = await self._check_epochs()
        async for row in self._evidence.events():
            self._check_chain(row, genesis)
        self._repeats = await self._evidence.repeats()
        async for row in self._evidence.folded():
            self._fold(row)
        self._check_head(await self._evidence.head(), genesis)
        legs = await self._evidence.legs()
        self._check_legs(legs)
        stored = await self._evidence.projections()
        for table, rows in rows_of(self._books).items():
            self._compare_rows(table, stored[table], rows)
        self._add_up(legs, stored)
        for fault in await self._evidence.seal_faults():
            self._differ(fault)
        self._findings.ends[self._evidence.totem] = End(self._held, self._last[2].hex())

    async def _check_epochs(self) -> dict[int, bytes]:
        genesis = {}
        for held in await self._evidence.epochs():
            genesis[held.epoch] = chain.genesis(held.grant)
            if held.genesis != genesis[held.epoch]:
                self._differ(f"epochs {held.epoch}: genesis does not follow from its grant")
        return genesis

    def _check_chain(self, row: HeldEvent, genesis: dict[int, bytes]) -> None:
        """A changed event is named once: the next one is checked against its stored hash."""
        epoch, seq, hashed = self._last
        if row.epoch != epoch:
            seq, hashed = 0, genesis.get(row.epoch, b"")
        if row.event.seq != seq + 1:
            self._differ(f"events {row.epoch}/{row.event.seq}: follows seq {seq}")
        elif chain.event_hash(hashed, row.event) != row.hash:
            self._differ(f"events {row.epoch}/{row.event.seq}: its hash does not fit the chain")
        self._last = (row.epoch, row.event.seq, row.hash)
        self._findings.events_held += 1
        self._held += 1

    def _fold(self, row: HeldEvent) -> None:
        reading = standing.read(row.event, Place(self._evidence.totem, row.epoch, row.hash))
        standing.meet(self._books, reading)
        where = f"events {row.epoch}/{row.event.seq}"
        if row.status != "posted":
            self._set_aside += 1
            return
        self._findings.events_posted += 1
        if reading.body is None or reading.status != "posted":
            self._differ(f"{where}: is posted, but {reading.reason}")
            return
        if row.sale != reading.sale:
            self._differ(f"{where}: sale is {row.sale}, the event says {reading.sale}")
        if (row.epoch, row.event.seq) in self._repeats:
            return
        try:
            fold.apply(self._books, standing.entry_of(reading, reading.body, row.epoch))
        except BadContentError as bad:
            self._differ(f"{where}: is posted, but {bad}")
            return
        settled = accounts.settled(reading.body)
        if settled:
            method, minor = settled
            for sums in (self._sums, self._epoch_sums.setdefault(row.epoch, {})):
                sums[method] = sums.get(method, 0) + minor

    def _check_head(self, head: StoredHead | None, genesis: dict[int, bytes]) -> None:
        if head is None:
            if self._last[0]:
                self._differ("heads: events are held, but there is no head")
            return
        epoch, seq, hashed = self._last
        if head.held.epoch != epoch:
            epoch, seq, hashed = head.held.epoch, 0, genesis.get(head.held.epoch, b"")
        if (head.held.seq, head.held.hash) != (seq, hashed):
            self._differ(f"heads: held seq is {head.held.seq}, the events end at {epoch}/{seq}")
        whole = head.declared_seq == head.held.seq and not self._set_aside
        sums = self._epoch_sums.get(epoch, {})
        if whole and _nonzero(head.sums) != _nonzero(sums):
            self._differ(f"heads: the totem declared {head.sums}, its events say {sums}")

    def _check_legs(self, stored: list[LegRow]) -> None:
        self._compare_rows("legs", _by_place(stored), _by_place(self._books.legs))

    def _compare_rows(self, table: str, stored: dict[str, Any], made: dict[str, Any]) -> None:
        for name in sorted(made.keys() - stored.keys()):
            self._differ(f"{table} {name}: the row is missing")
        for name in sorted(stored.keys() - made.keys()):
            self._differ(f"{table} {name}: no posted event made this row")
        for name in sorted(stored.keys() & made.keys()):
            if stored[name] != made[name]:
                self._name_fields(f"{table} {name}", stored[name], made[name])

    def _name_fields(self, where: str, stored: Struct, made: Struct) -> None:
        for column in made.__struct_fields__:
            is_now, should_be = getattr(stored, column), getattr(made, column)
            if is_now != should_be:
                self._differ(f"{where}: {column} is {is_now}, the events say {should_be}")

    def _add_up(self, legs: list[LegRow], stored: dict[str, dict[str, Any]]) -> None:
        found = self._findings
        found.ledger_sum_minor += _debits(legs, accounts.CUSTOMER_DUE)
        found.stored_sum_minor += sum(
            leg.amount_minor for leg in legs if leg.account == accounts.CARD_STORED
        )
        found.pix_sum_minor += sum(leg.amount_minor for leg in legs if leg.account == accounts.PIX)
        found.sales += len(stored["sales"])
        found.tickets += len(stored["tickets"])
        found.vouchers_outstanding_minor += sum(
            payment.amount_minor
            for payment in stored["payments"].values()
            if payment.state == "VOUCHER_ISSUED"
        )
        by_method: dict[str, int] = {}
        for sale in stored["sales"].values():
            if sale.state in TAKEN:
                by_method[sale.method] = by_method.get(sale.method, 0) + sale.total_minor
            if sale.state in GIVEN_BACK:
                back = accounts.REFUNDED + sale.method
                by_method[back] = by_method.get(back, 0) + sale.total_minor
        if _nonzero(by_method) != _nonzero(self._sums):
            self._differ(f"sales: settled sums are {by_method}, the events say {self._sums}")
        for method, minor in self._sums.items():
            found.sums_by_method[method] = found.sums_by_method.get(method, 0) + minor

    def _differ(self, text: str) -> None:
        self._findings.differences.append(f"{self._evidence.totem} {text}")


def _by_place(legs: list[LegRow]) -> dict[str, LegRow]:
    return {f"{leg.epoch}/{leg.seq}/{leg.place}": leg for leg in legs}


def _debits(legs: list[LegRow], account: str) -> int:
    return sum(leg.amount_minor for leg in legs if leg.account == account and leg.amount_minor > 0)


def _nonzero(sums: dict[str, int]) -> dict[str, int]:
    return {method: minor for method, minor in sums.items() if minor}
