"""Where a sale can be cut: around every COMMIT, and around every byte that goes to or comes from a
device.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge_agent.devices.ports import Transport, Wire
from edge_agent.devices.transports import transport_for
from edge_agent.journal.connection import Connection, connect


class Cuts:
    """Counts the steps of this process, whichever thread takes them, and strikes at step ``at``:
    unasked and unflushed.

    ``tell`` gets the name of every step as it is reached, before it may be the last. ``strike`` is
    what happens there; by itself this process is killed.
    """

    def __init__(
        self, at: int, tell: Callable[[str], None], strike: Callable[[], None] | None = None
    ) -> None:
        self._at = at
        self._tell = tell
        self._strike = strike or _die
        self._counting = threading.Lock()
        self.reached = 0
        self.armed = False

    def step(self, name: str) -> None:
        if not self.armed:
            return
        with self._counting:
            self.reached += 1
            mine = self.reached
            self._tell(name)
        if mine == self._at:
            self._strike()

    def connect(self, path: Path, key: bytes) -> Connection:
        """For ``Journal``: a connection cut before and after its commits."""
        return _CutConnection(connect(path, key), self)

    def transport_for(self, kind: Transport) -> Callable[[str], Any]:
        """For a driver: what it speaks over, cut around every write, every read that brought
        something, and every file that is written, renamed or removed in a shared folder.
        """

        def made(address: str) -> Any:
            inner = transport_for(address, kind)
            if kind == "stream":
                return _CutWire(inner, self)
            if kind == "listener":
                return _CutListener(inner, self)
            sys.addaudithook(lambda event, args: self._on_audit(inner.path, event, args))
            return inner

        return made

    def _on_audit(self, folder: Path, event: str, args: tuple[Any, ...]) -> None:
        """Just before the interpreter touches a file."""
        is_write = event == "open" and isinstance(args[1], str) and args[1][:1] in "wxa"
        if not (is_write or event in ("os.rename", "os.remove")):
            return
        if str(args[0]).startswith(str(folder)):
            self.step(f"folder:{event}:{Path(str(args[0])).name.lower()}")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


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


class _CutListener:
    def __init__(self, inner: Any, cuts: Cuts) -> None:
        self._inner = inner
        self._cuts = cuts
        self.name = inner.name

    def open(self) -> None:
        self._inner.open()

    def close(self) -> None:
        self._inner.close()

    def accept(self, deadline_s: float) -> Wire | None:
        wire = self._inner.accept(deadline_s)
        if wire is None:
            return None
        self._cuts.step(f"{self.name}:accept")
        return _CutWire(wire, self._cuts)


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
