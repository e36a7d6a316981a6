"""A network cable to central that can be pulled: a TCP forwarder on loopback."""

import asyncio
from contextlib import suppress

from edge_agent.cli.demo.ports import free_port


class Link:
    """Forwards to ``port`` while whole; cut, it drops what flows and accepts nothing."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._flows: set[asyncio.Task[None]] = set()
        self.port = free_port()

    @property
    def is_whole(self) -> bool:
        return self._server is not None

    async def join(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def cut(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for flow in tuple(self._flows):
            flow.cancel()
        await asyncio.gather(*self._flows, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is served by a task"
        self._flows.add(task)
        try:
            onward = await asyncio.open_connection("127.0.0.1", self._target)
            try:
                await asyncio.gather(_pump(reader, onward[1]), _pump(onward[0], writer))
            finally:
                onward[1].close()
        except (OSError, asyncio.CancelledError):
            return
        finally:
            self._flows.discard(task)
            writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
