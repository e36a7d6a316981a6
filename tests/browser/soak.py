"""``python -m tests.browser.soak [--visits N]``: a working day of customers, one every half a
minute, on one page that is never reloaded, and what it costs in memory.

The scripted agent answers at once, so the day passes as fast as the page can draw it. The heap is
measured once all code has run and the browser's own lists of 250 requests are full, and again at
the end, each time after the garbage is collected.
"""

import argparse
import sys
from typing import NamedTuple

from msgspec import json, to_builtins
from playwright.sync_api import CDPSession

from edge_agent.cli.screens import build_screens
from tests.browser.chromium import Panel, browsing, new_context
from tests.browser.scripted_agent import ScriptedAgent, served
from tests.browser.states import STATES, catalogue

VISITS = 8 * 3600 // 30
WARM = 40
GROWTH_MAX = 0.10
SMALL = Panel("small", 480, 320)
"""Quickly drawn: what is kept does not depend on its size."""

VISIT: tuple[tuple[str, str], ...] = (
    ("attract", "pt"),
    ("services_empty", "en"),
    ("services_chosen", "en"),
    ("services_chosen", "es"),
    ("review", "es"),
    ("method", "es"),
    ("card_insert", "es"),
    ("card_pin", "es"),
    ("card_authorising", "es"),
    ("card_declined", "es"),
    ("card_insert", "es"),
    ("card_approved", "es"),
    ("ticket_printing", "es"),
    ("ticket_printed", "es"),
)
"""One visit, with a refused card and a change of mind about the language."""


class Soaked(NamedTuple):
    """``heap`` in bytes and ``nodes`` of the page, early and at the end."""

    visits: int
    heap_early: int
    heap_end: int
    nodes_early: int
    nodes_end: int

    @property
    def growth(self) -> float:
        return self.heap_end / self.heap_early - 1


def soak(visits: int) -> Soaked:
    """Let that many customers pass."""
    agent = ScriptedAgent(STATES, catalogue())
    agent.show("attract")
    early = max(WARM, visits // 20)
    marks = []
    with served(agent) as url, browsing() as browser:
        context = new_context(browser, SMALL)
        page = context.new_page()
        page.goto(url)
        agent.wait_until_seen()
        line = context.new_cdp_session(page)
        for done in range(1, visits + 1):
            for state, locale in VISIT:
                agent.show(state, locale=locale)
                agent.wait_until_seen()
            if done in (early, visits):
                marks.append(_measure(line))
        context.close()
    (heap_early, nodes_early), (heap_end, nodes_end) = marks[0], marks[-1]
    return Soaked(visits, heap_early, heap_end, nodes_early, nodes_end)


def _measure(line: CDPSession) -> tuple[int, int]:
    line.send("HeapProfiler.enable")
    for _ in range(3):
        line.send("HeapProfiler.collectGarbage")
    heap = line.send("Runtime.getHeapUsage")["usedSize"]
    return int(heap), int(line.send("Memory.getDOMCounters")["nodes"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=VISITS)
    build_screens(print)
    soaked = soak(parser.parse_args().visits)
    told = {**to_builtins(soaked._asdict()), "growth": round(soaked.growth, 4)}
    print(json.encode(told).decode())
    sys.exit(0 if soaked.growth < GROWTH_MAX else 1)
