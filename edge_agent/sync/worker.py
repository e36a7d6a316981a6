"""The sync job: outbox -> uplink -> transport -> ack, and the feed -> journal, each in its own
loop.

It never stops on an error: what central refuses is handled by its verb, what does not answer is
tried again with a persisted back-off. Selling never waits for it.
"""

import asyncio
import random
import time
from collections.abc import Callable

import structlog
from msgspec import Struct

from edge_agent import metrics
from edge_agent.journal.outbox import Outbox
from edge_agent.sync.errors import CentralRefusedError, CentralUnreachableError, SyncError
from edge_agent.sync.identity import Identity, verify
from edge_agent.sync.transport import Transport
from sync_protocol import backoff, chain, downlink, limits
from sync_protocol.backoff import Backoff
from sync_protocol.errors import FeedHoleError, RemoteProtocolError
from sync_protocol.messages import Ack, EnrolAnswer, Head, Push, PushAnswer
from sync_protocol.uplink import State, Uplink

MAX_EVENTS_FIRST = 250
RECOVERING_PAUSE_S = 60.0
ONLINE_FOR_S = 90.0


class SyncStatus(Struct, frozen=True):
    """``online``: central answered lately. ``error``: what the last failure said, empty when all is
    well.
    """

    online: bool
    state: str
    error: str


class Ports(Struct, frozen=True):
    """What the worker is given: its far ends, and the only chance and time it knows."""

    outbox: Outbox
    transport: Transport
    feed_transport: Transport
    identity: Identity
    record: EnrolAnswer
    chance: random.Random
    feed_applied: Callable[[], None]
    changed: Callable[[], None]
    probe_s: float = limits.PROBE_INTERVAL_S


class SyncWorker:
    """One totem's sync. ``run`` for ever; ``poke`` when there is something new."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._outbox = ports.outbox
        self._log = structlog.get_logger("sync")
        self._poked = asyncio.Event()
        self._uplink: Uplink | None = None
        self._max_events = MAX_EVENTS_FIRST
        self._backoff = Backoff()
        self._answered_at = float("-inf")
        self._error = ""

    def poke(self) -> None:
        """Something new is in the journal; call on the event loop."""
        self._poked.set()

    def status(self) -> SyncStatus:
        online = not self._error and time.monotonic() - self._answered_at < ONLINE_FOR_S
        state = self._uplink.state.value if self._uplink else State.PROBING.value
        return SyncStatus(online, state, self._error)

    async def run(self) -> None:
        """Both streams until cancelled."""
        self._backoff = await asyncio.to_thread(self._outbox.backoff)
        await asyncio.gather(self._push_loop(), self._feed_loop())

    async def _push_loop(self) -> None:
        while True:
            self._poked.clear()
            try:
                pause_s = await self._round()
            except SyncError as error:
                pause_s = await self._failed(error)
            except RemoteProtocolError as error:
                pause_s = await self._alarm("bad-answer", str(error))
            await self._wait(pause_s)

    async def _wait(self, pause_s: float) -> None:
        """Sleep; news wake us early unless we are backing off."""
        if self._backoff.failures:
            await asyncio.sleep(pause_s)
            return
        try:
            await asyncio.wait_for(self._poked.wait(), pause_s)
        except TimeoutError:
            return

    async def _round(self) -> float:
        """One push (or probe) and its ack; returns how long to wait before the next."""
        uplink = await self._uplink_now()
        if uplink.state is State.RECOVERING:
            return RECOVERING_PAUSE_S
        push = await asyncio.to_thread(self._compose, uplink)
        answer = await self._ports.transport.push(push)
        self._check_ack(answer.ack)
        uplink.acked(answer.ack, self._outbox.hash_at)
        await asyncio.to_thread(self._outbox.store_ack, answer.ack)
        await self._succeeded(answer)
        head, _ = self._outbox.head()
        left = head - answer.ack.seq
        metrics.OUTBOX.set(left)
        if left > 0:
            return answer.next.delay_ms / 1000
        return self._ports.probe_s

    async def _uplink_now(self) -> Uplink:
        _, epoch = self._outbox.identity()
        if self._uplink is None or self._uplink.epoch != epoch:
            self._uplink = Uplink(epoch, await asyncio.to_thread(self._outbox.acked_seq))
        return self._uplink

    def _compose(self, uplink: Uplink) -> Push:
        outbox, (totem, epoch) = self._outbox, self._outbox.identity()
        declared = outbox.declared()
        plan = uplink.plan(declared.seq, self._max_events)
        budget = limits.PUSH_RAW_BYTES_MAX * 3 // 4
        events = outbox.run(plan.from_seq, plan.size, budget) if plan.size else []
        prev_hash = outbox.hash_at(plan.from_seq - 1)
        if prev_hash is None:
            raise RemoteProtocolError(f"we hold nothing before seq {plan.from_seq}")
        last_hash = chain.hashes(prev_hash, events)[-1] if events else prev_hash
        last_seq = plan.from_seq + len(events) - 1
        identity = self._ports.identity
        signature = identity.sign(chain.head_bytes(totem, epoch, last_seq, last_hash, declared))
        return Push(
            epoch=epoch,
            from_seq=plan.from_seq,
            prev_hash=prev_hash,
            events=events,
            head=Head(last_seq, last_hash, identity.key_id(totem), signature),
            declared=declared,
            applied=outbox.applied(),
        )

    def _check_ack(self, ack: Ack) -> None:
        record = self._ports.record
        key = record.server_keys.get(ack.key_id)
        signed = chain.ack_bytes(record.totem, ack.epoch, ack.seq, ack.hash, ack.server_gen)
        if key is None or not verify(key, ack.sig, signed):
            raise RemoteProtocolError(f"the ack of seq {ack.seq} is not signed by central")

    async def _succeeded(self, answer: PushAnswer) -> None:
        self._answered_at = time.monotonic()
        self._max_events = min(answer.next.max_events, backoff.larger(self._max_events))
        metrics.SYNC_ROUNDS.labels("acked").inc()
        metrics.ONLINE.set(1)
        if self._error:
            self._log.info("central is back")
        await self._note(Backoff(), "")

    async def _failed(self, error: SyncError) -> float:
        """What the verb says; returns the pause."""
        metrics.SYNC_ROUNDS.labels("failed").inc()
        metrics.ONLINE.set(0)
        uplink = await self._uplink_now()
        if isinstance(error, CentralRefusedError):
            return await self._refused(error, uplink)
        if isinstance(error, CentralUnreachableError):
            self._max_events = backoff.smaller(self._max_events)
            uplink.lost()
        return await self._back_off(str(error), 0)

    async def _refused(self, error: CentralRefusedError, uplink: Uplink) -> float:
        held = error.problem.held
        match error.verb:
            case "rewind" if held is not None:
                uplink.gap(held, self._outbox.hash_at)
                if uplink.state is State.RECOVERING:
                    return await self._alarm(error.problem.code, str(error))
                return 0.0
            case "halve":
                self._max_events = backoff.smaller(self._max_events)
            case "recover":
                uplink.refused()
                return await self._alarm(error.problem.code, str(error))
            case "alarm":
                await self._alarm(error.problem.code, str(error))
        return await self._back_off(str(error), error.problem.retry_after_ms)

    async def _alarm(self, kind: str, detail: str) -> float:
        self._log.error("sync alarm", kind=kind, detail=detail)
        await asyncio.to_thread(self._outbox.note_incident, kind, detail)
        return await self._back_off(detail, 0)

    async def _back_off(self, error: str, retry_after_ms: int) -> float:
        if not self._error:
            self._log.warning("central lost", error=error)
        await self._note(backoff.failed(self._backoff), error)
        return backoff.delay_ms(self._backoff, self._ports.chance.random(), retry_after_ms) / 1000

    async def _note(self, state: Backoff, error: str) -> None:
        """Persist the back-off when it changed; tell the screens when the link did."""
        if state != self._backoff:
            self._backoff = state
            await asyncio.to_thread(self._outbox.save_backoff, state)
        if bool(error) != bool(self._error):
            self._ports.changed()
        self._error = error

    async def _feed_loop(self) -> None:
        pause_s = 0.0
        failures = Backoff()
        while True:
            try:
                await self._feed_page()
                failures, pause_s = Backoff(), 0.0
            except (SyncError, FeedHoleError) as error:
                failures = backoff.failed(failures)
                pause_s = backoff.delay_ms(failures, self._ports.chance.random()) / 1000
                self._log.info("feed not read", error=str(error))
            await asyncio.sleep(pause_s)

    async def _feed_page(self) -> None:
        cursor = await asyncio.to_thread(self._outbox.feed_cursor)
        wait_s = limits.FEED_WAIT_S_MAX if cursor else 0
        page = await self._ports.feed_transport.feed(cursor, wait_s)
        downlink.check_page(cursor, page)
        if page.items or page.cursor != cursor:
            await asyncio.to_thread(self._outbox.apply_feed, page)
            self._ports.feed_applied()
        elif not wait_s:
            await asyncio.sleep(1.0)
