"""One totem in the field installs the plain package, by version and hash: the agent runs without
central's libraries, and the wheel carries its screens.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from edge_agent.cli.screens import build_screens

ROOT = Path(__file__).parents[2]
PINS = ROOT / "packaging" / "agent.txt"
CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="module")
def lean_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment that holds the plain package and what it asks for."""
    uv = shutil.which("uv")
    if uv is None and not CI:
        pytest.skip("uv is not installed; CI installs it")
    assert uv is not None, "CI installs uv"
    build_screens(print)
    folder = tmp_path_factory.mktemp("lean") / "venv"
    install = [uv, "pip", "install", "--quiet", "--python", str(folder)]
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
        [*install, "--require-hashes", "-r", str(PINS)],
        [*install, "--no-deps", str(ROOT)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder / "bin" / "python"


def _run(python: Path, code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [python, "-c", code], capture_output=True, text=True, check=False, cwd="/"
    )


def test_the_agent_and_its_drivers_import_without_centrals_libraries(lean_python: Path) -> None:
    done = _run(
        lean_python,
        "import edge_agent.app\nfrom edge_agent.devices.drivers import abecs, escpos\n",
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("library", ["sqlalchemy", "pydantic", "asyncpg", "alembic"])
def test_the_lean_environment_does_not_hold(lean_python: Path, library: str) -> None:
    done = _run(lean_python, f"import {library}")
    assert "ModuleNotFoundError" in done.stderr


def test_the_wheel_carries_what_is_not_python(lean_python: Path) -> None:
    done = _run(
        lean_python,
        "from importlib.resources import files\n"
        "for package, path in (('central', 'samples/catalogue.json'),"
        " ('central', 'ledger/migrations/env.py'),"
        " ('central', 'dashboard/dist/index.html'),"
        " ('edge_agent', 'ui/dist/index.html'),"
        " ('edge_agent', 'devices/emulators/abecs/page.html'),"
        " ('edge_agent', 'devices/emulators/escpos/page.html')):\n"
        "    assert (files(package) / path).is_file(), path\n",
    )
    assert done.returncode == 0, done.stderr


def test_pins_agree_with_the_project_and_name_no_address() -> None:
    pins = PINS.read_text()
    assert "://" not in pins
    constraints = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]
    pinned = set(re.findall(r"^([A-Za-z0-9_.-]+==[^ ;]+)", pins, re.MULTILINE))
    assert pinned <= set(constraints["constraint-dependencies"])
