"""Private records to headquarters, one at a time, whenever the journal has nothing to push.

A record leaves this disk only with a receipt. One that central refuses is left where it is and
tried again after the agent's next start; it stops neither the others nor the journal.
"""

import asyncio

import structlog

from edge_agent.sync.errors import CentralRefusedError
from edge_agent.sync.ports import PrivateShelf
from edge_agent.sync.transport import Transport

_PASSING = ("wait", "re-sign")


class Delivery:
    """The records of one totem on their way."""

    def __init__(self, shelf: PrivateShelf, transport: Transport) -> None:
        self._shelf = shelf
        self._transport = transport
        self._refused: set[str] = set()
        self._log = structlog.get_logger("sync")

    async def one(self) -> bool:
        """Whether one was dealt with, so that there may be another. Raises SyncError."""
        due = await asyncio.to_thread(self._shelf.due)
        waiting = [it for it in due if it[0] not in self._refused]
        if not waiting:
            return False
        sale, record = waiting[0]
        try:
            await self._transport.private(sale, record)
        except CentralRefusedError as error:
            if error.verb in _PASSING:
                raise
            self._refused.add(sale)
            self._log.error("private record refused", sale=sale, detail=str(error))
            return True
        await asyncio.to_thread(self._shelf.delivered, sale)
        return True
