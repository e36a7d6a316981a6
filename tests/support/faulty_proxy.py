"""A line to central that misbehaves as told, on loopback: where the kernel has no netem.

Set the faults while it runs; they hold for what flows from then on.
"""

import asyncio
import random
import threading
from contextlib import suppress

PIECE = 1024


class FaultyProxy:
    """A TCP forwarder to ``target`` with faults. ``stop`` when done.

    ``delay_s`` before every piece, ``bytes_per_s`` of either direction (0: no limit), ``loss`` the
    chance that a connection dies within a piece, ``is_half_open``: requests arrive, no answer ever
    comes back and no connection ends.
    """

    def __init__(self, target: int, seed: int = 0) -> None:
        self.delay_s = 0.0
        self.bytes_per_s = 0
        self.loss = 0.0
        self.is_half_open = False
        self.killed = 0
        self._target = target
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _end(self) -> None:
        self._server.close()
        flows = asyncio.all_tasks(self._loop) - {asyncio.current_task()}
        for flow in flows:
            flow.cancel()
        await asyncio.gather(*flows, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        up = asyncio.create_task(self._pump(reader, onward[1], is_answer=False))
        down = asyncio.create_task(self._pump(onward[0], writer, is_answer=True))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            up.cancel()
            down.cancel()
            writer.close()
            onward[1].close()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(PIECE):
                if self._chance.random() < self.loss:
                    self.killed += 1
                    return
                slow_s = len(data) / self.bytes_per_s if self.bytes_per_s else 0.0
                await asyncio.sleep(self.delay_s + slow_s)
                if is_answer and self.is_half_open:
                    continue
                writer.write(data)
                await writer.drain()
