"""The built dashboard and the API share one origin and do not get in each other's way."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.api.dashboard import NONCE_MARK
from tests.support.central_server import Central, serving
from tests.support.totem_peer import refused


@pytest.fixture
def central(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Central]:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    page = f"<!doctype html><title>Central</title><meta nonce={NONCE_MARK.decode()}>"
    (dist / "index.html").write_text(page)
    (dist / "assets" / "app.js").write_text("export {}")
    monkeypatch.setattr("central.app.DASHBOARD", dist)
    with serving(database_url, tmp_path) as running:
        yield running


def test_page_assets_and_api_live_on_one_origin(central: Central) -> None:
    for path in ("/", "/sales", "/sales/KIOSK1-1-2-ABCDEFGH"):
        response = central.http.get(path)
        assert response.status_code == 200
        assert "<title>Central" in response.text
    assert central.http.get("/assets/app.js").text == "export {}"
    assert central.http.get("/health").json()["status"] == "ok"
    refused(central.http.get("/assets/none.js"), "not-found")
    refused(central.http.get("/v1/none"), "not-found")
    refused(central.http.get("/favicon.ico"), "not-found")
    refused(central.http.get("/v1/fleet"), "login-required")


def test_each_page_styles_itself_with_a_nonce_of_its_own(central: Central) -> None:
    nonces = set()
    for _ in range(2):
        response = central.http.get("/")
        policy = response.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "data:" not in policy
        (nonce,) = re.findall(r"'nonce-([\w-]{20,})'", policy)
        assert f"<meta nonce={nonce}>" in response.text
        nonces.add(nonce)
    assert len(nonces) == 2


def test_unsigned_totem_is_told_to_sign(central: Central) -> None:
    answer = central.http.get("/v1/totems/KIOSK1/feed")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (
        401,
        'Signature realm="totem"',
    )
