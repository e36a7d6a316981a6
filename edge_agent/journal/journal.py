"""The journal: one writer, deeds in groups, one COMMIT for many.

A deed is a plain function ``(Writing) -> result``. It decides on current rows and appends events;
the writer gives each event its seq and hash inside the transaction. A deed's own error undoes only
that deed; a failed COMMIT undoes the whole group. A result is handed out only after the COMMIT, so
that whoever holds one may start the print or the charge it speaks of. Nothing that matters is
decided on a read connection.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from msgspec import json
from sqlite_utils import Database

from edge_agent.journal import highwater, projections
from edge_agent.journal.connection import (
    JOURNAL_FILE,
    Connect,
    Connection,
    DatabaseError,
    connect,
    open_reader,
    open_writer,
)
from edge_agent.journal.errors import CommitError, JournalError, NotEnrolledError
from edge_agent.journal.migrations import MIGRATIONS
from sync_protocol import chain, codec
from sync_protocol.events import Body, EpochOpened, Event, encode_body
from sync_protocol.ids import name_of
from sync_protocol.messages import Grant

T = TypeVar("T")
GROUP_MAX = 64
READERS_MAX = 4


class Stamp(NamedTuple):
    """What time it is for one deed."""

    wall_ms: int
    mono_ms: int
    boot_id: str
    business_day: str


class Head(NamedTuple):
    """Where the journal ends: totem, epoch, last seq and its hash (the genesis at seq 0)."""

    totem: str
    epoch: int
    seq: int
    hash: bytes
    series: str


class Writing:
    """What a deed works with: current rows and the pen. Lives for one deed."""

    def __init__(self, db: Database, head: Head | None, stamp: Stamp) -> None:
        self.db = db
        self.stamp = stamp
        self._head = head

    @property
    def head(self) -> Head:
        """Raises NotEnrolledError before the first epoch."""
        if self._head is None:
            raise NotEnrolledError("this totem has no epoch yet: run totem enrol")
        return self._head

    @head.setter
    def head(self, head: Head) -> None:
        self._head = head

    def append(self, body: Body) -> str:
        """Write one event and fold it into the projections; returns the event's name."""
        head = self.head
        event = Event(
            seq=head.seq + 1,
            type=type(body).__name__,
            tver=1,
            wall_ms=self.stamp.wall_ms,
            boot_id=self.stamp.boot_id,
            mono_ms=self.stamp.mono_ms,
            business_day=self.stamp.business_day,
            body=encode_body(body),
        )
        codec.check_event(event)
        digest = chain.event_hash(head.hash, event)
        self.db.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                head.epoch,
                event.seq,
                digest,
                event.type,
                event.tver,
                event.wall_ms,
                event.boot_id,
                event.mono_ms,
                event.business_day,
                event.body,
            ),
        )
        name = name_of(head.totem, head.epoch, event.seq, digest)
        self._head = head._replace(seq=event.seq, hash=digest)
        projections.apply(
            self.db,
            projections.Written(name, head.epoch, event.seq, event.business_day, body),
        )
        return name

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found: tuple[Any, ...] | None = self.db.execute(sql, values).fetchone()
        return found

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.db.execute(sql, values).fetchall()
        return found


Deed = Callable[[Writing], T]


class _Job(NamedTuple):
    deed: Callable[[Writing], Any]
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
        self._readers: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_loop, name="journal", daemon=True)
        self._head: Head | None = None
        self._on_commit: list[Callable[[], None]] = []
        self._high_water = highwater.HighWater(data_dir)

    def start(self) -> None:
        """Open, migrate, find the head, start the writer. Raises JournalError."""
        self._db = open_writer(self._path, self._key, self._connect)
        MIGRATIONS.apply(self._db)
        self._head = _find_head(self._db)
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
        return self._head is not None and self._high_water.is_ahead_of(
            self._head.epoch, self._head.seq, self.hash_at
        )

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

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only connection inside one snapshot."""
        connection = self._readers.get()
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
        if self._head is None:
            raise NotEnrolledError("this totem has no epoch yet: run totem enrol")
        return self._head

    def hash_at(self, seq: int) -> bytes | None:
        """The hash of this epoch's event ``seq``; 0 is the genesis; None when there is no such
        event.
        """
        with self.reading() as connection:
            if seq == 0:
                sql = "SELECT genesis FROM epochs WHERE epoch = ?"
                row = connection.execute(sql, (self.head().epoch,)).fetchone()
            else:
                sql = "SELECT hash FROM journal WHERE epoch = ? AND seq = ?"
                row = connection.execute(sql, (self.head().epoch, seq)).fetchone()
        return None if row is None else bytes(row[0])

    def _write_loop(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._commit_group(self._gather(job))
            if self._head is not None and self._jobs.empty():
                self._high_water.note(self._head.epoch, self._head.seq, self._head.hash)
        if self._head is not None:
            self._high_water.write(self._head.epoch, self._head.seq, self._head.hash)
        while not self._readers.empty():
            self._readers.get().close()
        self._db.close()

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

    def _commit_group(self, group: list[_Job]) -> None:
        head = self._head
        done: list[tuple[_Job, Any]] = []
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for job in group:
                outcome = self._one(job, head)
                if outcome is not None:
                    head, result = outcome
                    done.append((job, result))
            self._db.execute("COMMIT")
        except DatabaseError as error:
            self._undo(error, group)
            return
        self._head = head
        for told in self._on_commit:
            told()
        for job, result in done:
            job.future.set_result(result)

    def _one(self, job: _Job, head: Head | None) -> tuple[Head | None, Any] | None:
        """Run one deed in its savepoint; None when it failed and was undone."""
        writing = Writing(self._db, head, self._stamp())
        self._db.execute("SAVEPOINT deed")
        try:
            result = job.deed(writing)
        except Exception as error:  # noqa: BLE001 - a deed's own error belongs to its caller
            self._db.execute("ROLLBACK TO deed")
            self._db.execute("RELEASE deed")
            job.future.set_exception(error)
            return None
        self._db.execute("RELEASE deed")
        return writing._head, result

    def _undo(self, error: Exception, group: list[_Job]) -> None:
        if self._db.conn.in_transaction:
            self._db.execute("ROLLBACK")
        for job in group:
            if not job.future.done():
                job.future.set_exception(CommitError(str(error)))


def open_epoch(grant: Grant) -> Deed[str]:
    """The deed that starts an epoch: central's grant is its first event. Idempotent per epoch."""

    def deed(writing: Writing) -> str:
        row = writing.row("SELECT grant_json FROM epochs WHERE epoch = ?", grant.epoch)
        encoded = json.encode(grant)
        if row is not None:
            if bytes(row[0]) != encoded:
                raise JournalError(f"epoch {grant.epoch} is already open under another grant")
            return ""
        genesis = chain.genesis(grant)
        writing.db.execute(
            "INSERT INTO epochs VALUES (?, ?, ?, ?)", (grant.epoch, encoded, genesis, grant.series)
        )
        writing.head = Head(grant.totem, grant.epoch, 0, genesis, grant.series)
        return writing.append(EpochOpened(encoded.decode(), grant.instance_id))

    return deed


def _find_head(db: Database) -> Head | None:
    epoch = db.execute(
        "SELECT epoch, grant_json, genesis, series FROM epochs ORDER BY epoch DESC LIMIT 1"
    ).fetchone()
    if epoch is None:
        return None
    totem = json.decode(epoch[1], type=Grant).totem
    last = db.execute(
        "SELECT seq, hash FROM journal WHERE epoch = ? ORDER BY seq DESC LIMIT 1", (epoch[0],)
    ).fetchone()
    seq, digest = (0, epoch[2]) if last is None else last
    return Head(totem, epoch[0], seq, bytes(digest), epoch[3])
