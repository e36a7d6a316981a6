"""A disk that refuses a COMMIT while it is told to."""

from pathlib import Path

from edge_agent.journal.connection import Connection, DatabaseError, connect


class FailingDisk:
    """``connect`` is for a journal; only its writer's commits fail. ``refused`` counts them."""

    def __init__(self) -> None:
        self.fails = False
        self.refused = 0
        self._has_writer = False

    def connect(self, path: Path, key: bytes) -> Connection:
        inner = connect(path, key)
        if self._has_writer:
            return inner
        self._has_writer = True
        return _Writer(inner, self)


class _Writer:
    def __init__(self, inner: Connection, disk: FailingDisk) -> None:
        self._inner = inner
        self._disk = disk

    def execute(self, sql: str, *values: object) -> Connection:
        if self._disk.fails and sql == "COMMIT":
            self._disk.refused += 1
            raise DatabaseError("disk I/O error")
        return self._inner.execute(sql, *values)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)
