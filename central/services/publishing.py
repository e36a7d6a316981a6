"""Publishing: headquarters' word to totems, as a feed of dense versions with long polls.

However many totems wait, one query a second over the heads wakes those whose scope has moved.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from msgspec import ValidationError, json

from central import clock
from central.ledger import feed
from central.ledger.database import Database
from central.services.admission import Admission, Kind
from central.services.refusals import RefusalError
from sync_protocol import limits
from sync_protocol.errors import MalformedEnvelopeError
from sync_protocol.feed import FeedPage

POLL_S = 1.0
TRIM_S = 3600.0


class FeedWatch:
    """Waiters of one API instance. ``poll`` runs once a second; ``close`` lets everybody go."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiters: dict[asyncio.Event, dict[str, int]] = {}
        self._closed = False

    async def poll(self) -> None:
        """Wake whoever has a scope that moved past its cursor. Raises LedgerUnavailableError."""
        if not self._waiters:
            return
        heads = await feed.heads(self._database)
        for event, cursor in self._waiters.items():
            if any(heads.get(scope, 0) > version for scope, version in cursor.items()):
                event.set()

    @contextmanager
    def waiting(self, cursor: dict[str, int]) -> Iterator[asyncio.Event]:
        """An event that is set once something follows the cursor."""
        event = asyncio.Event()
        if self._closed:
            event.set()
        self._waiters[event] = cursor
        try:
            yield event
        finally:
            del self._waiters[event]

    def close(self) -> None:
        """Answer every long poll now, and hold no new one: the server is stopping."""
        self._closed = True
        for event in self._waiters:
            event.set()


class Publishing:
    """Serves feed pages."""

    def __init__(
        self, database: Database, watch: FeedWatch, admission: Admission, server_gen: int
    ) -> None:
        self._database = database
        self._admission = admission
        self._watch = watch
        self._metrics = admission.metrics
        self._server_gen = server_gen

    async def snapshot(self, scopes: list[str]) -> FeedPage:
        """Everything live, for a totem whose cursor means nothing here.

        Raises RefusalError overloaded.
        """
        with self._admission.admitted(Kind.SNAPSHOT):
            items, cursor = await feed.snapshot(self._database, scopes)
        self._metrics.feed_items.inc(len(items))
        return FeedPage(items, cursor, True, self._server_gen)

    async def page(
        self, scopes: list[str], cursor: str, generation: int, wait_s: float
    ) -> FeedPage:
        """What follows the cursor; waits up to ``wait_s`` for something to follow.

        Raises MalformedEnvelopeError for a cursor that is none, RefusalError stale-gen for one
        ahead of us, or of a generation before a restore, cursor-expired for one behind the tail.
        """
        if generation not in (0, self._server_gen):
            raise RefusalError("stale-gen", "The ledger was restored since this cursor was given.")
        read = _read_cursor(scopes, cursor)
        await self._check_not_expired(read)
        page = await self._read_page(read)
        if not page.items and wait_s > 0:
            await self._check_not_ahead(read)
            with self._watch.waiting(read) as event:
                await self._wait(event, min(wait_s, limits.FEED_WAIT_S_MAX))
            page = await self._read_page(read)
        self._metrics.feed_items.inc(len(page.items))
        return page

    async def _read_page(self, cursor: dict[str, int]) -> FeedPage:
        found, is_all = await feed.items(
            self._database, cursor, limits.FEED_ITEMS_MAX, limits.FEED_PAGE_BYTES_MAX
        )
        after = dict(cursor)
        for item in found:
            after[item.scope] = item.version
        return FeedPage(found, after, is_all, self._server_gen)

    async def _check_not_ahead(self, cursor: dict[str, int]) -> None:
        heads = await feed.heads(self._database, list(cursor))
        ahead = [scope for scope, version in cursor.items() if version > heads[scope]]
        if ahead:
            raise RefusalError("stale-gen", f"The cursor is ahead of the feed in {ahead[0]}.")

    async def _check_not_expired(self, cursor: dict[str, int]) -> None:
        tails = await feed.tails(self._database, list(cursor))
        behind = [scope for scope, tail in tails.items() if cursor[scope] < tail]
        if behind:
            raise RefusalError("cursor-expired", f"Changes of {behind[0]} are gone: read it anew.")

    async def trim(self) -> None:
        """Forget changes that are older than the feed keeps. Raises LedgerUnavailableError."""
        await feed.trim(self._database, clock.now() - timedelta(days=limits.FEED_KEEP_DAYS))

    async def _wait(self, event: asyncio.Event, wait_s: float) -> None:
        self._metrics.feed_waiters.inc()
        try:
            async with asyncio.timeout(wait_s):
                await event.wait()
        except TimeoutError:
            return
        finally:
            self._metrics.feed_waiters.dec()


def _read_cursor(scopes: list[str], cursor: str) -> dict[str, int]:
    """Every scope of the totem with how far it has read; 0 where the cursor says nothing."""
    try:
        given = json.decode(cursor or "{}", type=dict[str, int])
    except (ValidationError, ValueError) as error:
        raise MalformedEnvelopeError(f"cursor: {error}") from error
    for scope, version in given.items():
        if scope not in scopes:
            raise MalformedEnvelopeError(f"cursor: {scope:.64} is no scope of this totem")
        if not 0 <= version < 2**63:
            raise MalformedEnvelopeError(f"cursor: {scope} cannot be at {version}")
    return {scope: given.get(scope, 0) for scope in scopes}
