"""Operators log in, stay logged in and log out, on a real PostgreSQL."""

from datetime import timedelta
from typing import Any

import asyncpg
from litestar import Litestar
from litestar.testing import TestClient

from central.ledger.people import PeopleRecords
from central.services.people import People
from tests.support.operator_books import (
    KEY,
    PASSWORD,
    Clock,
    bearer,
    books,
    client,
    clock,
    login,
    refresh,
    run_on,
)

__all__ = ["books", "client", "clock"]


def test_first_start_creates_one_admin_and_tells_the_password_once(database_url: str) -> None:
    async def twice(_: Any) -> None:
        async with asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
            people = People(PeopleRecords(pool), KEY)
            password = await people.seed_admin()
            assert password is not None
            assert await people.seed_admin() is None
            granted = await people.login("admin", password, "192.0.2.1")
            assert people.authenticate(granted.access_token).scopes == ["fleet:read", "sales:read"]

    run_on(database_url, twice)


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


def test_expired_access_token_is_refused(client: TestClient[Litestar], clock: Clock) -> None:
    clock.at -= timedelta(minutes=11)
    expired = bearer(login(client))
    assert client.get("/v1/fleet", headers=expired).status_code == 401


def test_refresh_repeated_at_once_gets_the_same_successor(
    client: TestClient[Litestar], clock: Clock
) -> None:
    first = login(client)
    second = refresh(client, first["refresh_token"]).json()
    clock.at += timedelta(seconds=29)
    again = refresh(client, first["refresh_token"]).json()
    assert second["refresh_token"] == again["refresh_token"] != first["refresh_token"]


def test_reused_refresh_token_revokes_its_family(
    client: TestClient[Litestar], clock: Clock
) -> None:
    first = login(client)
    second = refresh(client, first["refresh_token"]).json()
    clock.at += timedelta(seconds=31)
    assert refresh(client, first["refresh_token"]).status_code == 401
    assert refresh(client, second["refresh_token"]).status_code == 401
    assert refresh(client, login(client)["refresh_token"]).status_code == 200


def test_refresh_token_whose_successor_was_used_is_a_theft(client: TestClient[Litestar]) -> None:
    first = login(client)
    second = refresh(client, first["refresh_token"]).json()
    third = refresh(client, second["refresh_token"]).json()
    assert refresh(client, first["refresh_token"]).status_code == 401
    assert refresh(client, third["refresh_token"]).status_code == 401


def test_logout_ends_thelogin(client: TestClient[Litestar]) -> None:
    token = login(client)["refresh_token"]
    assert client.post("/v1/logout", json={"refresh_token": token}).status_code == 204
    assert refresh(client, token).status_code == 401
    assert client.post("/v1/logout", json={"refresh_token": token}).status_code == 204
