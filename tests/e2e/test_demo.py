"""``totem demo --headless`` as its users run it: whole processes, a cut network, and the audit."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CI = os.environ.get("CI") == "true"
SIZE = ("--totems", "3", "--sales", "60", "--cut-network", "15") if CI else ()
SMALL = ("--totems", "2", "--sales", "16", "--cut-network", "10")
QUICK = ("--totems", "2", "--sales", "12", "--cut-network", "4")
LIMIT_S = 300


def run_demo(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """(exit code, the JSON of the last line)."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "edge_agent", "demo", "--headless", "--json", *words),
            *("--folder", str(folder / "demo")),
        ],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.stdout.strip(), done.stderr
    return done.returncode, json.loads(done.stdout.strip().splitlines()[-1])


def test_totems_sell_while_the_network_is_cut_and_the_books_balance(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    code, report = run_demo(tmp_path, *(SIZE or SMALL))
    assert (code, report["balanced"], report["differences"]) == (0, True, [])
    assert report["lost"] == report["doubled"] == 0
    assert report["sold_while_cut"] > 0
    assert report["journal_sum_minor"] == report["ledger_sum_minor"] > 0
    assert report["events_journaled"] == report["events_posted"]
    assert report["tickets_printed"] == report["sales"]


def test_one_falsified_row_fails_the_audit_and_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    code, report = run_demo(tmp_path, *QUICK, "--tamper")
    assert code == 1
    assert not report["balanced"]
    assert any("legs" in difference for difference in report["differences"])
