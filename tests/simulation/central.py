"""Headquarters in memory: the product's own verdicts, fold and epochs over plain dictionaries.

A transaction is one method: it decides, and then changes everything or nothing. What
tests/conformance shows of PostgreSQL's half holds here too.
"""

from dataclasses import dataclass

from msgspec import structs

from central.domain import seals, standing
from central.domain.rows import Books
from central.domain.seals import SealedRow
from central.domain.series import SERIES_SKIPPED, series_of
from central.domain.standing import Place, Reading
from edge_agent.sync.errors import CentralRefusedError
from sync_protocol import chain, codec, limits
from sync_protocol.epochs import Decision, Standing, decide, next_grant, unknown_grants
from sync_protocol.errors import CATALOGUE, MalformedEnvelopeError
from sync_protocol.events import DaySealed, Event
from sync_protocol.feed import FeedItem, FeedPage
from sync_protocol.messages import (
    Ack,
    EpochAnswer,
    EpochRequest,
    ForensicReceipt,
    Grant,
    Held,
    JournalPage,
    Next,
    ProblemDocument,
    Push,
    PushAnswer,
    SealAnswer,
)
from sync_protocol.seal import Leaf
from sync_protocol.uplink import Judgement, judge
from tests.simulation.keys import GRANT_KEY, verified
from tests.simulation.shelf import Row, Shelf, copy_of, fact_of, refold

DAY_MS = 24 * 3600 * 1000
PAGE_EVENTS = 7
"""Small, so that a pull takes several pages."""


@dataclass
class Backup:
    """One moment of the whole server."""

    shelves: dict[str, Shelf]
    series_next: int
    feed: list[FeedItem]


class SimCentral:
    """The one server. ``now_ms`` is its own clock."""

    def __init__(self) -> None:
        self.shelves: dict[str, Shelf] = {}
        self.incidents: list[tuple[str, str]] = []
        self.forensic: dict[tuple[str, int, int, bytes], Event] = {}
        self.feed: list[FeedItem] = []
        self.server_gen = 1
        self.series_next = 0
        self.now_ms = 0
        self.commits = 0

    # ---- enrolment, backups

    def enrol(self, totem: str, instance_id: str) -> Grant:
        grant = self._signed(
            Grant(totem, instance_id, 1, [], self._series(), self.server_gen, "enrol", "", b"")
        )
        held = Held(1, 0, chain.genesis(grant))
        self.shelves[totem] = Shelf(
            totem, [grant], [self.now_ms], [True], held, books=Books(totem), heard_ms=self.now_ms
        )
        return grant

    def backup(self) -> Backup:
        return Backup(
            {totem: copy_of(shelf) for totem, shelf in self.shelves.items()},
            self.series_next,
            list(self.feed),
        )

    def restore(self, backup: Backup) -> None:
        """Back to an older moment: a new generation; keys, incidents and what was kept aside
        live on.
        """
        self.shelves = {totem: copy_of(shelf) for totem, shelf in backup.shelves.items()}
        for shelf in self.shelves.values():
            refold(shelf)
        self.series_next = backup.series_next + SERIES_SKIPPED
        self.feed = list(backup.feed)
        self.server_gen += 1

    # ---- the journal stream

    def push(self, totem: str, push: Push) -> PushAnswer:
        """Raises CentralRefusedError."""
        shelf = self.shelves[totem]
        self._check(totem, push)
        verdict = judge(push, shelf.held, lambda seq: self._hash_at(shelf, push.epoch, seq))
        if verdict.judgement is not Judgement.ACCEPT:
            return self._refuse(shelf, push, verdict.judgement)
        fresh = list(zip(push.events, verdict.hashes, strict=True))[verdict.skip :]
        self._post(shelf, push, fresh)
        quarantined = [
            seq
            for seq in range(push.from_seq, push.from_seq + len(push.events))
            if shelf.rows[push.epoch, seq].reading.status == "quarantined"
        ]
        held = shelf.held
        ack = Ack(held.epoch, held.seq, held.hash, self.server_gen, GRANT_KEY.key_id, b"")
        signed = chain.ack_bytes(totem, ack.epoch, ack.seq, ack.hash, ack.server_gen)
        ack = structs.replace(ack, sig=GRANT_KEY.sign(signed))
        sealed = [
            shelf.seals[push.epoch, event.seq]
            for event in push.events
            if (push.epoch, event.seq) in shelf.seals
        ]
        return PushAnswer(ack, quarantined, Next(0, limits.PUSH_EVENTS_MAX, ""), {}, sealed)

    def _post(self, shelf: Shelf, push: Push, fresh: list[tuple[Event, bytes]]) -> None:
        for event, digest in fresh:
            place = (push.epoch, event.seq)
            reading = standing.read(event, Place(shelf.totem, push.epoch, digest))
            self._take(shelf, place, reading)
            shelf.rows[place] = Row(event, digest, reading)
            shelf.folded.append(place)
        if fresh:
            shelf.held = Held(push.epoch, fresh[-1][0].seq, fresh[-1][1])
        shelf.declared_seq = push.declared.seq
        shelf.sums = dict(push.declared.sums_by_method)
        shelf.heard_ms = self.now_ms
        self.commits += 1
        if any(event.origin is not None for event, _ in fresh):
            self.replay(shelf)
        for event, _ in fresh:
            self._examine(shelf, (push.epoch, event.seq))

    def _examine(self, shelf: Shelf, place: tuple[int, int]) -> None:
        """A day's seal, computed again from the rows held."""
        body = shelf.rows[place].reading.body
        if not isinstance(body, DaySealed):
            return
        rows = [
            SealedRow(
                Leaf(epoch, seq, row.hash),
                row.event,
                row.reading.status,
                row.reading.reason != standing.REPEAT,
            )
            for (epoch, seq), row in sorted(shelf.rows.items(), key=lambda it: it[0])
            if any(it.epoch == epoch and it.first <= seq <= it.last for it in body.ranges)
        ]
        earlier = [at for at in shelf.seals if at < place]
        before = shelf.rows[max(earlier)].reading.body if earlier else None
        before_minor = before.perpetual_minor if isinstance(before, DaySealed) else 0
        found = seals.examine(body, rows, before_minor)
        shelf.seals[place] = SealAnswer(*place, found.verdict, found.detail, found.aside_minor)

    def _take(self, shelf: Shelf, place: tuple[int, int], reading: Reading) -> None:
        event = reading.event
        if event.origin is not None and fact_of(place, reading) in shelf.places:
            shelf.books.known.add(reading.name)
        standing.settle(shelf.books, reading, place[0])
        shelf.places.setdefault(fact_of(place, reading), place)

    def replay(self, shelf: Shelf) -> None:
        """What was held up is read again in the order it was first written."""
        again = [
            (place, row) for place, row in shelf.rows.items() if row.reading.status != "posted"
        ]
        again.sort(key=lambda it: fact_of(it[0], it[1].reading)[:2])
        fresh = [
            (place, row, standing.read(row.event, Place(shelf.totem, place[0], row.hash)))
            for place, row in again
        ]
        shelf.books.known -= {reading.name for _, _, reading in fresh}
        shelf.books.blocked -= {row.reading.sale for _, row in again if row.reading.sale}
        for place, row, reading in fresh:
            standing.settle(shelf.books, reading, place[0])
            row.reading = reading
            shelf.folded.remove(place)
            shelf.folded.append(place)

    def _refuse(self, shelf: Shelf, push: Push, judgement: Judgement) -> PushAnswer:
        if judgement is not Judgement.EPOCH_CLOSED:
            shelf.heard_ms = self.now_ms
        if judgement is not Judgement.GAP or push.epoch != shelf.held.epoch:
            self.tell(shelf.totem, judgement.value)
        raise refusal(judgement.value, shelf.held)

    def _check(self, totem: str, push: Push) -> None:
        """The wire's own rules and the head's signature."""
        try:
            read = codec.decode_push(codec.encode_push(push, bytes), _inflate)
        except MalformedEnvelopeError as error:
            raise refusal("malformed-envelope") from error
        head = read.head
        signed = chain.head_bytes(totem, read.epoch, head.seq, head.hash, read.declared)
        if not verified(head.key_id, head.sig, signed):
            raise refusal("bad-signature")

    # ---- epochs

    def epoch(self, totem: str, request: EpochRequest) -> EpochAnswer:
        """Raises CentralRefusedError."""
        shelf = self.shelves[totem]
        known = self._standing(shelf)
        for grant in unknown_grants(known, request):
            if not verified(grant.key_id, grant.sig, chain.grant_bytes(grant)):
                raise refusal("bad-signature")
            self._open(shelf, grant, by_operator=True)
        known = self._standing(shelf)
        decision = decide(known, request)
        if decision is Decision.STALE:
            raise refusal("epoch-closed")
        if decision is Decision.CLONE:
            self.tell(totem, "clone")
            raise refusal("clone")
        if decision is Decision.GRANT:
            held = self._ends(shelf)
            bare = next_grant(known, request, held, self._series(), self.server_gen)
            self._open(shelf, self._signed(bare), by_operator=bool(known.leave))
            self.tell(totem, "epoch")
        return EpochAnswer(shelf.grants[-1], self._ends(shelf), self.server_gen)

    def page(self, totem: str, epoch: int, from_seq: int) -> JournalPage:
        """Raises CentralRefusedError."""
        shelf = self.shelves[totem]
        ends = {held.epoch: held for held in self._ends(shelf)}
        before = self._hash_at(shelf, epoch, from_seq - 1)
        if epoch not in ends or before is None:
            raise refusal("gap")
        events = []
        for seq in range(from_seq, from_seq + PAGE_EVENTS):
            row = shelf.rows.get((epoch, seq))
            if row is None:
                break
            events.append(row.event)
        return JournalPage(epoch, from_seq, before, events, ends[epoch])

    def keep_aside(self, totem: str, push: Push) -> ForensicReceipt:
        hashes = chain.hashes(push.prev_hash, push.events)
        for event, digest in zip(push.events, hashes, strict=True):
            self.forensic[totem, push.epoch, event.seq, digest] = event
        return ForensicReceipt(push.head.seq)

    def _standing(self, shelf: Shelf) -> Standing:
        lately = sum(
            1
            for grant, at, by_operator in zip(
                shelf.grants, shelf.opened_at, shelf.by_operator, strict=True
            )
            if not by_operator and grant.epoch > 1 and self.now_ms - at < DAY_MS
        )
        silent_ms = self.now_ms - shelf.heard_ms
        return Standing(list(shelf.grants), shelf.held.seq, silent_ms, lately, shelf.leave)

    def _open(self, shelf: Shelf, grant: Grant, by_operator: bool) -> None:
        shelf.grants.append(grant)
        shelf.opened_at.append(self.now_ms)
        shelf.by_operator.append(by_operator)
        shelf.held = Held(grant.epoch, 0, chain.genesis(grant))
        shelf.leave, shelf.declared_seq, shelf.sums = "", 0, {}
        shelf.heard_ms = self.now_ms
        self.commits += 1

    def _ends(self, shelf: Shelf) -> list[Held]:
        ends = {grant.epoch: Held(grant.epoch, 0, chain.genesis(grant)) for grant in shelf.grants}
        for (epoch, seq), row in shelf.rows.items():
            if seq > ends[epoch].seq:
                ends[epoch] = Held(epoch, seq, row.hash)
        return list(ends.values())

    def _hash_at(self, shelf: Shelf, epoch: int, seq: int) -> bytes | None:
        if seq == 0:
            known = {grant.epoch: chain.genesis(grant) for grant in shelf.grants}
            return known.get(epoch)
        row = shelf.rows.get((epoch, seq))
        return None if row is None else row.hash

    def _signed(self, bare: Grant) -> Grant:
        bare = structs.replace(bare, key_id=GRANT_KEY.key_id)
        return structs.replace(bare, sig=GRANT_KEY.sign(chain.grant_bytes(bare)))

    def _series(self) -> str:
        self.series_next += 1
        return series_of(self.series_next - 1)

    def tell(self, totem: str, kind: str) -> None:
        self.incidents.append((totem, kind))

    # ---- the feed

    def publish(self, item: FeedItem) -> None:
        self.feed.append(item)

    def feed_snapshot(self) -> FeedPage:
        live: dict[tuple[str, str], FeedItem] = {}
        for item in self.feed:
            live[item.scope, item.key] = item
        heads = {it.scope: it.version for it in self.feed}
        items = [it for it in live.values() if it.kind == "put"]
        return FeedPage(items, heads, True, self.server_gen)

    def feed_page(self, cursor: dict[str, int], generation: int, most: int) -> FeedPage:
        """Raises CentralRefusedError for a cursor of another generation."""
        if generation not in (0, self.server_gen):
            raise refusal("stale-gen")
        after = dict(cursor)
        items = [it for it in self.feed if it.version > after.get(it.scope, 0)]
        for item in items[:most]:
            after[item.scope] = item.version
        return FeedPage(items[:most], after, len(items) <= most, self.server_gen)


def refusal(code: str, held: Held | None = None) -> CentralRefusedError:
    known = CATALOGUE[code]
    return CentralRefusedError(
        ProblemDocument("urn:sim", known.title, known.status, code, code, held=held)
    )


def _inflate(data: bytes, most: int) -> bytes:
    if len(data) > max(most, limits.PUSH_RAW_BYTES_MAX):
        raise ValueError("too long")
    return data
