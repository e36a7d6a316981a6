"""Headquarters with a small, known set of books, behind the operators' API over HTTP.

Import the fixtures by name where they are used. ``ana`` may read everything, ``bia`` only sales.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import TestClient
from msgspec import json

from central.api import problems
from central.api.operators import routes
from central.domain.people import Person
from central.ledger.people import PeopleRecords
from central.ledger.reports import ReportQueries
from central.metrics import Metrics
from central.services.people import People
from central.services.reports import Reports
from sync_protocol.accounts import legs
from sync_protocol.events import (
    Body,
    CardProof,
    PaymentStoredOffline,
    SaleOpened,
    SaleSettled,
    encode_body,
)
from sync_protocol.feed import SitePolicy
from tests.support.postgres import TEMPLATE, named

NOON = datetime(2026, 6, 10, 15, 0, tzinfo=UTC)
TODAY = "2026-06-10"
PASSWORD = "correct horse battery staple"
PASSWORD_HASH = PasswordHasher().hash(PASSWORD)
PERSONS = (
    Person("ana", "Ana", ["fleet:read", "sales:read"]),
    Person("bia", "Bia", ["sales:read"]),
)
KEY = b"k" * 32
SALE = "KIOSK1-1-2-ABCDEFGH"
COUNTER = "KIOSK1-1-5-ABCDEFGH"
OLD = "KIOSK2-1-2-ABCDEFGH"
PROOF = CardProof("516292******0004", "Mastercard", "A0000000041010", "0A1B", "0007", "SN1")


class Clock:
    """Headquarters' clock, moved by hand."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def books(postgres: str) -> str:
    """URL of one database with everything the reports are asked for; nobody here changes it."""
    run_on(postgres, lambda db: db.execute("DROP DATABASE IF EXISTS operators"))
    run_on(postgres, lambda db: db.execute(f"CREATE DATABASE operators TEMPLATE {TEMPLATE}"))
    url = named(postgres, "operators")
    run_on(url, seed_books)
    return url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(books: str, clock: Clock) -> Iterator[TestClient[Litestar]]:
    """The API over HTTP, with one operator who may read all and one who may read only sales."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with asyncpg.create_pool(books, min_size=1, max_size=4) as pool:
            app.state.people = People(PeopleRecords(pool), KEY, clock)
            app.state.reports = Reports(ReportQueries(pool), lambda: NOON)
            yield

    app = Litestar(
        routes,
        lifespan=[lifespan],
        exception_handlers={Exception: problems.answer},
        openapi_config=None,
    )
    app.state.metrics = Metrics()
    with TestClient(app) as opened:
        yield opened


def login(client: TestClient[Litestar], username: str = "ana") -> dict[str, Any]:
    answer = client.post("/v1/login", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


def refresh(client: TestClient[Litestar], token: str) -> Any:
    return client.post("/v1/refresh", json={"refresh_token": token})


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {tokens['access_token']}"}


def read(client: TestClient[Litestar], path: str, **query: str) -> dict[str, Any]:
    answer = client.get(path, params=query, headers=bearer(login(client)))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def run_on(dsn: str, deed: Callable[[Any], Awaitable[Any]]) -> None:
    async def go() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await deed(connection)
        finally:
            await connection.close()

    asyncio.run(go())


async def _insert(db: Any, table: str, **columns: Any) -> None:
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    await db.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", *columns.values()
    )


async def seed_books(db: Any) -> None:
    """Two sites, three totems: one that is behind, one that fell silent, one never heard from."""
    for person in PERSONS:
        await _insert(
            db,
            "people",
            username=person.username,
            password_hash=PASSWORD_HASH,
            name=person.name,
            scopes=json.encode(person.scopes).decode(),
        )
    for site, name in (("north", "Norte"), ("south", "Sul")):
        await _insert(db, "sites", site=site, name=name)
    policy = SitePolicy(timezone="America/Manaus")
    await _insert(
        db,
        "feed_items",
        scope="site:north",
        version=1,
        kind="put",
        key="policy",
        body=json.encode(policy),
        hash=b"h" * 32,
    )
    for totem, site in (("KIOSK1", "north"), ("KIOSK2", "south"), ("KIOSK3", "south")):
        await _insert(db, "totems", totem=totem, site=site, name=totem.title(), status="active")
    await _head(db, "KIOSK1", 7, 14, {"debit": 5000}, NOON - timedelta(seconds=5))
    await _head(db, "KIOSK2", 9, 9, {"credit": 2000}, NOON - timedelta(hours=3))
    await _sale(db, SALE, TODAY, "debit", "CLOSED", 3500, "CA001")
    await _sale(db, COUNTER, TODAY, "counter", "AWAITING_PAYMENT", 1200, "CA002")
    await _sale(db, OLD, "2026-06-09", "credit", "CLOSED", 2000, "CB001")
    await _payment(db, SALE, "KIOSK1-1-3-ABCDEFGH", "DECLINED", 3500)
    await _payment(db, SALE, "KIOSK1-1-10-ABCDEFGH", "STORED_OFFLINE", 3500)
    await _payment(db, COUNTER, "KIOSK1-1-6-ABCDEFGH", "VOUCHER_ISSUED", 1200)
    await _payment(db, OLD, "KIOSK2-1-3-ABCDEFGH", "CONFIRMED", 2000)
    stored = PaymentStoredOffline("KIOSK1-1-3-ABCDEFGH", SALE, "BRL", 3500, "debit", PROOF)
    settled = SaleSettled(SALE, "debit", "BRL", 3500, {"11222333000181": 3500})
    for seq, body in ((2, SaleOpened("pt")), (3, stored), (4, settled)):
        await _event(db, seq, body, SALE)
    await _event(db, 7, SaleOpened("pt"), None, status="quarantined")
    await _insert(
        db,
        "incidents",
        totem="KIOSK1",
        kind="clone",
        detail='{"instance_id": "m2", "known_instance_id": "m1"}',
    )
    await db.execute(
        "INSERT INTO seals VALUES ('KIOSK2', 1, 9, '2026-06-09', 8, '{\"credit\": 2000}', 2000,"
        " 'confirmed', '', 0)"
    )
    await db.execute(
        "INSERT INTO cases VALUES ('KIOSK1', 'c1', $1, 'print', 'Ask.', true),"
        " ('KIOSK1', 'c2', $1, 'print', 'Done.', false)",
        SALE,
    )


async def _head(
    db: Any, totem: str, held: int, declared: int, sums: dict[str, int], at: datetime
) -> None:
    await _insert(
        db,
        "heads",
        totem=totem,
        epoch=1,
        held_seq=held,
        held_hash=b"h" * 32,
        declared_seq=declared,
        declared_sums=json.encode(sums).decode(),
        applied='{"org": {"version": 9, "digest": ""}, "site:north": {"version": 2, "digest": ""}}',
        last_contact_at=at,
        last_posted_at=at,
    )


async def _sale(
    db: Any, sale: str, day: str, method: str, state: str, total: int, ticket: str
) -> None:
    totem, _, seq, _ = sale.split("-")
    line = {"service": "exam", "name": "Exame", "quantity": 1, "total_minor": total}
    await _insert(
        db,
        "sales",
        totem=totem,
        sale=sale,
        business_day=day,
        state=state,
        method=method,
        total_minor=total,
        lines=json.encode([line]).decode(),
        ticket_number=ticket,
        opened_at=datetime.fromisoformat(f"{day}T12:00:00+00:00") + timedelta(seconds=int(seq)),
        opened_seq=int(seq),
    )
    await _insert(
        db,
        "tickets",
        totem=totem,
        ticket=f"{sale}-t",
        sale=sale,
        number=ticket,
        kind="paid",
        business_day=day,
        print_outcome="printed",
    )


async def _payment(db: Any, sale: str, payment: str, state: str, amount: int) -> None:
    await _insert(
        db,
        "payments",
        totem=sale.split("-")[0],
        payment=payment,
        sale=sale,
        method="debit",
        state=state,
        currency="BRL",
        amount_minor=amount,
    )


async def _event(db: Any, seq: int, body: Body, sale: str | None, status: str = "posted") -> None:
    await _insert(
        db,
        "events",
        totem="KIOSK1",
        epoch=1,
        seq=seq,
        hash=b"h" * 32,
        type=type(body).__name__,
        tver=1,
        wall_ms=int(NOON.timestamp() * 1000),
        boot_id="b",
        mono_ms=seq,
        business_day=TODAY,
        body=encode_body(body),
        sale=sale,
        status=status,
    )
    for place, leg in enumerate(legs(body)):
        await _insert(
            db,
            "legs",
            totem="KIOSK1",
            epoch=1,
            seq=seq,
            place=place,
            account=leg.account,
            entity=leg.entity,
            currency=leg.currency,
            amount_minor=leg.amount_minor,
            business_day=TODAY,
        )
