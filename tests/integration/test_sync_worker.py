"""The sync worker over real HTTP against a scripted central."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_agent.sync.conversation import Conversation
from edge_agent.sync.identity import Identity
from edge_agent.sync.pushing import Pushing
from edge_agent.sync.recovering import Machine, Recovering
from edge_agent.sync.transport import Transport
from edge_agent.sync.worker import Ports, SyncWorker
from sync_protocol.backoff import Backoff
from sync_protocol.feed import FeedItem, FeedPage
from sync_protocol.messages import Held, Push
from tests.support.memory_journal import TOTEM, MemoryJournal
from tests.support.ports import free_port
from tests.support.scripted_central import (
    FORGED,
    Answer,
    ScriptedCentral,
    refusal,
    served,
    with_bad_signature,
)

PATIENCE_S = 20.0


class NoJitter(random.Random):
    """Draws that make every back-off the shortest."""

    def random(self) -> float:
        return 0.0


class LongestPause(random.Random):
    def random(self) -> float:
        return 0.999


class Bench:
    """A journal, a central, and the worker between them."""

    def __init__(self) -> None:
        self.identity = Identity(Ed25519PrivateKey.generate(), "bench")
        self.journal = MemoryJournal()
        self.central = ScriptedCentral(self.identity)
        self.changes = 0
        self.worker: SyncWorker

    def _changed(self) -> None:
        self.changes += 1

    @asynccontextmanager
    async def syncing(
        self, address: str, chance: random.Random | None = None
    ) -> AsyncIterator[SyncWorker]:
        """The worker, running against ``address``."""
        ports = Ports(
            outbox=self.journal,
            transport=Transport(address, self.identity, TOTEM, "0"),
            feed_transport=Transport(address, self.identity, TOTEM, "0"),
            conversation=self.conversation(),
            chance=chance or NoJitter(),
            feed_applied=lambda: None,
            changed=self._changed,
        )
        self.worker = SyncWorker(ports)
        task = asyncio.create_task(self.worker.run())
        try:
            yield self.worker
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def conversation(self) -> Conversation:
        record = self.central.record()
        recovering = Recovering(
            self.journal, Machine("bench", "boot"), lambda: "nonce", lambda: None
        )
        return Conversation(Pushing(self.journal, self.identity, record), recovering)

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.journal.incidents]


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_true():  # noqa: ASYNC110 - what is awaited lives in threads and in a peer
            await asyncio.sleep(0.005)


def item(version: int, prev_version: int) -> FeedItem:
    body = b'{"id":"a"}'
    return FeedItem("org", version, prev_version, "put", "x/a", body, sha256(body).digest())


def test_events_reach_central_once_and_the_ack_is_kept() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write(3)
        async with served(bench.central) as address, bench.syncing(address) as worker:
            await until(lambda: bench.journal.acked_seq() == 3)
            bench.journal.write(2)
            worker.poke()
            await until(lambda: worker.status().outbox == 0)
            assert bench.journal.acked_seq() == 5
            assert bench.central.hashes == bench.journal.hashes
            status = worker.status()
            assert (status.online, status.state, status.error) == (True, "streaming", "")
        assert bench.central.pushes[0].events == []
        assert [event.seq for push in bench.central.pushes for event in push.events] == [
            1,
            2,
            3,
            4,
            5,
        ]

    asyncio.run(run())


def test_a_missing_nonce_costs_one_more_request_per_line_and_no_more() -> None:
    async def run() -> None:
        bench = Bench()
        async with served(bench.central) as address, bench.syncing(address) as worker:
            await until(lambda: bench.central.unsigned == 2)
            for _ in range(5):
                bench.journal.write()
                worker.poke()
                await until(lambda: bench.journal.acked_seq() == len(bench.journal.events))
            assert bench.central.unsigned == 2
            assert bench.kinds() == []

    asyncio.run(run())


def test_an_event_is_sent_even_when_nobody_pokes() -> None:
    async def run() -> None:
        bench = Bench()
        async with served(bench.central) as address, bench.syncing(address):
            await until(lambda: bool(bench.journal.acks))
            bench.journal.write()
            await until(lambda: bench.journal.acked_seq() == 1)

    asyncio.run(run())


def test_a_central_that_is_behind_gets_everything_again() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write(4)
        bench.journal.acks.append(bench.central.ack(3, bench.journal.hashes[3]))
        bench.central.hashes = bench.journal.hashes[:2]
        async with served(bench.central) as address, bench.syncing(address):
            await until(lambda: bench.journal.acked_seq() == 4)
        assert bench.central.hashes == bench.journal.hashes
        assert bench.kinds() == ["central-behind"]

    asyncio.run(run())


def test_a_fork_stops_the_push_and_is_told_once() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write(2)
        foreign = MemoryJournal()
        foreign.write(2, b'{"other":1}')
        bench.central.hashes = foreign.hashes
        async with served(bench.central) as address, bench.syncing(address) as worker:
            await until(lambda: worker.status().state == "recovering")
            await until(lambda: bench.kinds() == ["fork"])
            pushes, pleas = len(bench.central.pushes), len(bench.central.pleas)
            bench.journal.write()
            worker.poke()
            worker.sync_now()
            await until(lambda: len(bench.central.pleas) >= pleas + 3)
            assert len(bench.central.pushes) == pushes
            assert worker.status().online
        assert bench.kinds() == ["fork"]
        assert {plea.reason for plea in bench.central.pleas} == {"fork"}
        assert bench.journal.acks == []

    asyncio.run(run())


def test_central_ahead_of_a_restored_totem_is_a_fork() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write(4)
        bench.central.hashes = list(bench.journal.hashes)
        del bench.journal.events[2:], bench.journal.hashes[3:]
        async with served(bench.central) as address, bench.syncing(address) as worker:
            await until(lambda: bench.kinds() == ["fork"])
            assert worker.status().state == "recovering"
        assert bench.journal.acks == []

    asyncio.run(run())


def test_an_ack_without_centrals_signature_is_not_kept() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write(2)

        def forged(push: Push) -> Answer:
            return bench.central.acked(
                with_bad_signature(bench.central.ack(push.head.seq, push.head.hash))
            )

        bench.central.script += [forged, forged]
        async with served(bench.central) as address, bench.syncing(address):
            await until(lambda: bench.kinds() == ["bad-answer"])
            await until(lambda: bench.journal.acked_seq() == 2)
            assert FORGED not in [ack.sig for ack in bench.journal.acks]

    asyncio.run(run())


def test_an_ack_that_does_not_cover_the_push_is_not_believed() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write(2)
        hashes = bench.journal.hashes
        bench.central.script += [
            lambda _: bench.central.acked(bench.central.ack(0, hashes[0])),
            lambda _: bench.central.acked(bench.central.ack(1, hashes[1])),
        ]
        async with served(bench.central) as address, bench.syncing(address):
            await until(lambda: bench.kinds() == ["bad-answer"])
            await until(lambda: bench.journal.acked_seq() == 2)
            assert {ack.seq for ack in bench.journal.acks} == {0, 2}

    asyncio.run(run())


def test_an_unreachable_central_is_backed_off_from_and_remembered() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write()
        async with bench.syncing(f"http://127.0.0.1:{free_port()}") as worker:
            await until(lambda: bench.journal.state.failures >= 3)
            status = worker.status()
            assert not status.online
            assert status.error
            assert status.outbox == 1
        assert bench.kinds() == []

    asyncio.run(run())


def test_a_restart_in_an_outage_waits_before_it_asks_and_a_person_can_hurry_it() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write()
        bench.journal.state = Backoff(8)
        async with (
            served(bench.central) as address,
            bench.syncing(address, LongestPause()) as worker,
        ):
            await asyncio.sleep(0.1)
            assert bench.central.pushes == []
            worker.sync_now()
            await until(lambda: bench.journal.acked_seq() == 1)
            assert bench.journal.saved == [Backoff()]

    asyncio.run(run())


def test_retry_after_is_a_floor() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write()
        bench.central.script.append(lambda _: refusal("overloaded", retry_after_ms=60_000))
        async with served(bench.central) as address, bench.syncing(address) as worker:
            await until(lambda: bench.journal.state.failures == 1)
            worker.poke()
            await asyncio.sleep(0.1)
            assert len(bench.central.pushes) == 1
            assert worker.status().online

    asyncio.run(run())


def test_too_large_halves_the_push() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write(200)
        bench.central.script += [
            lambda push: bench.central.acked(bench.central.ack(0, push.prev_hash)),
            lambda _: refusal("too-large"),
        ]
        async with served(bench.central) as address, bench.syncing(address):
            await until(lambda: bench.journal.acked_seq() == 200)
        sizes = [len(push.events) for push in bench.central.pushes if push.events]
        assert sizes[:2] == [200, 175]

    asyncio.run(run())


def test_a_journal_that_compresses_too_well_still_travels() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write(40, b'{"note":"' + b"a" * 30_000 + b'"}')
        async with served(bench.central) as address, bench.syncing(address):
            await until(lambda: bench.journal.acked_seq() == 40)
        assert bench.kinds() == []

    asyncio.run(run())


def test_a_feed_page_is_applied_with_its_cursor() -> None:
    async def run() -> None:
        bench = Bench()
        bench.central.pages.append(FeedPage([item(1, 0), item(2, 1)], {"org": 2}, True))
        async with served(bench.central) as address, bench.syncing(address):
            await until(lambda: bench.journal.cursor == {"org": 2})

    asyncio.run(run())


@pytest.mark.parametrize("complete", [True, False])
def test_a_feed_page_with_a_hole_is_refused_whole(complete: bool) -> None:
    async def run() -> None:
        bench = Bench()
        bench.central.pages.append(FeedPage([item(1, 0), item(3, 2)], {"org": 3}, complete))
        async with served(bench.central) as address, bench.syncing(address):
            await until(lambda: bench.kinds() == ["feed-hole"])
        assert bench.journal.pages == []
        assert bench.journal.cursor == {}

    asyncio.run(run())


def test_a_cursor_ahead_of_its_items_is_not_believed() -> None:
    async def run() -> None:
        bench = Bench()
        bench.central.pages.append(FeedPage([item(1, 0)], {"org": 9}, False))
        async with served(bench.central) as address, bench.syncing(address):
            await until(lambda: bench.journal.cursor == {"org": 1})

    asyncio.run(run())


def test_a_gap_that_does_not_close_is_not_asked_in_a_loop() -> None:
    async def run() -> None:
        bench = Bench()
        bench.journal.write(2)
        nothing = Held(1, 0, bench.journal.hashes[0])
        bench.central.script += [lambda _: refusal("gap", held=nothing)] * 3
        async with served(bench.central) as address, bench.syncing(address):
            await until(lambda: bench.journal.saved == [Backoff(1), Backoff(2), Backoff(0)])
        assert bench.journal.acked_seq() == 2

    asyncio.run(run())
