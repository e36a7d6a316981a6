"""A disk that refuses what is written while it is told to."""

from pathlib import Path

from edge_agent.journal.connection import Connection, OperationalError, connect


class FailingDisk:
    """``connect`` is for a journal; only its writer fails, at statements that begin like ``at``.
    ``refused`` counts them.
    """

    def __init__(self, at: str = "COMMIT") -> None:
        self.at = at
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
        if self._disk.fails and sql.startswith(self._disk.at):
            self._disk.refused += 1
            raise OperationalError("disk I/O error")
        return self._inner.execute(sql, *values)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)
