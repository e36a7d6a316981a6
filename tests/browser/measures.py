"""What a finger and an eye need of a page that stands still: ``measures.js`` with our figures."""

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

MEASURES = (Path(__file__).parent / "measures.js").read_text()
RULES = {"primary": 72, "target": 56, "gap": 16, "edge": 24, "text": 24}

Band = Mapping[str, float]
"""``band_top`` and ``band_bottom``: shares of the panel's height between which hands reach."""


def measured(page: Page, *, whole: bool = False, band: Band | None = None) -> list[str]:
    """One line for each thing that is wrong. ``whole``: nothing waits for somebody to scroll."""
    wrong: list[str] = page.evaluate(MEASURES, {**RULES, "whole": whole, "band": band})
    return wrong
