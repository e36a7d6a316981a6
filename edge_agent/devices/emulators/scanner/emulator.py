"""A code scanner on TCP or a pty: whatever is scanned goes out as one line.

It shares no code with the drivers it feeds.
"""

import asyncio
import os
import tty
from collections.abc import Collection

from edge_agent.devices.emulators.front import Face, Front, Key

LOOPBACK = "127.0.0.1"
FAULTS = (
    "split_bytes",
    "no_suffix",
    "lf_only",
    "garbage",
    "double_read",
    "unplug",
    "long_code",
    "latin1",
)
"""Names of what can go wrong; set them live."""

GAP_S = 0.005
LONG = 3000
SHOWN = 10


class ScannerEmulator:
    """``scan(text)`` once a line is connected. Everything but the constructor runs on one event
    loop.
    """

    def __init__(self, faults: Collection[str] = frozenset()) -> None:
        unknown = set(faults) - set(FAULTS)
        if unknown:
            raise ValueError(f"unknown faults {sorted(unknown)}; known: {', '.join(FAULTS)}")
        self.faults = set(faults)
        self.scanned: list[str] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._masters: list[tuple[int, int]] = []
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start_tcp(self, port: int = 0) -> int:
        return await self._listen(await asyncio.start_server(self._serve, LOOPBACK, port))

    async def start_http(self, port: int = 0) -> int:
        """The scanner's face for a person: http://127.0.0.1:PORT/."""
        front = Front(self._face, self._act)
        return await self._listen(await asyncio.start_server(front.serve, LOOPBACK, port))

    def start_pty(self) -> str:
        """The path to open as a serial port. It stays when the other side closes it."""
        master, slave = os.openpty()
        tty.setraw(slave)
        self._masters.append((master, slave))
        return os.ttyname(slave)

    async def stop(self) -> None:
        """Idempotent."""
        for server in self._servers:
            server.close()
        self._hang_up()
        for server in self._servers:
            await server.wait_closed()
        for master, slave in self._masters:
            os.close(master)
            os.close(slave)
        self._servers, self._masters = [], []

    def is_heard(self) -> bool:
        """Whether somebody listens on TCP."""
        return bool(self._writers)

    async def scan(self, text: str) -> None:
        """One code, as the faults make it."""
        self.scanned.append(text)
        if "unplug" in self.faults:
            self._hang_up()
            return
        for _ in range(2 if "double_read" in self.faults else 1):
            await self._send(self._line(text))

    def _line(self, text: str) -> bytes:
        if "long_code" in self.faults:
            text = text * (LONG // max(1, len(text)) + 1)
        data = text.encode("latin-1" if "latin1" in self.faults else "utf-8", "replace")
        if "garbage" in self.faults:
            data = b"\x00\xff\x1b[A" + data
        if "no_suffix" in self.faults:
            return data
        return data + (b"\n" if "lf_only" in self.faults else b"\r\n")

    async def _send(self, data: bytes) -> None:
        size = 1 if "split_bytes" in self.faults else len(data)
        for start in range(0, len(data), size):
            part = data[start : start + size]
            for writer in self._writers:
                writer.write(part)
            for master, _ in self._masters:
                os.write(master, part)
            if size == 1:
                await asyncio.sleep(GAP_S)

    async def _listen(self, server: asyncio.Server) -> int:
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while await reader.read(1024):
                continue
        except ConnectionError:
            return
        finally:
            self._writers.discard(writer)
            writer.close()

    def _hang_up(self) -> None:
        for writer in self._writers:
            writer.close()

    def _face(self) -> Face:
        keys = [Key("scan", "Ler código", "Texto do código")]
        return Face(
            "Leitor de códigos", ["PRONTO"], keys, [[it] for it in self.scanned[: -SHOWN - 1 : -1]]
        )

    def _act(self, deed: str, text: str) -> None:
        if deed != "scan" or not text:
            raise ValueError("type the code to scan")
        task = asyncio.get_running_loop().create_task(self.scan(text))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
