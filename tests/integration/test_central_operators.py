"""The operators' API on a real PostgreSQL: logins, scopes, figures of the fleet, sales, journal."""

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
from central.domain.health import health
from central.domain.people import Credential, Person
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
from tests.support.postgres import database_url, postgres

__all__ = ["database_url", "postgres"]

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


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(database_url: str, clock: Clock) -> Iterator[TestClient[Litestar]]:
    """The API over HTTP, with one operator who may read all and one who may read only sales."""
    _run(database_url, _seed)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
            records = PeopleRecords(pool)
            people = People(records, KEY, clock)
            for username, scopes in (
                ("ana", ["fleet:read", "sales:read"]),
                ("bia", ["sales:read"]),
            ):
                person = Person(username, username.title(), scopes)
                await records.add(Credential(person, PASSWORD_HASH))
            app.state.people = people
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


def test_first_start_creates_one_admin_and_tells_the_password_once(database_url: str) -> None:
    async def twice(_: Any) -> None:
        async with asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
            people = People(PeopleRecords(pool), KEY)
            password = await people.seed_admin()
            assert password is not None
            assert await people.seed_admin() is None
            granted = await people.login("admin", password, "192.0.2.1")
            assert people.authenticate(granted.access_token).scopes == ["fleet:read", "sales:read"]

    _run(database_url, twice)


def test_wrong_password_and_unknown_person_get_the_same_answer(
    client: TestClient[Litestar],
) -> None:
    wrong = client.post("/v1/login", json={"username": "ana", "password": "no"})
    unknown = client.post("/v1/login", json={"username": "eve", "password": "no"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.headers["content-type"] == "application/problem+json"
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "bad-login"


def test_sixth_wrong_login_in_a_minute_is_told_when_to_try_again(
    client: TestClient[Litestar],
) -> None:
    for _ in range(5):
        assert client.post("/v1/login", json={"username": "ana", "password": "no"}).is_error
    answer = client.post("/v1/login", json={"username": "ana", "password": PASSWORD})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_every_report_is_denied_without_its_scope(client: TestClient[Litestar]) -> None:
    nobody = {"authorization": "Bearer nonsense"}
    sales_only = _bearer(_login(client, "bia"))
    expected = {"/v1/summary": 403, "/v1/fleet": 403, "/v1/sales": 200, f"/v1/sales/{SALE}": 200}
    for path, status in expected.items():
        assert client.get(path).status_code == 401
        assert client.get(path, headers=nobody).json()["code"] == "login-required"
        assert client.get(path, headers=sales_only).status_code == status


def test_expired_access_token_is_refused(client: TestClient[Litestar], clock: Clock) -> None:
    clock.at -= timedelta(minutes=11)
    expired = _bearer(_login(client))
    assert client.get("/v1/fleet", headers=expired).status_code == 401


def test_refresh_repeated_at_once_gets_the_same_successor(
    client: TestClient[Litestar], clock: Clock
) -> None:
    first = _login(client)
    second = _refresh(client, first["refresh_token"]).json()
    clock.at += timedelta(seconds=29)
    again = _refresh(client, first["refresh_token"]).json()
    assert second["refresh_token"] == again["refresh_token"] != first["refresh_token"]


def test_reused_refresh_token_revokes_its_family(
    client: TestClient[Litestar], clock: Clock
) -> None:
    first = _login(client)
    second = _refresh(client, first["refresh_token"]).json()
    clock.at += timedelta(seconds=31)
    assert _refresh(client, first["refresh_token"]).status_code == 401
    assert _refresh(client, second["refresh_token"]).status_code == 401
    assert _refresh(client, _login(client)["refresh_token"]).status_code == 200


def test_refresh_token_whose_successor_was_used_is_a_theft(client: TestClient[Litestar]) -> None:
    first = _login(client)
    second = _refresh(client, first["refresh_token"]).json()
    third = _refresh(client, second["refresh_token"]).json()
    assert _refresh(client, first["refresh_token"]).status_code == 401
    assert _refresh(client, third["refresh_token"]).status_code == 401


def test_logout_ends_the_login(client: TestClient[Litestar]) -> None:
    token = _login(client)["refresh_token"]
    assert client.post("/v1/logout", json={"refresh_token": token}).status_code == 204
    assert _refresh(client, token).status_code == 401
    assert client.post("/v1/logout", json={"refresh_token": token}).status_code == 204


def test_fleet_shows_backlog_and_money_that_is_not_at_headquarters(
    client: TestClient[Litestar],
) -> None:
    fleet = _get(client, "/v1/fleet")
    assert (fleet["currency"], fleet["backlog"], fleet["outstanding_minor"]) == ("BRL", 7, 1500)
    rows = {row["totem"]: row for row in fleet["totems"]}
    assert {name: row["health"] for name, row in rows.items()} == {
        "KIOSK1": "online",
        "KIOSK2": "silent",
        "KIOSK3": "never",
    }
    first = rows["KIOSK1"]
    assert (first["held_seq"], first["declared_seq"], first["outstanding_minor"]) == (7, 14, 1500)
    assert (first["quarantined"], first["cases_open"], first["catalogue_version"]) == (1, 1, 9)
    assert (first["sales_today"], first["settled_today_minor"]) == (2, 3500)


def test_summary_adds_up_the_fleet(client: TestClient[Litestar]) -> None:
    assert _get(client, "/v1/summary") == {
        "currency": "BRL",
        "business_day": TODAY,
        "sales_today": 2,
        "settled_today_minor": 3500,
        "stored_minor": 3500,
        "outstanding_minor": 1500,
        "backlog": 7,
        "totems": 3,
        "totems_online": 1,
        "cases_open": 1,
        "quarantined": 1,
    }


def test_sales_keep_stored_confirmed_and_vouchers_apart(client: TestClient[Litestar]) -> None:
    assert _get(client, "/v1/sales")["totals"] == {
        "count": 3,
        "settled_minor": 5500,
        "stored_minor": 3500,
        "confirmed_minor": 2000,
        "vouchers_outstanding_minor": 1200,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"totem": "KIOSK2"}, [OLD]),
        ({"site": "north"}, [COUNTER, SALE]),
        ({"method": "counter"}, [COUNTER]),
        ({"state": "CLOSED"}, [SALE, OLD]),
        ({"state": "STORED_OFFLINE"}, [SALE]),
        ({"state": "SOLD"}, [COUNTER, SALE, OLD]),
        ({"state": "CASE_OPEN"}, [SALE]),
        ({"day": TODAY}, [COUNTER, SALE]),
        ({"q": "ca001"}, [SALE]),
        ({"q": "kiosk1-1-5"}, [COUNTER]),
        ({"q": "%"}, []),
        ({"totem": "KIOSK1", "method": "free"}, []),
    ],
)
def test_sales_filter(
    client: TestClient[Litestar], query: dict[str, str], found: list[str]
) -> None:
    page = _get(client, "/v1/sales", **query)
    assert [row["sale"] for row in page["sales"]] == found
    assert page["totals"]["count"] == len(found)


def test_sales_are_paged_newest_first_without_a_gap(client: TestClient[Litestar]) -> None:
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = _get(client, "/v1/sales", limit="1", cursor=cursor)
        seen += [row["sale"] for row in page["sales"]]
        cursor = page["next"]
    assert seen == [COUNTER, SALE, OLD]
    assert cursor == ""


def test_foreign_cursor_is_refused(client: TestClient[Litestar]) -> None:
    headers = _bearer(_login(client))
    for cursor in ("nonsense", "!", "WzEsMl0"):
        answer = client.get("/v1/sales", params={"cursor": cursor}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-cursor")


def test_sale_shows_its_journal_and_legs_that_sum_to_nothing(
    client: TestClient[Litestar],
) -> None:
    detail = _get(client, f"/v1/sales/{SALE}")
    kinds = [event["type"] for event in detail["events"]]
    assert kinds == ["SaleOpened", "PaymentStoredOffline", "SaleSettled"]
    assert detail["events"][2]["body"]["by_entity"] == {"11222333000181": 3500}
    assert detail["lines"][0]["service"] == "exam"
    assert detail["sale"]["print_outcome"] == "printed"
    assert sum(leg["amount_minor"] for leg in detail["legs"]) == 0
    assert len(detail["legs"]) == 4


def test_unknown_sale_is_not_found(client: TestClient[Litestar]) -> None:
    headers = _bearer(_login(client))
    for sale in ("KIOSK9-1-2-ABCDEFGH", "nonsense"):
        answer = client.get(f"/v1/sales/{sale}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-sale")


@pytest.mark.parametrize(
    ("contact_s", "posted_s", "backlog", "expected"),
    [
        (None, None, 0, "never"),
        (120, 900, 0, "online"),
        (5, 60, 40, "online"),
        (5, 121, 40, "late"),
        (121, 121, 0, "late"),
        (601, 601, 0, "silent"),
    ],
)
def test_health_follows_contact_and_backlog(
    contact_s: int | None, posted_s: int | None, backlog: int, expected: str
) -> None:
    contact, posted = (
        None if ago is None else NOON - timedelta(seconds=ago) for ago in (contact_s, posted_s)
    )
    assert health(NOON, contact, posted, backlog) == expected


def _login(client: TestClient[Litestar], username: str = "ana") -> dict[str, Any]:
    answer = client.post("/v1/login", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


def _refresh(client: TestClient[Litestar], token: str) -> Any:
    return client.post("/v1/refresh", json={"refresh_token": token})


def _bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {tokens['access_token']}"}


def _get(client: TestClient[Litestar], path: str, **query: str) -> dict[str, Any]:
    answer = client.get(path, params=query, headers=_bearer(_login(client)))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _run(dsn: str, deed: Callable[[Any], Awaitable[Any]]) -> None:
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


async def _seed(db: Any) -> None:
    """Two sites, three totems: one that is behind, one that fell silent, one never heard from."""
    for site, name in (("north", "Norte"), ("south", "Sul")):
        await _insert(db, "sites", site=site, name=name)
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
