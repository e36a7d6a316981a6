"""Coming back after a fork or a restore: the agenda of older epochs to compare with central.

For each older epoch: ``pulling`` what central holds and this disk lost (into ``foreign_events``,
chain verified, folded into the tables, never sent again), then ``compared``; once all are compared,
what this machine wrote and central lacks is written again in the new epoch, each under the place
where it was first written, and the agenda is ``done``. Every step is one transaction and may be
repeated. Nothing written here starts a device.
"""

from collections.abc import Callable

from msgspec import json

from edge_agent.domain.machine import IllegalTransitionError
from edge_agent.journal import projections
from edge_agent.journal.connection import DatabaseError
from edge_agent.journal.errors import UnknownNameError
from edge_agent.journal.rows import EVENT_COLUMNS, event_of, values_of
from edge_agent.journal.writer import Book, Writing, open_epoch
from sync_protocol import chain
from sync_protocol.errors import RemoteProtocolError
from sync_protocol.events import OF_ONE_EPOCH, CaseOpened, Event, Origin, decode_body, sale_of
from sync_protocol.ids import name_of
from sync_protocol.messages import EpochAnswer, Grant, Held, JournalPage

AGAIN_MAX = 200
NEVER = 2**63 - 1
"""A totem in its first epoch has nothing older to compare."""

TODO_CONFLICT = (
    "This totem was set back to an older state and went on from there. Headquarters holds "
    "'{kind}' for this sale, which does not fit what this totem did later. Headquarters' record "
    "stands: compare the card slip and the printed ticket, and settle with the customer."
)
Verify = Callable[[Grant], bool]
"""Whether central signed this grant."""


class RecoveryBook:
    """The agenda of one journal. Every call blocks for a moment."""

    def __init__(self, journal: Book, verify: Verify) -> None:
        self._journal = journal
        self._verify = verify

    def heads(self) -> list[Held]:
        """The end of every epoch written here, oldest first."""
        with self._journal.reading() as connection:
            rows = connection.execute(
                "SELECT e.epoch, coalesce(j.seq, 0), coalesce(j.hash, e.genesis) FROM epochs e "
                "LEFT JOIN journal j ON j.epoch = e.epoch AND j.seq = "
                "(SELECT max(seq) FROM journal WHERE epoch = e.epoch) ORDER BY e.epoch"
            ).fetchall()
        return [Held(epoch, seq, bytes(digest)) for epoch, seq, digest in rows]

    def grants(self) -> list[Grant]:
        """Leave for every epoch written here, oldest first."""
        with self._journal.reading() as connection:
            rows = connection.execute("SELECT grant_json FROM epochs ORDER BY epoch").fetchall()
        return [json.decode(row[0], type=Grant) for row in rows]

    def nonce(self, fresh: str) -> str:
        """The nonce of the request under way; ``fresh`` when there is none yet, kept durably."""

        def deed(writing: Writing) -> str:
            row = writing.row("SELECT value FROM sync_state WHERE key = 'epoch_nonce'")
            if row is not None:
                return bytes(row[0]).decode()
            writing.db.execute(
                "INSERT INTO sync_state VALUES ('epoch_nonce', ?)", (fresh.encode(),)
            )
            return fresh

        return self._journal.submit(deed).result()

    def forget_nonce(self) -> None:
        self._journal.submit(_forget_nonce).result()

    def enrolled(self, answer: EpochAnswer) -> None:
        """At every start: open what enrolment granted, once; on a new disk of a totem that central
        knows, everything that central holds of it is to be pulled.
        """
        if answer.held and not self.grants():
            self.begin(answer)
        else:
            self._journal.submit(open_epoch(answer.grant)).result()

    def begin(self, answer: EpochAnswer) -> None:
        """Open the granted epoch and put every older one on the agenda. Idempotent.

        Raises RemoteProtocolError for a grant that central did not sign.
        """
        grant = answer.grant
        if not self._verify(grant):
            raise RemoteProtocolError(f"the grant of epoch {grant.epoch} is not signed by central")
        opened = open_epoch(grant)
        held = {it.epoch: it for it in answer.held if it.epoch < grant.epoch}

        def deed(writing: Writing) -> None:
            opened(writing)
            _forget_nonce(writing)
            writing.db.execute(
                "INSERT OR REPLACE INTO sync_state VALUES ('compared_gen', ?)",
                (json.encode(answer.server_gen),),
            )
            writing.db.execute("DELETE FROM agenda")
            writing.db.execute("UPDATE foreign_events SET held = 0")
            ours = writing.rows("SELECT epoch, genesis FROM epochs WHERE epoch < ?", grant.epoch)
            geneses = {epoch: bytes(genesis) for epoch, genesis in ours}
            for epoch in sorted({*held, *geneses}):
                there = held.get(epoch, Held(epoch, 0, b""))
                _put_on_agenda(writing, there, geneses.get(epoch, b""))

        self._journal.submit(deed).result()

    def compared_gen(self) -> int:
        """Central's generation when older epochs were last compared; without any, always newest."""
        with self._journal.reading() as connection:
            row = connection.execute(
                "SELECT value FROM sync_state WHERE key = 'compared_gen'"
            ).fetchone()
        return NEVER if row is None else json.decode(row[0], type=int)

    def is_settled(self) -> bool:
        """Whether nothing is left to compare or to write again."""
        with self._journal.reading() as connection:
            row = connection.execute("SELECT 1 FROM agenda WHERE state <> 'done'").fetchone()
        return row is None

    def wanted(self) -> tuple[int, int] | None:
        """(epoch, from_seq) of the next page to pull; None when all is compared."""
        sql = "SELECT epoch, pulled_seq FROM agenda WHERE state = 'pulling' ORDER BY epoch LIMIT 1"
        with self._journal.reading() as connection:
            row = connection.execute(sql).fetchone()
        return None if row is None else (row[0], row[1] + 1)

    def take(self, page: JournalPage) -> None:
        """Keep a page that was pulled. Raises RemoteProtocolError for one that does not continue
        what was pulled before; what does not follow our own rows is pulled from the beginning.
        """
        self._journal.submit(lambda writing: _take(writing, page, self._verify)).result()

    def take_over(self) -> None:
        """Put what central once gave back into our own chain: while a person decides, the journal
        goes to central as a whole, and nobody else may have these facts any more.
        """
        self._journal.submit(_take_over).result()

    def write_again(self) -> int:
        """Write the next of our facts that central lacks; how many were written, 0 at the end."""
        return self._journal.submit(_write_again).result()


def _forget_nonce(writing: Writing) -> None:
    writing.db.execute("DELETE FROM sync_state WHERE key = 'epoch_nonce'")


def _put_on_agenda(writing: Writing, there: Held, genesis: bytes) -> None:
    """Where our rows and central's part: at an ack at best, else to be found by pulling."""
    at = writing.row("SELECT hash FROM journal WHERE epoch = ? AND seq = ?", there.epoch, there.seq)
    is_prefix = there.seq == 0 or (at is not None and bytes(at[0]) == there.hash)
    common, digest = there.seq, there.hash
    if not is_prefix:
        acked = writing.row(
            "SELECT a.seq, a.hash FROM acks a JOIN journal j USING (epoch, seq, hash) "
            "WHERE a.epoch = ? AND a.seq < ? ORDER BY a.seq DESC LIMIT 1",
            there.epoch,
            there.seq,
        )
        common, digest = acked if acked else (0, genesis)
    writing.db.execute(
        "INSERT INTO agenda VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            there.epoch,
            there.seq,
            there.hash,
            common,
            common,
            bytes(digest),
            "compared" if is_prefix else "pulling",
        ),
    )


def _take(writing: Writing, page: JournalPage, verify: Verify) -> None:
    row = writing.row(
        "SELECT held_seq, held_hash, common_seq, pulled_seq, pulled_hash FROM agenda "
        "WHERE epoch = ? AND state = 'pulling'",
        page.epoch,
    )
    if row is None or page.from_seq != row[3] + 1 or not page.events:
        raise RemoteProtocolError(f"epoch {page.epoch} from {page.from_seq} was not asked for")
    held, common, before = Held(page.epoch, row[0], bytes(row[1])), row[2], bytes(row[4])
    if page.from_seq == 1:
        before = _genesis(page, writing.head.totem, verify)
    if page.prev_hash != before:
        _restart(writing, page)
        return
    hashes = chain.hashes(before, page.events)
    for event, digest in zip(page.events, hashes, strict=True):
        if _is_ours(writing, page.epoch, event.seq, digest):
            common = event.seq
        else:
            _keep(writing, page.epoch, event, digest)
    last = page.events[-1].seq
    if last >= held.seq and (last, hashes[-1]) != (held.seq, held.hash):
        raise RemoteProtocolError(f"epoch {page.epoch} ends at {last}, not as central said")
    writing.db.execute(
        "UPDATE agenda SET common_seq = ?, pulled_seq = ?, pulled_hash = ?, state = ? "
        "WHERE epoch = ?",
        (common, last, hashes[-1], "compared" if last == held.seq else "pulling", page.epoch),
    )


def _genesis(page: JournalPage, totem: str, verify: Verify) -> bytes:
    """Before event 1 stands the grant that event 1 carries, if central signed it."""
    first = page.events[0]
    try:
        body = json.decode(first.body, type=dict[str, str])
        grant = json.decode(body["grant"], type=Grant)
    except (ValueError, KeyError) as error:
        raise RemoteProtocolError(f"epoch {page.epoch} opens with {first.type}") from error
    if (grant.totem, grant.epoch) != (totem, page.epoch) or not verify(grant):
        raise RemoteProtocolError(f"epoch {page.epoch} opens with a grant that is not its own")
    return chain.genesis(grant)


def _restart(writing: Writing, page: JournalPage) -> None:
    """Raises RemoteProtocolError when this was the beginning already."""
    if page.from_seq == 1:
        raise RemoteProtocolError(f"epoch {page.epoch} does not begin with its grant")
    writing.db.execute(
        "UPDATE agenda SET common_seq = 0, pulled_seq = 0, pulled_hash = x'' WHERE epoch = ?",
        (page.epoch,),
    )


def _is_ours(writing: Writing, epoch: int, seq: int, digest: bytes) -> bool:
    row = writing.row("SELECT hash FROM journal WHERE epoch = ? AND seq = ?", epoch, seq)
    return row is not None and bytes(row[0]) == digest


def _keep(writing: Writing, epoch: int, event: Event, digest: bytes) -> None:
    """A fact that this disk lost: stored beside the journal, folded into the tables once."""
    place = (epoch, event.seq, digest)
    if writing.row("SELECT 1 FROM foreign_events WHERE epoch = ? AND seq = ? AND hash = ?", *place):
        writing.db.execute(
            "UPDATE foreign_events SET held = 1 WHERE epoch = ? AND seq = ? AND hash = ?", place
        )
        return
    origin = event.origin or Origin(*place)
    standing = "known" if _is_known(writing, origin) else _fold(writing, event, origin)
    writing.db.execute(
        "INSERT INTO foreign_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
        (*place, *values_of(event), standing),
    )


def _is_known(writing: Writing, origin: Origin) -> bool:
    """Whether this fact stands in our tables already, under whatever place."""
    place = (origin.epoch, origin.seq, origin.hash)
    found = writing.row(
        "SELECT 1 FROM journal WHERE epoch = ?1 AND seq = ?2 AND hash = ?3 UNION ALL "
        "SELECT 1 FROM journal WHERE origin_epoch = ?1 AND origin_seq = ?2 AND origin_hash = ?3 "
        "UNION ALL SELECT 1 FROM foreign_events WHERE epoch = ?1 AND seq = ?2 AND hash = ?3 "
        "UNION ALL SELECT 1 FROM foreign_events "
        "WHERE origin_epoch = ?1 AND origin_seq = ?2 AND origin_hash = ?3",
        *place,
    )
    return found is not None


def _fold(writing: Writing, event: Event, origin: Origin) -> str:
    if event.type in OF_ONE_EPOCH:
        return "noted"
    name = name_of(writing.head.totem, origin.epoch, origin.seq, origin.hash)
    writing.db.execute("SAVEPOINT fold")
    try:
        body = decode_body(event.type, event.tver, event.body)
        projections.apply(
            writing.db,
            projections.Written(name, origin.epoch, origin.seq, event.business_day, body),
        )
    except (RemoteProtocolError, IllegalTransitionError, UnknownNameError, DatabaseError) as error:
        writing.db.execute("ROLLBACK TO fold")
        writing.db.execute("RELEASE fold")
        _open_case(writing, event, error)
        return "conflict"
    writing.db.execute("RELEASE fold")
    return "applied"


def _open_case(writing: Writing, event: Event, error: Exception) -> None:
    """What central holds and our tables cannot take is a question for a person."""
    writing.db.execute(
        "INSERT INTO sync_incidents (kind, detail, wall_ms) VALUES ('conflict', ?, ?)",
        (f"{event.type} {event.seq}: {error}", writing.stamp.wall_ms),
    )
    try:
        sale = sale_of(decode_body(event.type, event.tver, event.body)) or ""
    except RemoteProtocolError:
        sale = ""
    writing.append(CaseOpened(sale, "restored_conflict", TODO_CONFLICT.format(kind=event.type)))


def _write_again(writing: Writing) -> int:
    epoch = writing.head.epoch
    found = [row for row in _lacking(writing, epoch) if row[1].type not in OF_ONE_EPOCH]
    written = 0
    for place, event in found:
        if written == AGAIN_MAX:
            break
        origin = event.origin or place
        if not _is_again(writing, epoch, origin):
            writing.append_again(event, origin)
            written += 1
    if not written:
        writing.db.execute("UPDATE agenda SET state = 'done'")
    return written


def _take_over(writing: Writing) -> None:
    rows = writing.rows(
        f"SELECT {EVENT_COLUMNS}, epoch, hash FROM foreign_events f WHERE NOT EXISTS "
        "(SELECT 1 FROM journal j WHERE j.origin_epoch = coalesce(f.origin_epoch, f.epoch) "
        "AND j.origin_seq = coalesce(f.origin_seq, f.seq) "
        "AND j.origin_hash = coalesce(f.origin_hash, f.hash)) ORDER BY epoch, seq"
    )
    for row in rows:
        event = event_of(row)
        if event.type not in OF_ONE_EPOCH:
            place = Origin(row[11], row[0], bytes(row[12]))
            writing.append_again(event, event.origin or place)


def _lacking(writing: Writing, epoch: int) -> list[tuple[Origin, Event]]:
    """What stands here of older epochs and not at central, in the order it was written."""
    ours = writing.rows(
        f"SELECT {EVENT_COLUMNS}, j.epoch, j.hash FROM journal j JOIN agenda a USING (epoch) "
        "WHERE j.seq > a.common_seq AND j.epoch < ?",
        epoch,
    )
    theirs = writing.rows(
        f"SELECT {EVENT_COLUMNS}, epoch, hash FROM foreign_events WHERE held = 0 AND epoch < ?",
        epoch,
    )
    rows = sorted([*ours, *theirs], key=lambda row: (row[11], row[0]))
    return [(Origin(row[11], row[0], bytes(row[12])), event_of(row)) for row in rows]


def _is_again(writing: Writing, epoch: int, origin: Origin) -> bool:
    """Whether central has this fact under another place already, or will have it by this epoch."""
    found = writing.row(
        "SELECT 1 FROM journal j LEFT JOIN agenda a USING (epoch) "
        "WHERE origin_epoch = ?1 AND origin_seq = ?2 AND origin_hash = ?3 "
        "AND (j.epoch = ?4 OR j.seq <= a.common_seq) UNION ALL "
        "SELECT 1 FROM foreign_events WHERE held = 1 "
        "AND origin_epoch = ?1 AND origin_seq = ?2 AND origin_hash = ?3",
        origin.epoch,
        origin.seq,
        origin.hash,
        epoch,
    )
    return found is not None
