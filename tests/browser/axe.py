"""axe-core on a page: the version the touchscreen's package names, by the hash its lock holds."""

import shutil
from pathlib import Path
from typing import Any

from msgspec import json
from playwright.sync_api import Page

from edge_agent.cli.screens import npm

UI = Path(__file__).parents[2] / "edge_agent" / "ui"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
RUN = """async (tags) => {
  const { violations } = await axe.run(document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
    preload: false,
  });
  const told = ({ html, any, all, none }) =>
    [html, ...[...any, ...all, ...none].map((it) => it.message)].join(" // ");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(told).join(" ")}`);
}"""


def source(folder: Path) -> str:
    """The script itself, installed in ``folder`` when the checkout has it not."""
    lock: dict[str, Any] = json.decode((UI / "package-lock.json").read_bytes())
    entry = lock["packages"]["node_modules/axe-core"]
    ours = UI / "node_modules" / "axe-core"
    if not (ours / "axe.min.js").exists():
        _install(folder, entry)
        ours = folder / "node_modules" / "axe-core"
    assert json.decode((ours / "package.json").read_bytes())["version"] == entry["version"]
    return (ours / "axe.min.js").read_text()


def violations(page: Page) -> list[str]:
    """What axe finds on a page that holds its script."""
    found: list[str] = page.evaluate(RUN, TAGS)
    return found


def _install(folder: Path, entry: dict[str, Any]) -> None:
    wanted = {
        "name": "axe-only",
        "version": "1.0.0",
        "devDependencies": {"axe-core": entry["version"]},
    }
    (folder / "package.json").write_bytes(json.encode(wanted))
    packages = {"": wanted, "node_modules/axe-core": entry}
    lock = {"name": "axe-only", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}
    (folder / "package-lock.json").write_bytes(json.encode(lock))
    shutil.copy(UI / ".npmrc", folder)
    npm(folder, "ci", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts")
