"""A wheel carries the built screens; an editable install builds nothing."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SCREENS = ("edge_agent/ui/dist/index.html", "central/dashboard/dist/index.html")


class ScreensHook(BuildHookInterface[Any]):  # type: ignore[misc] # hatchling ships no types
    """Refuses to make a wheel without screens."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        missing = [path for path in SCREENS if not (Path(self.root) / path).is_file()]
        if version != "editable" and missing:
            raise RuntimeError(
                f"{', '.join(missing)} is missing: run `uv run totem screens build`, then build "
                "the wheel again."
            )
