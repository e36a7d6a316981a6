"""The sync job: outbox -> uplink -> transport -> ack, and the feed -> journal, each in its own
loop.

It never stops on an error: what central refuses is handled by its verb, what does not answer is
tried again with a persisted back-off, and a bug of ours costs a pause. Selling never waits for it.
A wait after an outage ends early when the other loop reaches central; a pause that central asked
for does not.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

import structlog
from msgspec import Struct

from edge_agent import metrics
from edge_agent.sync.bell import Bell
from edge_agent.sync.conversation import Conversation, Outcome
from edge_agent.sync.errors import (
    CentralRefusedError,
    CentralTimeoutError,
    CentralUnreachableError,
)
from edge_agent.sync.following import Following
from edge_agent.sync.ports import PrivateShelf, SyncJournal
from edge_agent.sync.private import Delivery
from edge_agent.sync.transport import Transport
from sync_protocol import backoff, limits
from sync_protocol.backoff import Backoff
from sync_protocol.errors import LocalProtocolError, RemoteProtocolError
from sync_protocol.uplink import State

Stream = Literal["push", "feed"]
FEED_PAUSE_S = 1.0
"""After a page that brought nothing: a central that does not wait must not be asked in a loop."""

DELAY_MS_MAX = 3_600_000
"""The longest pause central can ask for."""


class SyncStatus(Struct, frozen=True):
    """``online``: central answered the last time it was asked. ``error``: what the last failure
    said, empty when all is well. ``last_contact_s`` and ``last_ack_s`` are monotonic, None before
    the first.
    """

    online: bool
    state: str
    error: str
    outbox: int
    last_contact_s: float | None
    last_ack_s: float | None


class Ports(Struct, frozen=True):
    """What the worker is given: its far ends, and the only chance it knows. ``changed`` is called
    on the event loop when the link changed, ``feed_applied`` in a thread.
    """

    outbox: SyncJournal
    transport: Transport
    feed_transport: Transport
    conversation: Conversation
    chance: random.Random
    feed_applied: Callable[[], None]
    changed: Callable[[], None]
    probe_s: float = limits.PROBE_INTERVAL_S
    push_idle_s: float = 1.0
    feed_wait_s: int = limits.FEED_WAIT_S_MAX
    private: PrivateShelf | None = None


class Rest(NamedTuple):
    """How long a loop pauses; ``is_enough`` ends it early."""

    seconds: float
    is_enough: Callable[[], bool] = lambda: False


class SyncWorker:
    """One totem's sync. ``run`` for ever; ``poke`` when there is something new. Lives on one event
    loop.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._journal = ports.outbox
        self._conversation = ports.conversation
        self._following = Following(
            ports.outbox, ports.feed_transport, ports.feed_applied, ports.feed_wait_s
        )
        self._delivery = Delivery(ports.private, ports.transport) if ports.private else None
        self._log = structlog.get_logger("sync")
        self._bell = Bell()
        self._pokes = 0
        self._hurries = 0
        self._probe_at_s = float("-inf")
        self._backoff = Backoff()
        self._feed_backoff = Backoff()
        self._bugs = Backoff()
        self._is_reachable = False
        self._last_contact_s: float | None = None
        self._last_ack_s: float | None = None
        self._errors: dict[Stream, str] = {"push": "", "feed": ""}
        self._incidents: dict[Stream, str] = {"push": "", "feed": ""}

    def poke(self) -> None:
        """Something new is in the journal."""
        self._pokes += 1
        self._bell.ring()

    def sync_now(self) -> None:
        """A person asks: probe at once, whatever we are waiting for."""
        self._hurries += 1
        self._probe_at_s = float("-inf")
        self._bell.ring()

    def status(self) -> SyncStatus:
        return SyncStatus(
            online=self._is_reachable,
            state=self._conversation.state.value,
            error=self._errors["push"] or self._errors["feed"],
            outbox=max(0, self._journal.head()[0] - self._conversation.acked_seq),
            last_contact_s=self._last_contact_s,
            last_ack_s=self._last_ack_s,
        )

    async def run(self) -> None:
        """Both streams until cancelled."""
        self._backoff = self._feed_backoff = await asyncio.to_thread(self._journal.backoff)
        try:
            async with asyncio.TaskGroup() as streams:
                streams.create_task(self._repeat(self._talk_once, self._pause(self._backoff)))
                streams.create_task(self._repeat(self._feed_once, self._pause(self._feed_backoff)))
        finally:
            await self._ports.transport.close()
            await self._ports.feed_transport.close()

    async def _repeat(self, once: Callable[[], Awaitable[Rest]], rest: Rest) -> None:
        """A loop, first pausing: a restart in an outage is no reason to start a storm."""
        hurries = self._hurries

        def is_enough() -> bool:
            return self._hurries != hurries or rest.is_enough()

        while True:
            await self._bell.wait(is_enough, rest.seconds)
            hurries = self._hurries
            rest = await self._guarded(once)

    async def _guarded(self, once: Callable[[], Awaitable[Rest]]) -> Rest:
        try:
            return await once()
        except Exception as error:  # noqa: BLE001 - the task boundary of sync: it must not die
            self._bugs = backoff.failed(self._bugs)
            metrics.SYNC_ROUNDS.labels("bug").inc()
            self._log.error("sync round failed", exc_info=error)
            return self._pause(self._bugs)

    # ---- the journal stream

    async def _talk_once(self) -> Rest:
        pokes = self._pokes
        is_probe_due = time.monotonic() >= self._probe_at_s
        request = await asyncio.to_thread(self._conversation.next, is_probe_due)
        if request is None:
            return await self._deliver(Rest(self._idle_s(), lambda: self._pokes != pokes))
        try:
            answer = await self._ports.transport.carry(request)
        except CentralUnreachableError as error:
            return await self._unreached(error)
        except CentralRefusedError as error:
            metrics.SYNC_ROUNDS.labels(error.problem.code or "refused").inc()
            self._reached("push", str(error))
            return await self._went(self._conversation.refused(request, error))
        except LocalProtocolError as error:
            self._conversation.shrink(request, error)
            self._log.warning("push is too large", detail=str(error))
            return Rest(0.0)
        outcome = await asyncio.to_thread(self._conversation.answered, request, answer)
        metrics.SYNC_ROUNDS.labels("acked" if outcome.is_acked else "answered").inc()
        self._reached("push", "" if outcome.is_acked else self._errors["push"])
        if outcome.is_acked:
            self._acked(outcome)
        return await self._went(outcome)

    async def _deliver(self, rest: Rest) -> Rest:
        """The journal is pushed: what customers said of themselves may follow, one by one."""
        if self._delivery is None or self._conversation.state is not State.STREAMING:
            return rest
        try:
            return Rest(0.0) if await self._delivery.one() else rest
        except CentralUnreachableError as error:
            return await self._unreached(error)
        except CentralRefusedError as error:
            self._reached("push", str(error))
            await self._keep(backoff.failed(self._backoff))
            return self._pause(self._backoff, error.problem.retry_after_ms)

    def _idle_s(self) -> float:
        """A poke that got lost costs no more than ``push_idle_s``."""
        left_s = self._probe_at_s - time.monotonic()
        return min(self._ports.push_idle_s, left_s) if left_s > 0 else self._ports.push_idle_s

    def _acked(self, outcome: Outcome) -> None:
        self._probe_at_s = time.monotonic() + self._ports.probe_s
        self._last_ack_s = time.monotonic()
        self._bugs = Backoff()
        if outcome.incident is None:
            self._incidents["push"] = ""
        metrics.OUTBOX.set(outcome.left)
        metrics.LAST_ACK.set_to_current_time()

    async def _unreached(self, error: CentralUnreachableError) -> Rest:
        metrics.SYNC_ROUNDS.labels("unreachable").inc()
        self._conversation.lost(isinstance(error, CentralTimeoutError))
        self._tell(False, "push", str(error))
        await self._keep(backoff.failed(self._backoff))
        rest = self._pause(self._backoff, error.retry_after_ms)
        if error.retry_after_ms:
            return rest
        return Rest(rest.seconds, lambda: self._is_reachable)

    async def _went(self, outcome: Outcome) -> Rest:
        """Note what happened and rest as long as the outcome says."""
        if outcome.incident is not None:
            await self._note("push", *outcome.incident)
        match outcome.pause:
            case "none":
                return Rest(0.0)
            case "asked":
                await self._keep(Backoff())
                return Rest(min(outcome.floor_ms, DELAY_MS_MAX) / 1000)
            case "backoff":
                await self._keep(backoff.failed(self._backoff))
                return self._pause(self._backoff, outcome.floor_ms)

    # ---- the feed, down

    async def _feed_once(self) -> Rest:
        try:
            has_moved = await self._following.page()
        except CentralUnreachableError as error:
            self._doubt(str(error))
            return self._feed_failed(error.retry_after_ms)
        except CentralRefusedError as error:
            self._reached("feed", str(error))
            floor_ms = error.problem.retry_after_ms
            if error.verb not in ("wait", "re-sign"):
                floor_ms = max(floor_ms, limits.BACKOFF_CAP_MS)
                await self._note("feed", f"feed-{error.problem.code or 'refused'}", str(error))
            return self._feed_failed(floor_ms)
        except RemoteProtocolError as error:
            self._reached("feed", str(error))
            await self._note("feed", "feed-hole", str(error))
            return self._feed_failed()
        self._feed_backoff, self._incidents["feed"] = Backoff(), ""
        self._reached("feed", "")
        return Rest(0.0 if has_moved else FEED_PAUSE_S)

    def _feed_failed(self, floor_ms: int = 0) -> Rest:
        """The pause; in an outage of both streams the push stream's first contact ends it."""
        self._feed_backoff = backoff.failed(self._feed_backoff)
        rest = self._pause(self._feed_backoff, floor_ms)
        is_outage = not self._is_reachable and self._backoff.failures > 0
        return Rest(rest.seconds, lambda: self._is_reachable) if is_outage else rest

    # ---- what is known of the link

    def _reached(self, stream: Stream, error: str) -> None:
        """Central answered on this stream; ``error`` is what it said when it was a refusal."""
        self._last_contact_s = time.monotonic()
        self._tell(True, stream, error)

    def _doubt(self, error: str) -> None:
        """The feed was cut: the push stream finds out at once whether central is there."""
        self._probe_at_s = float("-inf")
        self._pokes += 1
        self._tell(False, "feed", error)

    def _tell(self, is_reachable: bool, stream: Stream, error: str) -> None:
        before = (self._is_reachable, self._errors[stream])
        self._is_reachable, self._errors[stream] = is_reachable, error
        metrics.ONLINE.set(is_reachable)
        if before == (is_reachable, error):
            return
        if before[0] != is_reachable:
            self._log.info("central reached" if is_reachable else "central lost", error=error)
        self._ports.changed()
        self._bell.ring()

    async def _keep(self, state: Backoff) -> None:
        """Persist the back-off when it changed."""
        metrics.BACKOFF_FAILURES.set(state.failures)
        if state != self._backoff:
            self._backoff = state
            await asyncio.to_thread(self._journal.save_backoff, state)

    async def _note(self, stream: Stream, kind: str, detail: str) -> None:
        """An incident for technicians, once until the stream runs again."""
        if kind == self._incidents[stream]:
            return
        self._incidents[stream] = kind
        self._log.error("sync incident", kind=kind, detail=detail)
        await asyncio.to_thread(self._journal.note_incident, kind, detail)

    def _pause(self, state: Backoff, floor_ms: int = 0) -> Rest:
        floor_ms = min(floor_ms, DELAY_MS_MAX)
        return Rest(backoff.delay_ms(state, self._ports.chance.random(), floor_ms) / 1000)
