"""``python -m tests.browser.soak [--visits N] [--interpreted]``: a working day of customers, one
every half a minute, on one page that is never reloaded, and what it costs in memory.

The page's clock runs ahead: each screen stands two seconds of it and the attract screen the rest of
the half minute, so that whatever ticks, turns or waits there does so for the whole day. The heap is
measured after the first hour and again after each later one, each time after the garbage is
collected. Part of it is machine code, which V8 goes on making for hours of whatever runs often; an
interpreted page has none, and its heap is what the page itself keeps.
"""

import argparse
import sys
from typing import NamedTuple

from msgspec import json, to_builtins
from playwright.sync_api import CDPSession, Page

from edge_agent.cli.screens import build_screens
from tests.browser.chromium import Panel, browsing, new_context
from tests.browser.scripted_agent import ScriptedAgent, served
from tests.browser.states import STATES, catalogue, logo

EVERY_S = 30
HOURS = 8
VISITS = HOURS * 3600 // EVERY_S
SCREEN_S = 2
IDLE_S = 45
LISTED = 48
"""Customers until the browser's own list of the last 250 requests is full."""

COMPILED = 80
"""Customers until most code has run often enough to be compiled."""

INTERPRETED = "--js-flags=--jitless"

GROWTH_MAX = 0.10
SMALL = Panel("small", 480, 320)
"""Quickly drawn: what is kept does not depend on its size."""

Visit = tuple[tuple[str, str], ...]
"""State and language of each screen."""

CARD: Visit = (
    ("services_empty", "en"),
    ("services_chosen", "en"),
    ("services_chosen", "es"),
    ("method", "es"),
    ("card_insert", "es"),
    ("card_pin", "es"),
    ("card_declined", "es"),
    ("card_insert", "es"),
    ("card_authorising", "es"),
    ("card_approved", "es"),
    ("ticket_printing", "es"),
    ("ticket_printed", "es"),
)
PIX: Visit = (
    ("priority", "pt"),
    ("services_chosen", "pt"),
    ("review", "pt"),
    ("pix_making", "pt"),
    ("pix_waiting", "pt"),
    ("pix_expired", "pt"),
    ("pix_waiting", "pt"),
    ("pix_paid", "pt"),
    ("ticket_printed", "pt"),
    ("receipt", "pt"),
    ("receipt_email", "pt"),
)
FREE: Visit = (
    ("services_free", "pt"),
    ("identify_name", "pt"),
    ("identify_cpf", "pt"),
    ("help", "pt"),
    ("review_free", "pt"),
    ("note_late", "pt"),
    ("ticket_free", "pt"),
)
DOUBT: Visit = (
    ("options_missing", "en"),
    ("review_options", "en"),
    ("rights", "en"),
    ("card_insert", "en"),
    ("checking", "en"),
    ("out_no_paper", "pt"),
    ("recovered_printing", "pt"),
)
KINDS: tuple[tuple[Visit, dict[str, bool]], ...] = (
    (CARD, {}),
    (PIX, {"large": True}),
    (FREE, {"contrast": True}),
    (DOUBT, {"low": True, "slow": True}),
)
"""They take turns: a refused card and a second language, a code that ran out, somebody called, a
payment in doubt and a power cut; each with the aids its customer turned on.
"""


class Soaked(NamedTuple):
    """``heap`` in bytes and ``nodes`` of the page: after the first hour, after each later one."""

    visits: int
    heap: list[int]
    nodes: list[int]

    @property
    def growth(self) -> float:
        return self.heap[-1] / self.heap[0] - 1


def soak(visits: int, *, is_interpreted: bool = False) -> Soaked:
    """Let that many customers pass."""
    agent = ScriptedAgent(STATES, catalogue())
    agent.pictures = {"/v1/pictures/logo": logo()}
    agent.show("attract")
    hour = max(LISTED if is_interpreted else COMPILED, visits // HOURS)
    flags = [INTERPRETED] if is_interpreted else []
    marks = []
    with served(agent) as url, browsing(*flags) as browser:
        context = new_context(browser, SMALL, calm=False)
        page = context.new_page()
        page.clock.install()
        page.goto(url)
        agent.wait_until_seen()
        line = context.new_cdp_session(page)
        for done in range(1, visits + 1):
            _come_and_go(page, agent, *KINDS[done % len(KINDS)])
            if done % hour == 0 or done == visits:
                marks.append(_measure(line))
        context.close()
    heap, nodes = zip(*marks, strict=True)
    return Soaked(visits, list(heap), list(nodes))


def _come_and_go(page: Page, agent: ScriptedAgent, visit: Visit, access: dict[str, bool]) -> None:
    for state, locale in visit:
        agent.show(state, locale=locale, access=access, idle_s=IDLE_S)
        agent.wait_until_seen()
        page.clock.run_for(SCREEN_S * 1000)
    agent.show("attract")
    agent.wait_until_seen()
    page.clock.run_for((EVERY_S - SCREEN_S * len(visit)) * 1000)


def _measure(line: CDPSession) -> tuple[int, int]:
    line.send("HeapProfiler.enable")
    for _ in range(3):
        line.send("HeapProfiler.collectGarbage")
    heap = line.send("Runtime.getHeapUsage")["usedSize"]
    return int(heap), int(line.send("Memory.getDOMCounters")["nodes"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--interpreted", action="store_true", help="no machine code in the heap")
    wanted = parser.parse_args()
    build_screens(print)
    soaked = soak(wanted.visits, is_interpreted=wanted.interpreted)
    told = {**to_builtins(soaked._asdict()), "growth": round(soaked.growth, 4)}
    print(json.encode(told).decode())
    sys.exit(0 if soaked.growth < GROWTH_MAX else 1)
