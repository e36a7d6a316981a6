"""The pen: deeds become events, rows and one COMMIT. No threads, no clock, no device.

A deed is a plain function ``(Writing) -> result``. It decides on current rows and appends events;
each event gets its seq and hash inside the transaction. A deed's own error undoes only that deed; a
storage that fails undoes the whole group.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol, TypeVar

from msgspec import json, structs
from sqlite_utils import Database

from edge_agent.journal import projections
from edge_agent.journal.connection import Connection, DatabaseError, OperationalError
from edge_agent.journal.errors import CommitError, JournalError, NotEnrolledError
from edge_agent.journal.rows import values_of
from sync_protocol import accounts, chain, codec
from sync_protocol.errors import RemoteProtocolError
from sync_protocol.events import Body, EpochOpened, Event, Origin, decode_body, encode_body
from sync_protocol.ids import name_of
from sync_protocol.messages import Grant

T = TypeVar("T")


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
        stamp = self.stamp
        event = Event(
            seq=self.head.seq + 1,
            type=type(body).__name__,
            tver=1,
            wall_ms=stamp.wall_ms,
            boot_id=stamp.boot_id,
            mono_ms=stamp.mono_ms,
            business_day=stamp.business_day,
            body=encode_body(body),
        )
        name = self._put(event)
        head = self.head
        projections.apply(
            self.db, projections.Written(name, head.epoch, head.seq, event.business_day, body)
        )
        return name

    def append_again(self, event: Event, origin: Origin) -> None:
        """Write an event of an earlier epoch once more, as made, under where it was first written.

        The rows it made are there already; only this epoch's sums have it new.
        """
        self._put(structs.replace(event, seq=self.head.seq + 1, origin=origin))
        try:
            gained = accounts.settled(decode_body(event.type, event.tver, event.body))
        except RemoteProtocolError:
            return
        if gained is not None:
            projections.add_settled(self.db, self.head.epoch, *gained)

    def _put(self, event: Event) -> str:
        """One row at the head; returns the name of its place."""
        codec.check_event(event)
        head = self.head
        digest = chain.event_hash(head.hash, event)
        self.db.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (head.epoch, event.seq, digest, *values_of(event)),
        )
        self._head = head._replace(seq=event.seq, hash=digest)
        return name_of(head.totem, head.epoch, event.seq, digest)

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found: tuple[Any, ...] | None = self.db.execute(sql, values).fetchone()
        return found

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.db.execute(sql, values).fetchall()
        return found


Deed = Callable[[Writing], T]


class Book(Protocol):
    """A journal as the sync side of this package needs it: reads, and deeds run by the one pen."""

    def head(self) -> Head: ...

    def hash_at(self, seq: int) -> bytes | None: ...

    def hash_in(self, epoch: int, seq: int) -> bytes | None: ...

    def reading(self) -> AbstractContextManager[Connection]: ...

    def submit(self, deed: Deed[T]) -> "Future[T]": ...


class Writer:
    """The one writing connection with the head it knows. One caller at a time."""

    def __init__(self, db: Database, stamp: Callable[[], Stamp]) -> None:
        self.db = db
        self._stamp = stamp
        self.head = _find_head(db)

    def commit(self, deeds: Sequence[Deed[Any]]) -> list[Any]:
        """Run deeds in one transaction: each one's result, or the exception that undid it alone.

        Raises CommitError, and then nothing of the group happened.
        """
        head = self.head
        results: list[Any] = []
        try:
            self.db.execute("BEGIN IMMEDIATE")
            for deed in deeds:
                head, result = self._one(deed, head)
                results.append(result)
            self.db.execute("COMMIT")
        except DatabaseError as error:
            if self.db.conn.in_transaction:
                self.db.execute("ROLLBACK")
            raise CommitError(str(error)) from error
        self.head = head
        return results

    def _one(self, deed: Deed[Any], head: Head | None) -> tuple[Head | None, Any]:
        """Run one deed in its savepoint; its error comes back as the result, undone. Raises
        OperationalError: that is nobody's deed.
        """
        writing = Writing(self.db, head, self._stamp())
        self.db.execute("SAVEPOINT deed")
        try:
            result = deed(writing)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - a deed's own error belongs to its caller
            self.db.execute("ROLLBACK TO deed")
            self.db.execute("RELEASE deed")
            return head, error
        self.db.execute("RELEASE deed")
        return writing._head, result


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
