"""One browser for each module of these proofs, and the screens built once.

The browser is a module's, not the session's: while Playwright's loop runs, nobody else in this
process may run one.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, sync_playwright

from edge_agent.cli.screens import build_screens
from tests.browser import axe
from tests.browser.chromium import NoBrowserError, browsing, executable


@pytest.fixture(scope="session")
def built() -> None:
    """The touchscreen as it ships. Skips where no browser can show it, but never in CI."""
    try:
        executable()
    except NoBrowserError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    build_screens(print)


@pytest.fixture(scope="module")
def browser(built: None) -> Iterator[Browser]:
    with browsing() as one:
        yield one


@pytest.fixture(scope="module")
def kind(built: None) -> Iterator[BrowserType]:
    """For kiosks that are processes of their own."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def axe_source(tmp_path_factory: pytest.TempPathFactory) -> str:
    return axe.source(Path(tmp_path_factory.mktemp("axe")))
