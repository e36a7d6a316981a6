"""The shipped library asks the disk to keep a COMMIT before anybody hears of it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.powercut.committing import SALES

CI = os.environ.get("CI") == "true"
CALL = re.compile(r"(write|pwrite64|fdatasync|fsync)\(\d+<([^>]*)>")


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """In order: ``wal`` a write to the log, ``sync`` of the log, ``answered``."""
    strace = shutil.which("strace")
    if strace is None and not CI:
        pytest.skip("strace is not installed; CI installs it")
    assert strace is not None, "CI installs strace"
    folder = tmp_path_factory.mktemp("order")
    log = folder / "strace.log"
    traced = "trace=write,pwrite64,fdatasync,fsync"
    command = [strace, "-f", "-y", "-e", traced, "-o", str(log), sys.executable]
    done = subprocess.run(
        [*command, "-m", "tests.powercut.committing", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    found = []
    for line in log.read_text().splitlines():
        call = CALL.search(line)
        if call is None:
            continue
        if "answered" in line and call[1] == "write":
            found.append("answered")
        elif call[2].endswith("journal.db-wal"):
            found.append("sync" if "sync" in call[1] else "wal")
    return found


def test_every_answered_commit_was_written_and_then_synced(calls: list[str]) -> None:
    told = [place for place, call in enumerate(calls) if call == "answered"]
    assert len(told) == SALES
    before = 0
    for place in told:
        since = calls[before:place]
        assert "wal" in since
        assert "sync" in since[since.index("wal") :]
        assert since[-1] == "sync"
        before = place + 1
