"""What the operators' API answers: scopes, the fleet's figures, sales, one sale's journal."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.operator_books import (
    COUNTER,
    OLD,
    SALE,
    TODAY,
    bearer,
    books,
    client,
    clock,
    login,
    read,
)

__all__ = ["books", "client", "clock"]


def test_every_report_is_denied_without_its_scope(client: TestClient[Litestar]) -> None:
    nobody = {"authorization": "Bearer nonsense"}
    sales_only = bearer(login(client, "bia"))
    expected = {
        "/v1/summary": 403,
        "/v1/agreement": 403,
        "/v1/fleet": 403,
        "/v1/sales": 200,
        f"/v1/sales/{SALE}": 200,
    }
    for path, status in expected.items():
        assert client.get(path).status_code == 401
        assert client.get(path, headers=nobody).json()["code"] == "login-required"
        assert client.get(path, headers=sales_only).status_code == status


def test_fleet_shows_backlog_and_money_that_is_not_at_headquarters(
    client: TestClient[Litestar],
) -> None:
    fleet = read(client, "/v1/fleet")
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


def test_every_401_says_how_to_get_in(client: TestClient[Litestar]) -> None:
    wrong = client.post("/v1/login", json={"username": "ana", "password": "wrong"})
    ended = client.post("/v1/refresh", json={"refresh_token": "none"})
    for answer in (client.get("/v1/fleet"), wrong, ended):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="operators"'
    assert "www-authenticate" not in client.get("/v1/none").headers


def test_totems_and_sales_carry_the_zone_of_their_site(client: TestClient[Litestar]) -> None:
    totems = read(client, "/v1/fleet")["totems"]
    sales = read(client, "/v1/sales")["sales"]
    expected = {"north": "America/Manaus", "south": "America/Sao_Paulo"}
    for row in (*totems, *sales, read(client, f"/v1/sales/{SALE}")["sale"]):
        assert row["timezone"] == expected[row["site"]]


def test_summary_adds_up_the_fleet(client: TestClient[Litestar]) -> None:
    assert read(client, "/v1/summary") == {
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
        "incidents": 1,
    }


def test_sales_keep_stored_confirmed_and_vouchers_apart(client: TestClient[Litestar]) -> None:
    assert read(client, "/v1/sales")["totals"] == {
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
    page = read(client, "/v1/sales", **query)
    assert [row["sale"] for row in page["sales"]] == found
    assert page["totals"]["count"] == len(found)


def test_sales_are_paged_newest_first_without_a_gap(client: TestClient[Litestar]) -> None:
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = read(client, "/v1/sales", limit="1", cursor=cursor)
        seen += [row["sale"] for row in page["sales"]]
        cursor = page["next"]
    assert seen == [COUNTER, SALE, OLD]
    assert cursor == ""


def test_foreign_cursor_is_refused(client: TestClient[Litestar]) -> None:
    headers = bearer(login(client))
    for cursor in ("nonsense", "!", "WzEsMl0"):
        answer = client.get("/v1/sales", params={"cursor": cursor}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-cursor")


def test_sale_shows_its_journal_and_legs_that_sum_to_nothing(
    client: TestClient[Litestar],
) -> None:
    detail = read(client, f"/v1/sales/{SALE}")
    kinds = [event["type"] for event in detail["events"]]
    assert kinds == ["SaleOpened", "PaymentStoredOffline", "SaleSettled"]
    assert detail["events"][2]["body"]["by_entity"] == {"11222333000181": 3500}
    assert detail["lines"][0]["service"] == "exam"
    assert detail["sale"]["print_outcome"] == "printed"
    assert sum(leg["amount_minor"] for leg in detail["legs"]) == 0
    assert len(detail["legs"]) == 4


def test_unknown_sale_is_not_found(client: TestClient[Litestar]) -> None:
    headers = bearer(login(client))
    for sale in ("KIOSK9-1-2-ABCDEFGH", "nonsense"):
        answer = client.get(f"/v1/sales/{sale}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-sale")


def test_agreement_says_what_happened_what_waits_and_what_was_proved(
    client: TestClient[Litestar],
) -> None:
    found = read(client, "/v1/agreement")
    (incident,) = found["incidents"]
    assert incident["words"]["pt"]["todo"].endswith("`totem-central totem choose KIOSK1 m2`.")
    assert "m1" in incident["words"]["en"]["what"]
    (aside,) = found["aside"]
    assert (aside["totem"], aside["seq"], aside["status"]) == ("KIOSK1", 7, "quarantined")
    (seal,) = found["seals"]
    assert (seal["totem"], seal["verdict"], seal["sums"]) == (
        "KIOSK2",
        "confirmed",
        {"credit": 2000},
    )
    other = read(client, "/v1/agreement", totem="KIOSK2")
    assert (other["incidents"], other["aside"], len(other["seals"])) == ([], [], 1)
