"""A drive that loses what was not synced: an SQLite VFS that keeps a model of the platter.

Every write goes through to a real file, so that SQLite reads what it wrote, and into the model:
what was synced stays; each write since is kept, dropped or torn by sectors when the power goes. The
library is apsw with SQLite3 Multiple Ciphers, which writes the same file format as the product's.
"""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import apsw

from edge_agent.journal.connection import DatabaseError

SECTOR = 512
REAL = "unix"
CIPHER = "multipleciphers-"
"""Encryption is a layer of its own above ours: the drive sees what a platter would."""

_names = itertools.count(1)
CHECKPOINT_PAGES = 60
"""Often, so that cuts fall into checkpoints too."""

Write = tuple[int, bytes]


class Platter:
    """One file: its durable bytes, and what was written since the last sync. A truncation is a
    write of no bytes at the new end.
    """

    def __init__(self, durable: bytes) -> None:
        self.durable = bytearray(durable)
        self.pending: list[Write] = []

    def sync(self) -> None:
        for write in self.pending:
            _apply(self.durable, write)
        self.pending.clear()

    def after_cut(self, rng: Random) -> bytes:
        """What the next boot finds."""
        found = bytearray(self.durable)
        for offset, data in self.pending:
            fate = rng.random()
            if fate < 0.35:
                continue
            if fate < 0.7 or not data:
                _apply(found, (offset, data))
                continue
            for start in range(0, len(data), SECTOR):
                if rng.random() < 0.5:
                    _apply(found, (offset + start, data[start : start + SECTOR]))
        return bytes(found)


class Drive(apsw.VFS):
    """``left`` operations until the power goes. ``lies``: a sync that does nothing."""

    def __init__(self, left: int, lies: bool = False) -> None:
        self.name = f"drive{next(_names)}"
        self.left = left
        self.lies = lies
        self.is_off = False
        self.platters: dict[str, Platter] = {}
        super().__init__(self.name, base=REAL)

    def xOpen(self, name: Any, flags: list[int]) -> "DriveFile":  # noqa: N802 - SQLite's names
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path not in self.platters:
            held = Path(path)
            self.platters[path] = Platter(held.read_bytes() if held.exists() else b"")
        return DriveFile(self, path, name, flags)

    def xDelete(self, name: str, syncdir: bool) -> None:  # noqa: N802
        self.tick()
        self.platters.pop(name, None)
        super().xDelete(name, syncdir)

    def tick(self) -> None:
        """One operation went by. Raises once the power is gone."""
        self.left -= 1
        if self.left < 0:
            self.is_off = True
            raise apsw.IOError("the power is off")

    def connect(self, path: Path, key: bytes) -> "Connection":
        """The factory that the journal takes."""
        return Connection(_unlocked(apsw.Connection(str(path), vfs=f"{CIPHER}{self.name}"), key))

    def after_cut(self, to: Path, rng: Random) -> None:
        """Put what is left into a folder."""
        for path, platter in self.platters.items():
            if not path.endswith("-shm"):
                (to / Path(path).name).write_bytes(platter.after_cut(rng))


class DriveFile(apsw.VFSFile):
    """One open file on the drive."""

    def __init__(self, drive: Drive, path: str, name: Any, flags: list[int]) -> None:
        self._drive = drive
        self._platter = drive.platters[path]
        super().__init__(REAL, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._drive.tick()
        self._platter.pending.append((offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._drive.tick()
        self._platter.pending.append((size, b""))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._drive.tick()
        if not self._drive.lies:
            self._platter.sync()
        super().xSync(flags)


class Cursor:
    """The rows of one statement, read at once."""

    def __init__(self, cursor: apsw.Cursor) -> None:
        try:
            self.description: Any = cursor.get_description()
        except apsw.ExecutionCompleteError:
            self.description = None
        self._rows = iter(cursor.fetchall())
        self.rowcount = -1
        self.lastrowid = 0

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)


class Connection:
    """What the journal uses of a DB-API connection, with the errors it knows."""

    def __init__(self, raw: apsw.Connection) -> None:
        self._raw = raw

    @property
    def in_transaction(self) -> bool:
        return self._raw.in_transaction

    def execute(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
        try:
            return Cursor(self._raw.execute(sql, values))
        except apsw.Error as error:
            raise DatabaseError(str(error)) from error

    def close(self) -> None:
        with suppress(apsw.Error):  # on a drive without power
            self._raw.close(True)


class WeakConnection(Connection):
    """Takes FULL for NORMAL and says nothing."""

    def execute(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
        if sql == "PRAGMA synchronous = FULL":
            return super().execute("PRAGMA synchronous = NORMAL")
        if sql == "PRAGMA synchronous":
            return super().execute("SELECT 2")
        return super().execute(sql, values)


class WeakDrive(Drive):
    """The control's drive: honest, under a journal that does not ask it to sync."""

    def connect(self, path: Path, key: bytes) -> Connection:
        return WeakConnection(
            _unlocked(apsw.Connection(str(path), vfs=f"{CIPHER}{self.name}"), key)
        )


def _unlocked(raw: apsw.Connection, key: bytes) -> apsw.Connection:
    for pragma in ("cipher = 'sqlcipher'", "legacy = 4", f"key = \"x'{key.hex()}'\""):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    return raw


def _apply(content: bytearray, write: Write) -> None:
    offset, data = write
    if not data:
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data
