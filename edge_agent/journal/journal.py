"""The journal: one writer's thread, deeds in groups, one COMMIT for many, readers beside it.

A result is handed out only after the COMMIT, so that whoever holds one may start the print or the
charge it speaks of. Nothing that matters is decided on a read connection.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import structlog

from edge_agent.journal import highwater
from edge_agent.journal.connection import (
    JOURNAL_FILE,
    Connect,
    Connection,
    connect,
    open_reader,
    open_writer,
)
from edge_agent.journal.errors import CommitError, JournalError, NotEnrolledError
from edge_agent.journal.migrations import MIGRATIONS
from edge_agent.journal.writer import Deed, Head, Stamp, Writer

T = TypeVar("T")
GROUP_MAX = 64
READERS_MAX = 4
INSIST_S = 1.0


class _Job(NamedTuple):
    deed: Deed[Any]
    future: "Future[Any]"


class Journal:
    """The open journal of one totem. Thread-safe; ``start`` before use, ``stop`` when done."""

    def __init__(
        self, data_dir: Path, key: bytes, stamp: Callable[[], Stamp], connect_to: Connect = connect
    ) -> None:
        self._path = data_dir / JOURNAL_FILE
        self._key = key
        self._stamp = stamp
        self._connect = connect_to
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._readers: queue.SimpleQueue[Connection | None] = queue.SimpleQueue()
        """None once stopped: whoever comes too late hears of it and does not wait for ever."""

        self._thread = threading.Thread(target=self._write_loop, name="journal", daemon=True)
        self._on_commit: list[Callable[[], None]] = []
        self._high_water = highwater.HighWater(data_dir)
        self._log = structlog.get_logger("journal")

    def start(self) -> None:
        """Open, migrate, find the head, start the writer. Raises JournalError."""
        db = open_writer(self._path, self._key, self._connect)
        MIGRATIONS.apply(db)
        self._writer = Writer(db, self._stamp)
        for _ in range(READERS_MAX):
            self._readers.put(open_reader(self._path, self._key, self._connect))
        self._thread.start()

    def stop(self) -> None:
        """Finish what was asked, note the high water, close. Idempotent."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join(10)

    def behind_high_water(self) -> bool:
        """Whether this database is older than one this machine has already seen: a restored
        backup.
        """
        head = self._writer.head
        return head is not None and self._high_water.is_ahead_of(head.epoch, head.seq, self.hash_at)

    def on_commit(self, told: Callable[[], None]) -> None:
        """``told`` is called on the writer's thread after every COMMIT; it must not block."""
        self._on_commit.append(told)

    def submit(self, deed: Deed[T]) -> "Future[T]":
        """Queue a deed; the future resolves after its COMMIT."""
        future: Future[T] = Future()
        self._jobs.put(_Job(deed, future))
        return future

    async def do(self, deed: Deed[T]) -> T:
        """Run a deed from the event loop."""
        return await asyncio.wrap_future(self.submit(deed))

    async def insist(self, deed: Deed[T]) -> T:
        """The same for what has happened already and cannot be called back: until the disk takes
        it.
        """
        while True:
            try:
                return await self.do(deed)
            except CommitError as error:
                self._log.error("not written, tried again", reason=str(error))
                await asyncio.sleep(INSIST_S)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only connection inside one snapshot. Raises JournalError once stopped."""
        connection = self._readers.get()
        if connection is None:
            self._readers.put(None)
            raise JournalError("the journal is stopped")
        try:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")
        finally:
            self._readers.put(connection)

    def head(self) -> Head:
        """The committed head. Raises NotEnrolledError."""
        head = self._writer.head
        if head is None:
            raise NotEnrolledError("this totem has no epoch yet: run totem enrol")
        return head

    def hash_at(self, seq: int) -> bytes | None:
        """The hash of this epoch's event ``seq``; 0 is the genesis; None when there is no such
        event.
        """
        return self.hash_in(self.head().epoch, seq)

    def hash_in(self, epoch: int, seq: int) -> bytes | None:
        """The same in any epoch written here."""
        sql = "SELECT hash FROM journal WHERE epoch = ? AND seq = ?"
        if seq == 0:
            sql = "SELECT genesis FROM epochs WHERE epoch = ? AND ? = 0"
        with self.reading() as connection:
            row = connection.execute(sql, (epoch, seq)).fetchone()
        return None if row is None else bytes(row[0])

    def _write_loop(self) -> None:
        head = self._writer.head
        while (job := self._jobs.get()) is not None:
            self._commit_group(self._gather(job))
            head = self._writer.head
            if head is not None and self._jobs.empty():
                self._high_water.note(head.epoch, head.seq, head.hash)
        if head is not None:
            self._high_water.write(head.epoch, head.seq, head.hash)
        while not self._readers.empty():
            if (reader := self._readers.get()) is not None:
                reader.close()
        self._readers.put(None)
        self._writer.db.close()

    def _gather(self, first: _Job) -> list[_Job]:
        group = [first]
        while len(group) < GROUP_MAX:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            group.append(job)
        return group

    def _commit_group(self, asked: list[_Job]) -> None:
        group = [job for job in asked if job.future.set_running_or_notify_cancel()]
        try:
            results = self._writer.commit([job.deed for job in group])
        except CommitError as error:
            for job in group:
                job.future.set_exception(error)
            return
        for told in self._on_commit:
            told()
        for job, result in zip(group, results, strict=True):
            if isinstance(result, Exception):
                job.future.set_exception(result)
            else:
                job.future.set_result(result)
