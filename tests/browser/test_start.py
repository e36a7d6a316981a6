"""How the page begins: small enough, and whole even when the agent was away while it came."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.bench.screens import weigh
from tests.browser.chromium import PANELS, new_context
from tests.browser.scripted_agent import ScriptedAgent, served
from tests.browser.states import STATES, catalogue

PIECES = "**/assets/Pages-*.js"


@pytest.fixture
def agent() -> ScriptedAgent:
    one = ScriptedAgent(STATES, catalogue())
    one.moves = {"POST /v1/visit": "services_empty"}
    one.show("attract")
    return one


@pytest.fixture
def page(browser: Browser, agent: ScriptedAgent) -> Iterator[Page]:
    context = new_context(browser, PANELS["landscape"])
    page = context.new_page()
    page.route(PIECES, lambda it: it.abort())
    with served(agent) as url:
        page.goto(url)
        yield page
        context.close()


def test_pages_that_did_not_come_are_asked_for_again(page: Page) -> None:
    page.get_by_role("button", name="Toque para começar").click()
    page.get_by_text("Um momento…").wait_for()
    page.unroute(PIECES)
    page.get_by_role("heading", name="O que você precisa?").wait_for()


def test_all_javascript_weighs_no_more_than_its_limit(built: None) -> None:
    assert [it.what for it in weigh() if not it.good] == []
