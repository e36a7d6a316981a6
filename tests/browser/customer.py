"""Somebody at the touchscreen: sees what is written, touches what has a name, or has only keys."""

import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import Panel, new_context

PATIENCE_MS = 20_000
KEYS_MAX = 60
FOCUSED = (
    "() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.innerText"
)

WRITTEN = """() => [...document.querySelectorAll("time")].reduce(
  (text, clock) => text.replace(clock.innerText, ""), document.body.innerText)"""


class Customer:
    """``touches`` counts; ``asked`` is every address the page asked for."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.touches = 0
        self.asked: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda it: self.asked.append(it.url))
        self.answer = page.goto(address)

    def touch(self, name: str) -> None:
        """The one button whose name begins so."""
        self.button(name).click()
        self.touches += 1

    def choose(self, *names: str) -> None:
        for name in names:
            self.touch(name)

    def press(self, name: str) -> None:
        """Find it with the keypad's arrow and press Enter: no touch at all."""
        self.button(name).wait_for()
        for _ in range(KEYS_MAX):
            if str(self.page.evaluate(FOCUSED) or "").strip().startswith(name):
                self.page.keyboard.press("Enter")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no way to {name!r} by keys")

    def sees(self, text: str) -> None:
        """It is there, or comes within the patience of a customer."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=PATIENCE_MS)

    def hears_of(self, title: str) -> None:
        """The question or the news of the screen."""
        heading = self.page.get_by_role("heading", name=title)
        expect(heading.first).to_be_visible(timeout=PATIENCE_MS)

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first

    @staticmethod
    def written(page: Page) -> str:
        """Everything that can be read, but for what counts down and the time of day."""
        return re.sub(r"· \d+|\b\d:\d\d\b", "", str(page.evaluate(WRITTEN))).strip()

    def strangers(self, address: str) -> list[str]:
        """What was asked of anybody but the agent."""
        return [url for url in self.asked if not url.startswith(f"{address}/")]


def customer_at(browser: Browser, panel: Panel, address: str) -> Customer:
    """With a page of their own; close it by its context."""
    return Customer(new_context(browser, panel).new_page(), address)
