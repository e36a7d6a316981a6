"""One page of the feed: checked, then applied with its cursor or not at all."""

import asyncio
from collections.abc import Callable

from msgspec import structs

from edge_agent.sync.errors import CentralRefusedError
from edge_agent.sync.ports import SyncJournal
from edge_agent.sync.transport import Transport
from sync_protocol import downlink


class Following:
    """Reads headquarters' word. ``applied`` is called, in a thread, after a page moved us on."""

    def __init__(
        self, journal: SyncJournal, transport: Transport, applied: Callable[[], None], wait_s: int
    ) -> None:
        self._journal = journal
        self._transport = transport
        self._applied = applied
        self._wait_s = wait_s

    async def page(self) -> bool:
        """Whether a page moved the cursor. Raises SyncError, FeedHoleError.

        What is stored is the cursor that the items prove, not the one the page claims.
        """
        cursor = await asyncio.to_thread(self._journal.feed_cursor)
        generation = await asyncio.to_thread(self._journal.feed_gen)
        try:
            page = await self._transport.feed(cursor, generation, self._wait_s)
        except CentralRefusedError as error:
            if error.verb != "snapshot":
                raise
            return await self._snapshot()
        after = downlink.check_page(cursor, page)
        if after == cursor and page.server_gen == generation:
            return False
        await asyncio.to_thread(self._journal.apply_feed, structs.replace(page, cursor=after))
        await asyncio.to_thread(self._applied)
        return True

    async def _snapshot(self) -> bool:
        """The cursor means nothing to central any more: read everything anew."""
        page = await self._transport.snapshot()
        downlink.check_snapshot(page)
        await asyncio.to_thread(self._journal.replace_feed, page)
        await asyncio.to_thread(self._applied)
        return True
