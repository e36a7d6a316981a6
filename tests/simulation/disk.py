"""A totem's disk in memory: the product's own journal code on SQLite, and power cuts at will.

``cut`` counts down over durable writes; at nought the machine dies, before or after the COMMIT.
What was committed stays, as on a disk that keeps its word (tests.powercut has one that does not).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlcipher3
from sqlite_utils import Database

from edge_agent.journal.connection import Connection
from edge_agent.journal.errors import CommitError
from edge_agent.journal.highwater import Mark
from edge_agent.journal.migrations import MIGRATIONS
from edge_agent.journal.writer import Deed, Head, Stamp, Writer

T = TypeVar("T")


class PowerCut(BaseException):
    """The machine is off. Nothing may catch this but the world."""


def _connect() -> Connection:
    connection = sqlcipher3.connect(
        ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512
    )
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _template() -> Connection:
    connection = _connect()
    MIGRATIONS.apply(Database(connection, execute_plugins=False))
    return connection


_EMPTY = _template()


class Disk:
    """What survives a power cut: the database and the high-water mark beside it."""

    def __init__(self, source: Connection = _EMPTY, mark: Mark | None = None) -> None:
        self.connection = _connect()
        source.backup(self.connection)
        self.mark = mark

    def copy(self) -> "Disk":
        """A backup, or a clone."""
        return Disk(self.connection, self.mark)


class DirectJournal:
    """The journal of a machine that is on. Implements edge_agent.journal.writer.Book."""

    def __init__(self, disk: Disk, stamp: Callable[[], Stamp]) -> None:
        if disk.connection.in_transaction:
            disk.connection.execute("ROLLBACK")
        self.disk = disk
        self.writer = Writer(Database(disk.connection, execute_plugins=False), stamp)
        self.writes = 0
        self.cut: int | None = None
        self.is_full = False

    def head(self) -> Head:
        head = self.writer.head
        assert head is not None, "a simulated totem is enrolled"
        return head

    def hash_at(self, seq: int) -> bytes | None:
        return self.hash_in(self.head().epoch, seq)

    def hash_in(self, epoch: int, seq: int) -> bytes | None:
        sql = "SELECT hash FROM journal WHERE epoch = ? AND seq = ?"
        if seq == 0:
            sql = "SELECT genesis FROM epochs WHERE epoch = ? AND ? = 0"
        row = self.disk.connection.execute(sql, (epoch, seq)).fetchone()
        return None if row is None else bytes(row[0])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self.disk.connection

    def submit(self, deed: Deed[T]) -> "Future[T]":
        self._tick()
        future: Future[T] = Future()
        if self.is_full:
            future.set_exception(CommitError("database or disk is full"))
            return future
        before = self.writer.head
        result: Any = self.writer.commit([deed])[0]
        if self.writer.head != before:
            self.writes += 1
        self._tick()
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
        return future

    def note_mark(self) -> None:
        """What an idle writer does: remember outside the database how far it is."""
        head = self.head()
        self.disk.mark = Mark(head.epoch, head.seq, head.hash)

    def behind_mark(self) -> bool:
        head, mark = self.head(), self.disk.mark
        return mark is not None and mark.is_ahead_of(head.epoch, head.seq, self.hash_at)

    def _tick(self) -> None:
        """Half a durable write went by."""
        if self.cut is not None:
            self.cut -= 1
            if self.cut < 0:
                self.cut = None
                raise PowerCut
