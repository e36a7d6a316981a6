"""Where a sale can be cut: around every COMMIT, and around every byte that goes to or comes from a
device.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from edge_agent.devices.ports import Wire
from edge_agent.devices.wire import wire_for
from edge_agent.journal.connection import Connection, connect


class Cuts:
    """Counts the steps of this process and kills it, unasked and unflushed, at step ``at``.

    ``tell`` gets the name of every step as it is reached, before it may be the last.
    """

    def __init__(self, at: int, tell: Callable[[str], None]) -> None:
        self._at = at
        self._tell = tell
        self.reached = 0
        self.armed = False

    def step(self, name: str) -> None:
        if not self.armed:
            return
        self.reached += 1
        self._tell(name)
        if self.reached == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def connect(self, path: Path, key: bytes) -> Connection:
        """For ``Journal``: a connection cut before and after its commits."""
        return _CutConnection(connect(path, key), self)

    def wire_for(self, address: str) -> Wire:
        """For a supervisor: a wire cut around every write and every read that brought something."""
        return _CutWire(wire_for(address), self)


class _CutConnection:
    def __init__(self, inner: Connection, cuts: Cuts) -> None:
        self._inner = inner
        self._cuts = cuts

    def execute(self, sql: str, *values: object) -> Connection:
        if sql != "COMMIT" or not self._inner.in_transaction or self._is_reader():
            return self._inner.execute(sql, *values)
        self._cuts.step("commit:before")
        result = self._inner.execute(sql, *values)
        self._cuts.step("commit:after")
        return result

    def _is_reader(self) -> bool:
        return bool(self._inner.execute("PRAGMA query_only").fetchone()[0])

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


class _CutWire:
    def __init__(self, inner: Wire, cuts: Cuts) -> None:
        self._inner = inner
        self._cuts = cuts
        self.name = inner.name

    def open(self) -> None:
        self._inner.open()

    def close(self) -> None:
        self._inner.close()

    def write(self, data: bytes, deadline_s: float) -> None:
        self._cuts.step(f"{self.name}:write:before")
        self._inner.write(data, deadline_s)
        self._cuts.step(f"{self.name}:write:after")

    def read(self, most: int, deadline_s: float) -> bytes:
        data = self._inner.read(most, deadline_s)
        if data:
            self._cuts.step(f"{self.name}:read")
        return data
