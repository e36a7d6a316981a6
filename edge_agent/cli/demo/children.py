"""The processes a demo starts, and only those: each in its own session, its words in its own log
file.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

READY = "READY"
STOP_S = 15.0


class ChildFailedError(Exception):
    """A process ended or did not get ready; the message shows the end of its log."""


class Children:
    """Started processes, newest last. ``stop_all`` ends them newest first."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[tuple[str, subprocess.Popen[bytes], IO[bytes]]] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, *command: str) -> None:
        """Start ``python -m`` with this command line."""
        log = (self._logs / f"{name}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._running.append((name, process, log))

    def run(self, name: str, *command: str, may_fail: bool = False) -> str:
        """Run ``python -m`` to its end and return what it printed. Raises ChildFailedError."""
        done = subprocess.run(
            [sys.executable, "-m", *command], capture_output=True, text=True, check=False
        )
        if done.returncode != 0 and not may_fail:
            raise ChildFailedError(f"{name} failed:\n{done.stdout}{done.stderr}".rstrip())
        return done.stdout

    def wait_ready(self, name: str, limit_s: float) -> str:
        """The child's line that starts with READY, without that word."""
        process = next(process for known, process, _ in self._running if known == name)
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            for line in self.log(name).splitlines():
                if line.startswith(READY):
                    return line.removeprefix(READY).strip()
            if process.poll() is not None:
                break
            time.sleep(0.1)
        raise ChildFailedError(f"{name} did not get ready:\n{self.log(name)[-2000:]}")

    def log(self, name: str) -> str:
        return (self._logs / f"{name}.log").read_text(errors="replace")

    def dead(self) -> list[str]:
        """Names of children that ended without being asked."""
        return [name for name, process, _ in self._running if process.poll() is not None]

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End one child and wait for it."""
        for entry in [entry for entry in self._running if entry[0] == name]:
            self._running.remove(entry)
            _end(entry[1], how)
            entry[2].close()

    def stop_all(self) -> None:
        for name, _, _ in reversed(self._running.copy()):
            self.stop(name)


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
