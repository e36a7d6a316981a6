"""A page on a panel with the scripted agent behind it: one call and a screen of the table stands
still in front of you, in a look and a language.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Browser, Page, Route

from tests.browser.chromium import Panel, new_context
from tests.browser.desk_states import ANSWERS
from tests.browser.on_top import OnTop
from tests.browser.scripted_agent import ScriptedAgent, served
from tests.browser.states import ON_TOP, STATES, catalogue, logo

Theme = Literal["normal", "contrast", "large", "low"]
AIDS: dict[Theme, dict[str, bool]] = {
    "normal": {},
    "contrast": {"contrast": True},
    "large": {"large": True},
    "low": {"low": True},
}
"""What the agent says of each: high contrast, text at 200 %, everything within a seated reach."""

PANEL = {"band_top": 0.45, "band_bottom": 0.98}
"""The part of a standing panel that a seated person reaches."""

BLANK = "out_restored"
"""Shown between two screens, so that each is mounted anew."""

TO_THE_TOP = "() => { for (const it of document.querySelectorAll('*')) it.scrollTop = 0; }"
"""A touch scrolls to what it touches."""

STILL = """async () => {
  await document.fonts.ready;
  const isPassing = ({ playState, effect }) => {
    const { activeDuration, endTime } = effect.getComputedTiming();
    return playState === "running" && activeDuration > 50 && endTime !== Infinity;
  };
  for (let calm = 0; calm < 3; calm += 1) {
    await new Promise(requestAnimationFrame);
    if (document.getAnimations().some(isPassing)) calm = -1;
  }
}"""


class Look(NamedTuple):
    """How a screen is shown."""

    theme: Theme = "normal"
    locale: str = "pt"


NORMAL = Look()


class Stage:
    """``page`` shows what ``show`` was last asked for."""

    def __init__(self, page: Page, agent: ScriptedAgent) -> None:
        self.page = page
        self.agent = agent
        self._shown = BLANK
        self._held: list[Route] = []
        self._marked = False
        """The page itself keeps something open that no state takes away."""

    def show(self, name: str, look: Look = NORMAL) -> None:
        """Raises TimeoutError when the page does not get there."""
        over = ON_TOP.get(name, OnTop(name))
        self._leave()
        self._put(over.state, look, **over.change)
        self._go_on(over)
        self.still()
        self._shown = name

    def turn(self, name: str, look: Look) -> None:
        """As ``show``; from one look or language to another the screen stays as it is."""
        over = ON_TOP.get(name, OnTop(name))
        if name != self._shown or over.gone or over.refused:
            self.show(name, look)
            return
        self._put(over.state, look, **over.change)
        self.still()

    def still(self) -> None:
        """Return once fonts are there and what moves for a moment has come to rest."""
        self.page.evaluate(STILL)

    def _leave(self) -> None:
        self.agent.come_back()
        for asked in self._held:
            asked.abort()
        self._held.clear()
        self.page.unroute_all()
        self.page.evaluate("location.hash = ''")
        if self._marked:
            self.agent.refusals = {}
            self.page.reload()
        self.agent.show(BLANK)
        self.agent.wait_until_seen()

    def _put(self, state: str, look: Look, **change: Any) -> None:
        access = {**AIDS[look.theme], **change.get("access", {})}
        seen = {"locale": look.locale, "panel": PANEL, **change, "access": access}
        self.agent.show(state, **seen)
        self.agent.wait_until_seen()

    def _go_on(self, over: OnTop) -> None:
        self.agent.refusals = dict(over.refused)
        self.agent.answer({**ANSWERS, **over.answers})
        self._marked = bool(over.refused or over.steps)
        if over.place:
            self.page.evaluate("place => { location.hash = place; }", over.place)
        if over.gone:
            self.agent.go_away()
        if over.held:
            self.page.route(over.held, lambda it: self._held.append(it))
        for place, (selector, typed) in enumerate(over.steps, 1):
            it = self.page.locator(selector)
            if place == len(over.steps):
                it.wait_for()
                self.agent.answer(over.then)
            if typed:
                it.fill(typed)
            else:
                it.click()
        self.page.locator(over.until).first.wait_for()
        if over.steps:
            self.page.evaluate(TO_THE_TOP)


@contextmanager
def on_stage(browser: Browser, panel: Panel, *, script: str = "") -> Iterator[Stage]:
    """The scripted agent is up and its page, which also holds ``script``, drew a first screen."""
    agent = ScriptedAgent(STATES, catalogue())
    agent.pictures = {"/v1/pictures/logo": logo()}
    agent.show(BLANK)
    with served(agent) as url:
        context = new_context(browser, panel)
        context.set_default_timeout(30_000)
        if script:
            context.add_init_script(script)
        try:
            page = context.new_page()
            page.goto(url)
            agent.wait_until_seen()
            yield Stage(page, agent)
        finally:
            context.close()
