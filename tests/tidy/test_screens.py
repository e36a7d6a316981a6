"""The screens' own proofs: types, lint and jest, run by the node that ships from PyPI.

Each runs in a copy of its sources, so that a checkout's own ``node_modules`` stays as it is.
"""

import json
import shutil
from pathlib import Path

import pytest

from edge_agent.cli.screens import npm

ROOT = Path(__file__).parents[2]
SCREENS = {"touchscreen": ROOT / "edge_agent" / "ui", "dashboard": ROOT / "central" / "dashboard"}
LEFT_OUT = shutil.ignore_patterns("node_modules", "dist", "*.tsbuildinfo")


@pytest.fixture(scope="module", params=sorted(SCREENS))
def screen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("screen") / str(request.param)
    shutil.copytree(SCREENS[request.param], copy, ignore=LEFT_OUT)
    npm(copy, "ci", "--no-audit", "--no-fund", "--prefer-offline")
    return copy


@pytest.mark.slow
@pytest.mark.parametrize("proof", ["check", "lint", "test"])
def test_holds(screen: Path, proof: str) -> None:
    npm(screen, "run", proof)


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_a_lock_names_no_address_of_a_registry(name: str) -> None:
    lock = json.loads((SCREENS[name] / "package-lock.json").read_text())
    assert [where for where, it in lock["packages"].items() if "resolved" in it] == []
