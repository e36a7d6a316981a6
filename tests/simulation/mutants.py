"""Planted bugs: tempting designs, each switched on by name for one run. All must be caught.

A mutant replaces a part of the product, or of headquarters in memory, for as long as it lasts. The
product knows nothing of this file.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from msgspec import structs

from central.domain import standing
from edge_agent.journal import recovery
from edge_agent.journal.outbox import Outbox
from edge_agent.journal.recovery import RecoveryBook
from edge_agent.journal.rows import EVENT_COLUMNS, event_of
from edge_agent.journal.writer import Writing
from edge_agent.services import printing
from edge_agent.sync.pushing import Pushing
from edge_agent.sync.recovering import Recovering
from sync_protocol import chain, downlink, uplink
from sync_protocol.epochs import Decision
from sync_protocol.events import Event, Origin
from sync_protocol.feed import FeedPage
from sync_protocol.messages import Ack, EpochAnswer, Push, PushAnswer
from sync_protocol.uplink import Judgement, State, Uplink, Verdict
from tests.simulation import central as headquarters
from tests.simulation.central import SimCentral, refusal
from tests.simulation.shelf import refold
from tests.simulation.totem import SimTotem

Patch = tuple[Any, str, Any]


def _no_dedup() -> list[Patch]:
    def judge(push: Push, held: Any, hash_at: Any) -> Verdict:
        found = uplink.judge(push, held, hash_at)
        return found._replace(skip=0)

    return [(headquarters, "judge", judge)]


def _no_fork_check() -> list[Patch]:
    """seq <= head means "I have it"."""

    def judge(push: Push, held: Any, hash_at: Any) -> Verdict:
        found = uplink.judge(push, held, hash_at)
        if found.judgement is not Judgement.FORK:
            return found
        hashes = chain.hashes(push.prev_hash, push.events)
        overlap = max(0, min(len(hashes), held.seq - push.from_seq + 1))
        return Verdict(Judgement.ACCEPT, overlap, hashes)

    return [(headquarters, "judge", judge), (Uplink, "acked", _believe_any_ack)]


def _gap_accepted() -> list[Patch]:
    def judge(push: Push, held: Any, hash_at: Any) -> Verdict:
        found = uplink.judge(push, held, hash_at)
        if found.judgement is not Judgement.GAP or not push.events:
            return found
        return Verdict(Judgement.ACCEPT, 0, chain.hashes(push.prev_hash, push.events))

    return [(headquarters, "judge", judge)]


def _purge_on_ack() -> list[Patch]:
    store_ack = Outbox.store_ack

    def purging(self: Outbox, ack: Ack) -> None:
        store_ack(self, ack)

        def deed(writing: Writing) -> None:
            writing.db.execute("DROP TRIGGER IF EXISTS journal_is_never_cut")
            writing.db.execute(
                "DELETE FROM journal WHERE epoch = ? AND seq < ?", (ack.epoch, ack.seq)
            )

        self._journal.submit(deed).result()

    return [(Outbox, "store_ack", purging)]


def _ack_before_commit() -> list[Patch]:
    push = SimCentral.push

    def losing(self: SimCentral, totem: str, asked: Push) -> PushAnswer:
        before = self.backup().shelves[totem]
        answer = push(self, totem, asked)
        if self.commits % 7 == 0 and asked.events:
            refold(before)
            self.shelves[totem] = before
            self.commits += 1
        return answer

    return [(SimCentral, "push", losing)]


def _cursor_apart() -> list[Patch]:
    """Cursor and data in two transactions."""
    apply_feed = Outbox.apply_feed

    def apart(self: Outbox, page: FeedPage) -> None:
        apply_feed(self, structs.replace(page, items=[]))
        apply_feed(self, structs.replace(page, cursor={}))

    return [(Outbox, "apply_feed", apart)]


def _poison_blocks() -> list[Patch]:
    """Content as a reason to refuse."""
    check = SimCentral._check

    def checking(self: SimCentral, totem: str, push: Push) -> None:
        check(self, totem, push)
        if any(event.type == "Teleported" for event in push.events):
            raise refusal("malformed-envelope")

    return [(SimCentral, "_check", checking)]


def _print_before_commit() -> list[Patch]:
    def hasty(self: SimTotem) -> None:
        job = printing.next_job(self.journal)
        if job is not None:
            self._print(job.job)
            self.do(printing.started(job))

    return [(SimTotem, "print_next", hasty)]


def _charge_before_commit() -> list[Patch]:
    def hasty(self: SimTotem, basket: Any) -> None:
        self._charge(f"{self.totem}-next")

    return [(SimTotem, "_sell_by_card", hasty)]


def _no_head_probe() -> list[Patch]:
    """Push only when there is something to push."""
    compose = Pushing.compose

    def lazy(self: Pushing, is_probe_due: bool) -> Push | None:
        uplink_ = self._open()
        if uplink_.state is State.PROBING:
            uplink_.state = State.STREAMING
        return compose(self, False)

    return [(Pushing, "compose", lazy)]


def _no_rejournal() -> list[Patch]:
    def none(self: RecoveryBook) -> int:
        def deed(writing: Writing) -> None:
            writing.db.execute("UPDATE agenda SET state = 'done'")

        self._journal.submit(deed).result()
        return 0

    return [(RecoveryBook, "write_again", none)]


def _no_pull_back() -> list[Patch]:
    begin = RecoveryBook.begin

    def careless(self: RecoveryBook, answer: EpochAnswer) -> None:
        begin(self, structs.replace(answer, held=[]))

    return [(RecoveryBook, "begin", careless)]


def _no_origin_dedup() -> list[Patch]:
    """Honest totems bring a fact once, so that this one shows only where they bring it often."""
    return [(standing, "is_repeat", lambda books, reading: False), *writes_everything_again()]


def writes_everything_again() -> list[Patch]:
    """A totem that brings all it ever wrote, whatever central holds. Harmless by itself."""

    def lacking(writing: Writing, epoch: int) -> list[tuple[Origin, Event]]:
        rows = writing.rows(
            f"SELECT {EVENT_COLUMNS}, epoch, hash FROM journal WHERE epoch < ? ORDER BY epoch, seq",
            epoch,
        )
        return [(Origin(row[11], row[0], bytes(row[12])), event_of(row)) for row in rows]

    def is_again(writing: Writing, epoch: int, origin: Origin) -> bool:
        found = writing.row(
            "SELECT 1 FROM journal WHERE epoch = ? AND origin_epoch = ? AND origin_seq = ?"
            " AND origin_hash = ?",
            epoch,
            origin.epoch,
            origin.seq,
            origin.hash,
        )
        return found is not None

    lacks = recovery._lacking

    def all_of_it(writing: Writing, epoch: int) -> list[tuple[Origin, Event]]:
        return [*lacking(writing, epoch), *lacks(writing, epoch)]

    return [(recovery, "_lacking", all_of_it), (recovery, "_is_again", is_again)]


def _origin_forgotten() -> list[Patch]:
    """Headquarters takes a fact that came again for a new one."""
    read = standing.read

    def forgetful(event: Event, place: standing.Place) -> standing.Reading:
        return read(structs.replace(event, origin=None), place)

    return [(standing, "read", forgetful)]


def _grants_again() -> list[Patch]:
    return [(recovery, "OF_ONE_EPOCH", frozenset())]


def _everybody_granted() -> list[Patch]:
    """Two machines may close each other's epochs in turn."""
    return [(headquarters, "decide", lambda standing, request: Decision.GRANT)]


def _no_adoption() -> list[Patch]:
    """The server alone decides epochs."""
    return [(headquarters, "unknown_grants", lambda standing, request: [])]


def _generation_forgotten() -> list[Patch]:
    return [(Recovering, "is_outdated", lambda self, server_gen: False)]


def _feed_hole_ignored() -> list[Patch]:
    def trusting(cursor: dict[str, int], page: FeedPage) -> dict[str, int]:
        return {**cursor, **page.cursor}

    return [(downlink, "check_page", trusting)]


def _no_replay() -> list[Patch]:
    return [(SimCentral, "replay", lambda self, shelf: None)]


def _sums_forgotten() -> list[Patch]:
    """Money written again is not declared again."""

    def again(self: Writing, event: Event, origin: Origin) -> None:
        self._put(structs.replace(event, seq=self.head.seq + 1, origin=origin))

    return [(Writing, "append_again", again)]


def _believe_any_ack(self: Uplink, ack: Ack, hash_at: Any) -> None:
    self.state = State.STREAMING
    self.sent_from = ack.seq + 1


MUTANTS: dict[str, Callable[[], list[Patch]]] = {
    make.__name__.removeprefix("_"): make
    for make in (
        _no_dedup,
        _no_fork_check,
        _gap_accepted,
        _purge_on_ack,
        _ack_before_commit,
        _cursor_apart,
        _poison_blocks,
        _print_before_commit,
        _charge_before_commit,
        _no_head_probe,
        _no_rejournal,
        _no_pull_back,
        _no_origin_dedup,
        _origin_forgotten,
        _grants_again,
        _everybody_granted,
        _no_adoption,
        _generation_forgotten,
        _feed_hole_ignored,
        _no_replay,
        _sums_forgotten,
    )
}

SHOWN_BY = dict.fromkeys(
    ("generation_forgotten", "origin_forgotten", "no_replay", "no_adoption"), "restores"
)
"""The kind of world that shows it soonest; the others show in any."""

HARMLESS: dict[str, Callable[[], list[Patch]]] = {
    "writes_everything_again": writes_everything_again,
}
"""What the design must bear."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The change of this name, for as long as the block lasts."""
    with ExitStack() as stack:
        for where, attribute, instead in {**MUTANTS, **HARMLESS}[name]():
            stack.enter_context(patch.object(where, attribute, instead))
        yield
