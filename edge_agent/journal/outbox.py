"""The journal as the sync job sees it: what central does not hold yet, its acks, and the feed's
cursor.

The outbox is no table: it is the journal after the newest ack. Implements
``edge_agent.sync.ports.SyncJournal``.
"""

from hashlib import sha256

from msgspec import json

from edge_agent.journal.commands import deliver
from edge_agent.journal.rows import EVENT_COLUMNS, event_of
from edge_agent.journal.seals import keep_answers
from edge_agent.journal.writer import Book, Writing
from sync_protocol.backoff import Backoff
from sync_protocol.errors import RemoteProtocolError
from sync_protocol.events import CatalogueApplied, Event
from sync_protocol.feed import FeedItem, FeedPage
from sync_protocol.messages import Ack, Applied, Declared, SealAnswer
from sync_protocol.uplink import Run

EVENT_OVERHEAD_BYTES = 128
INCIDENTS_KEPT = 200


class Outbox:
    """Positions, runs of events and the feed of one journal. Every call blocks for a moment."""

    def __init__(self, journal: Book) -> None:
        self._journal = journal

    def identity(self) -> tuple[str, int]:
        head = self._journal.head()
        return head.totem, head.epoch

    def head(self) -> tuple[int, bytes]:
        head = self._journal.head()
        return head.seq, head.hash

    def hash_at(self, seq: int) -> bytes | None:
        return self._journal.hash_at(seq)

    def acked_seq(self) -> int:
        """The newest ack of this epoch, 0 before the first."""
        sql = "SELECT seq FROM acks WHERE epoch = ? ORDER BY server_gen DESC, seq DESC LIMIT 1"
        with self._journal.reading() as connection:
            row = connection.execute(sql, (self._journal.head().epoch,)).fetchone()
        return 0 if row is None else int(row[0])

    def hash_in(self, epoch: int, seq: int) -> bytes | None:
        return self._journal.hash_in(epoch, seq)

    def epochs(self) -> list[tuple[int, int]]:
        sql = "SELECT epoch, max(seq) FROM journal GROUP BY epoch ORDER BY epoch"
        with self._journal.reading() as connection:
            return [(epoch, seq) for epoch, seq in connection.execute(sql).fetchall()]

    def run(self, epoch: int, run: Run, bytes_max: int) -> list[Event]:
        """Up to ``run.size`` consecutive events from ``run.from_seq`` within ``bytes_max``; at
        least one if any.
        """
        sql = (
            f"SELECT {EVENT_COLUMNS} FROM journal WHERE epoch = ? AND seq >= ? ORDER BY seq LIMIT ?"
        )
        with self._journal.reading() as connection:
            rows = connection.execute(sql, (epoch, run.from_seq, run.size)).fetchall()
        events: list[Event] = []
        size = 0
        for row in rows:
            size += len(row[7]) + EVENT_OVERHEAD_BYTES
            if events and size > bytes_max:
                break
            events.append(event_of(row))
        return events

    def declared(self) -> Declared:
        """The true head and the settled sums at exactly that head."""
        epoch = self._journal.head().epoch
        with self._journal.reading() as connection:
            seq, digest = connection.execute(
                "SELECT seq, hash FROM journal WHERE epoch = ? ORDER BY seq DESC LIMIT 1", (epoch,)
            ).fetchone()
            sums = connection.execute(
                "SELECT method, settled_minor FROM sums WHERE epoch = ? ORDER BY method", (epoch,)
            ).fetchall()
        return Declared(seq, bytes(digest), dict(sums))

    def store_ack(self, ack: Ack) -> None:
        """Keep central's promise for ever. A repeated ack changes nothing."""

        def deed(writing: Writing) -> None:
            row = writing.row(
                "SELECT hash FROM journal WHERE epoch = ? AND seq = ?", ack.epoch, ack.seq
            )
            if ack.seq and (row is None or bytes(row[0]) != ack.hash):
                raise RemoteProtocolError(f"the ack of seq {ack.seq} does not fit this journal")
            writing.db.execute(
                "INSERT INTO acks VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (
                    ack.epoch,
                    ack.seq,
                    ack.hash,
                    ack.server_gen,
                    ack.key_id,
                    ack.sig,
                    writing.stamp.wall_ms,
                ),
            )

        if ack.seq > self.acked_seq() or ack.seq == 0:
            self._journal.submit(deed).result()

    def keep_seal_answers(self, answers: list[SealAnswer]) -> None:
        """What central found of the seals it was sent."""
        self._journal.submit(keep_answers(answers)).result()

    def keep_set_aside(self, epoch: int, seqs: list[int]) -> None:
        """Events that central holds and could not post: shown to technicians."""

        def deed(writing: Writing) -> None:
            for seq in seqs:
                writing.db.execute("INSERT OR IGNORE INTO set_aside VALUES (?, ?)", (epoch, seq))

        self._journal.submit(deed).result()

    def applied(self) -> dict[str, Applied]:
        with self._journal.reading() as connection:
            cursor = connection.execute("SELECT scope, version FROM feed_cursor").fetchall()
            return {
                scope: Applied(version, _digest(connection, scope)) for scope, version in cursor
            }

    def feed_cursor(self) -> dict[str, int]:
        with self._journal.reading() as connection:
            return dict(connection.execute("SELECT scope, version FROM feed_cursor").fetchall())

    def feed_gen(self) -> int:
        """Central's generation that the cursor is of; 0 before the first page."""
        sql = "SELECT value FROM sync_state WHERE key = 'feed_gen'"
        with self._journal.reading() as connection:
            row = connection.execute(sql).fetchone()
        return 0 if row is None else json.decode(row[0], type=int)

    def replace_feed(self, page: FeedPage) -> None:
        """A snapshot in place of everything read before."""

        def deed(writing: Writing) -> None:
            writing.db.execute("DELETE FROM feed_items")
            writing.db.execute("DELETE FROM feed_cursor")
            _apply_page(writing, page)

        self._journal.submit(deed).result()

    def apply_feed(self, page: FeedPage) -> None:
        """A whole page and its cursor in one transaction; each scope that moved is journaled."""
        self._journal.submit(lambda writing: _apply_page(writing, page)).result()

    def backoff(self) -> Backoff:
        sql = "SELECT value FROM sync_state WHERE key = 'backoff'"
        with self._journal.reading() as connection:
            row = connection.execute(sql).fetchone()
        return Backoff() if row is None else json.decode(row[0], type=Backoff)

    def save_backoff(self, state: Backoff) -> None:
        def deed(writing: Writing) -> None:
            writing.db.execute(
                "INSERT OR REPLACE INTO sync_state VALUES ('backoff', ?)", (json.encode(state),)
            )

        self._journal.submit(deed).result()

    def note_incident(self, kind: str, detail: str) -> None:
        """Something a technician should read; only the newest are kept."""

        def deed(writing: Writing) -> None:
            writing.db.execute(
                "INSERT INTO sync_incidents (kind, detail, wall_ms) VALUES (?, ?, ?)",
                (kind, detail, writing.stamp.wall_ms),
            )
            writing.db.execute(
                "DELETE FROM sync_incidents WHERE id <= (SELECT max(id) FROM sync_incidents) - ?",
                (INCIDENTS_KEPT,),
            )

        self._journal.submit(deed).result()


def _apply_page(writing: Writing, page: FeedPage) -> None:
    for item in page.items:
        _apply_item(writing, item)
    for scope, version in page.cursor.items():
        row = writing.row("SELECT version FROM feed_cursor WHERE scope = ?", scope)
        if row is not None and row[0] >= version:
            continue
        writing.db.execute(
            "INSERT INTO feed_cursor VALUES (?, ?) ON CONFLICT DO UPDATE "
            "SET version = excluded.version",
            (scope, version),
        )
        if version:
            writing.append(CatalogueApplied(scope, version, _digest(writing.db, scope)))
    if page.server_gen:
        writing.db.execute(
            "INSERT OR REPLACE INTO sync_state VALUES ('feed_gen', ?)",
            (json.encode(page.server_gen),),
        )


def _apply_item(writing: Writing, item: FeedItem) -> None:
    if item.kind == "put":
        writing.db.execute(
            "INSERT INTO feed_items VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "version = excluded.version, body = excluded.body, hash = excluded.hash "
            "WHERE excluded.version > version",
            (item.scope, item.key, item.version, item.body, item.hash),
        )
    elif item.kind == "del":
        writing.db.execute(
            "DELETE FROM feed_items WHERE scope = ? AND key = ? AND version < ?",
            (item.scope, item.key, item.version),
        )
    else:
        deliver(writing, item)


def _digest(connection: object, scope: str) -> str:
    """Hex SHA-256 over (key, item hash) of a scope's items in key order."""
    digest = sha256()
    sql = "SELECT key, hash FROM feed_items WHERE scope = ? ORDER BY key"
    for key, item_hash in connection.execute(sql, (scope,)):  # type: ignore[attr-defined] # two connection classes
        digest.update(key.encode() + b"\0" + bytes(item_hash))
    return digest.hexdigest()
