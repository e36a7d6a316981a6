"""The one-way roads hold, and every contract fails when its violation is planted."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
PACKAGES = ("edge_agent", "central", "sync_protocol")

VIOLATIONS = {
    "roots": ("central/domain/day.py", "import edge_agent.domain.day"),
    "protocol-layers": ("sync_protocol/ids.py", "import sync_protocol.codec"),
    "protocol-pure": ("sync_protocol/backoff.py", "import time"),
    "edge-layers": ("edge_agent/domain/day.py", "import edge_agent.services.visits"),
    "central-layers": ("central/domain/day.py", "import central.ledger.schema"),
    "domain-pure": ("edge_agent/domain/day.py", "import time"),
    "drivers-independent": (
        "edge_agent/devices/drivers/escpos/text.py",
        "import edge_agent.devices.drivers.abecs.tlv",
    ),
    "drivers-plug-in": (
        "edge_agent/services/printing.py",
        "import edge_agent.devices.drivers.escpos",
    ),
    "one-door-sql-edge": ("edge_agent/services/visits.py", "import sqlite_utils"),
    "one-door-sql-central": ("central/services/audit.py", "import asyncpg"),
    "one-door-http": ("edge_agent/services/visits.py", "import httpx"),
    "one-door-web": ("edge_agent/services/visits.py", "import litestar"),
    "no-cycles": ("edge_agent/journal/highwater.py", "import edge_agent.journal.journal"),
    "one-door-http-central": ("central/services/audit.py", "import httpx"),
    "one-door-jobs": ("edge_agent/services/visits.py", "import apscheduler"),
    "one-door-wires": ("edge_agent/services/visits.py", "import serial"),
    "emulators-apart": (
        "edge_agent/devices/emulators/escpos/machine.py",
        "import edge_agent.devices.drivers.escpos",
    ),
}
"""Contract id -> a file and the line that breaks it."""


def lint(folder: Path, *contracts: str) -> "subprocess.CompletedProcess[str]":
    named = [word for contract in contracts for word in ("--contract", contract)]
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", *named],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three packages' Python and the contracts, somewhere a violation may be planted."""
    folder = tmp_path_factory.mktemp("planted")
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            if "node_modules" not in file.parts:
                target = folder / file.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, target)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_contract_holds() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_every_contract_has_a_planted_violation() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert {contract["id"] for contract in settings["contracts"]} == VIOLATIONS.keys()


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_planted_violation_is_caught(copy: Path, contract: str) -> None:
    name, line = VIOLATIONS[contract]
    file = copy / name
    whole = file.read_text()
    file.write_text(f"{whole}\n{line}\n")
    try:
        done = lint(copy, contract)
    finally:
        file.write_text(whole)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken" in done.stdout
