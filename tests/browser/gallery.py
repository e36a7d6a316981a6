"""``python -m tests.browser.gallery FOLDER [NAME…]``: a picture of every screen, on each panel and
in each look, for whoever judges them by eye.
"""

import sys
from pathlib import Path
from typing import get_args

from edge_agent.cli.screens import build_screens
from tests.browser.chromium import PANELS, browsing
from tests.browser.stage import Look, Theme, on_stage
from tests.browser.states import NAMES

THEMES: tuple[Theme, ...] = get_args(Theme)


def take(folder: Path, names: tuple[str, ...]) -> int:
    """How many pictures were taken."""
    build_screens(print)
    taken = 0
    with browsing() as browser:
        for panel in PANELS.values():
            with on_stage(browser, panel) as stage:
                for theme in THEMES:
                    place = folder / panel.name / theme
                    place.mkdir(parents=True, exist_ok=True)
                    for name in names:
                        stage.show(name, Look(theme))
                        stage.page.screenshot(path=place / f"{name}.png")
                        taken += 1
    return taken


if __name__ == "__main__":
    out, *wanted = sys.argv[1:]
    print(f"{take(Path(out), tuple(wanted) or NAMES)} pictures in {out}")
