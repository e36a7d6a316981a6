"""``python -m tests.bench.screens [--json]``: what the touchscreen costs, beside a peer in the same
run.

JavaScript is weighed as it travels; first paint at a sixth of the processor is compared with the
smallest page the same tools can build; a touch is timed from the finger to the frame that answers
it. Only ratios inside one run mean anything: machines differ and are noisy.
"""

import argparse
import gzip
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import json
from playwright.sync_api import Browser, Page

from edge_agent.cli.screens import build_screens, npm
from tests.browser.chromium import PANELS, browsing, new_context
from tests.browser.scripted_agent import BUILT, ScriptedAgent, served
from tests.browser.states import STATES, catalogue
from tests.support.flow_bench import totem_at_work
from tests.support.sample_catalogue import sample_page

UI = BUILT.parent
SLOWER = 6
TIMES = 7
TOUCHES = 60
PAINTS = {"first paint": 1.5, "first button": None}
"""The most of a bare page's time. A button that asks an agent and speaks three languages is told
beside one that does neither, without a goal.
"""
JS_BYTES_MAX = 220_000
BARE = {
    "index.html": '<!doctype html><div id="root"></div>'
    '<script type="module" src="/m.jsx"></script>',
    "m.jsx": 'import { createRoot } from "react-dom/client";\n'
    'createRoot(document.getElementById("root")).render(<button>Start</button>);\n',
}
"""The smallest page of the same libraries, built by the same tools."""

FIRST_PAINT = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    const [first] = list.getEntriesByName("first-contentful-paint");
    if (first !== undefined) done(first.startTime);
  }).observe({ type: "paint", buffered: true });
})"""
FIRST_BUTTON = """() => new Promise((done) => {
  const look = () => {
    if (document.querySelector("button") === null) requestAnimationFrame(look);
    else requestAnimationFrame(() => setTimeout(() => done(performance.now())));
  };
  look();
})"""
WATCH_TOUCHES = """() => {
  globalThis.answers = [];
  addEventListener("pointerdown", () => {
    const began = performance.now();
    requestAnimationFrame(() => setTimeout(() => answers.push(performance.now() - began)));
  }, { capture: true });
}"""
WATCH_CHANGES = """() => {
  globalThis.changes = [];
  let began = 0;
  addEventListener("click", () => { began = performance.now(); }, { capture: true });
  new MutationObserver(() => {
    if (began === 0) return;
    const since = began;
    began = 0;
    requestAnimationFrame(() => setTimeout(() => changes.push(performance.now() - since)));
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


class Row(NamedTuple):
    """One figure against its limit or peer of the same run; ``good`` when it reaches its goal."""

    what: str
    figure: str
    beside: str
    ratio: float
    goal: str
    good: bool


def weigh() -> list[Row]:
    """JavaScript by gzip: what the first screen needs, and all there is."""
    sizes = {it.name: len(gzip.compress(it.read_bytes(), 9)) for it in BUILT.rglob("*.js")}
    page = (BUILT / "index.html").read_text()
    entry = sum(size for name, size in sizes.items() if name in page)
    return [
        _weight("JavaScript of the first screen", entry),
        _weight("JavaScript of all screens", sum(sizes.values())),
    ]


def _weight(what: str, size: int) -> Row:
    ratio = size / JS_BYTES_MAX
    limit = f"{JS_BYTES_MAX / 1000:.0f} kB"
    return Row(what, f"{size / 1000:.1f} kB", limit, round(ratio, 2), "≤ 1", ratio <= 1)


def paint(browser: Browser, ours: str, bare: str) -> list[Row]:
    """First paint and first button of both pages, in turns."""
    seen: dict[str, list[tuple[float, float]]] = {ours: [], bare: []}
    for _ in range(TIMES):
        for url, them in seen.items():
            them.append(_load(browser, url))
    rows = []
    for place, (what, most) in enumerate(PAINTS.items()):
        mine, peer = (statistics.median(it[place] for it in seen[url]) for url in (ours, bare))
        rows.append(_against(f"{what}, {SLOWER}× slower processor", mine, peer, most))
    return rows


def _load(browser: Browser, url: str) -> tuple[float, float]:
    context = new_context(browser, PANELS["landscape"])
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="commit")
    button = float(page.evaluate(FIRST_BUTTON))
    first = float(page.evaluate(FIRST_PAINT))
    context.close()
    return first, button


def _against(what: str, mine_ms: float, peer_ms: float, most: float | None) -> Row:
    ratio = mine_ms / peer_ms
    peer = f"{peer_ms:.0f} ms bare React"
    goal = "none" if most is None else f"≤ {most}"
    return Row(
        what, f"{mine_ms:.0f} ms", peer, round(ratio, 2), goal, most is None or ratio <= most
    )


def touch(browser: Browser, agent: ScriptedAgent, url: str) -> list[Row]:
    """From a finger on a service to the pressed look, and to the answer of the agent."""
    context = new_context(browser, PANELS["landscape"])
    page = context.new_page()
    page.goto(url)
    agent.moves = {"PUT /v1/visit/cart": "services_chosen"}
    agent.show("services_chosen")
    agent.wait_until_seen()
    page.evaluate(WATCH_TOUCHES)
    page.evaluate(WATCH_CHANGES)
    for turn in range(TOUCHES):
        agent.moves["PUT /v1/visit/cart"] = ("services_empty", "services_chosen")[turn % 2]
        page.locator("main button[aria-pressed]").nth(6 + turn % 3).click()
        agent.wait_until_seen()
    rows = [
        _touches("touch to pressed look, 95 of 100", page, "answers"),
        _touches("touch to the agent's answer drawn, 95 of 100", page, "changes"),
    ]
    context.close()
    return rows


def _touches(what: str, page: Page, name: str) -> Row:
    taken: list[float] = page.evaluate(f"() => globalThis.{name}")
    worst = statistics.quantiles(taken, n=20)[-1]
    return Row(what, f"{worst:.0f} ms", "100 ms", round(worst / 100, 2), "≤ 1", worst <= 100)


def start_agent(browser: Browser) -> Row:
    """From ``totem run`` to the first screen in a browser that waits for it."""
    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="totem-bench-") as folder,
        totem_at_work(Path(folder), catalogue=sample_page()) as totem,
    ):
        totem.kill()
        context = new_context(browser, PANELS["landscape"])
        page = context.new_page()
        began = time.perf_counter()
        totem.start_again()
        page.goto(totem.address)
        page.locator("[data-kind=primary]").wait_for()
        taken_s = time.perf_counter() - began
        context.close()
    what = "agent started to first screen"
    return Row(what, f"{taken_s:.1f} s", "5 s", round(taken_s / 5, 2), "≤ 1", taken_s <= 5)


@contextmanager
def bare_page() -> Iterator[Path]:
    """Built beside the touchscreen's libraries, since that is where its tools look."""
    folder = Path(tempfile.mkdtemp(prefix=".bare-", dir=UI))
    try:
        for name, text in BARE.items():
            (folder / name).write_text(text)
        npm(UI, "exec", "--", "vite", "build", folder.name, "--config", "vite.config.ts")
        yield folder / "dist"
    finally:
        shutil.rmtree(folder)


def measure(say: Callable[[str], None]) -> list[Row]:
    build_screens(say)
    agent = ScriptedAgent(STATES, catalogue())
    agent.show("attract")
    rows = weigh()
    with bare_page() as bare, browsing() as browser, served(agent) as ours:
        say("painting")
        with served(ScriptedAgent(STATES, catalogue()), bare) as peer:
            rows += paint(browser, ours, peer)
        say("touching")
        rows += touch(browser, agent, ours)
        say("starting an agent")
        rows.append(start_agent(browser))
    return rows


def table(rows: list[Row]) -> str:
    lines = [("figure", "", "beside", "ratio", "goal", "")]
    lines += [
        (it.what, it.figure, it.beside, f"{it.ratio:.2f}", it.goal, "✓" if it.good else "✗")
        for it in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one document for machines")
    as_json = parser.parse_args().json
    measured = measure(lambda text: print(f"· {text}", file=sys.stderr))
    found: list[dict[str, Any]] = [it._asdict() for it in measured]
    print(json.encode(found).decode() if as_json else table(measured))
    sys.exit(0 if all(it.good for it in measured) else 1)
