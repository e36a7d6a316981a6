"""A pinpad with virtual cards that speaks ABECS 2.12 on TCP and on a pty, for demo, training and
field tests.

It shares no code with the drivers it answers and keeps its own list of approvals: what a kiosk
books can be compared with what cards agreed to. One pinpad, however many lines: the newest TCP
connection wins.
"""

import asyncio
import os
import tty
from collections.abc import Collection
from pathlib import Path

from edge_agent.devices.emulators.abecs.customer import Behaviour
from edge_agent.devices.emulators.abecs.faults import FAULTS, Fault
from edge_agent.devices.emulators.abecs.hardware import assembled
from edge_agent.devices.emulators.abecs.link import Link, Outside, Timing
from edge_agent.devices.emulators.abecs.terminal import Terminal
from edge_agent.devices.emulators.abecs.web import Front
from edge_agent.devices.emulators.abecs.witness import Approval, Disclosure

LOOPBACK = "127.0.0.1"
READ_MOST = 4096


class AbecsEmulator:
    """``faults`` may be changed while it runs. ``seed`` decides cards, mix and serial number.
    Everything but the constructor runs on one event loop."""

    def __init__(
        self,
        behaviour: Behaviour,
        folder: Path | None = None,
        seed: int = 0,
        faults: Collection[Fault] = frozenset(),
        timing: Timing | None = None,
    ) -> None:
        unknown = set(faults) - set(FAULTS)
        if unknown:
            raise ValueError(f"unknown faults {sorted(unknown)}; known: {', '.join(FAULTS)}")
        self.faults: set[Fault] = set(faults)
        self._hardware = assembled(behaviour, folder, seed, self.faults)
        self.serial = self._hardware.serial
        self._timing = timing or Timing()
        self._witness = self._hardware.witness
        self._panel = self._hardware.panel
        self._customer = self._hardware.customer
        self._terminal = Terminal(self._hardware)
        self._front = Front(self.serial, self._panel, self._customer, self._witness)
        self._servers: list[asyncio.Server] = []
        self._tcp_peer: tuple[asyncio.StreamWriter, Link] | None = None
        self._tcp_tasks: set[asyncio.Task[None]] = set()
        self._ptys: list[tuple[int, int, Link]] = []

    def approvals(self) -> list[Approval]:
        return self._witness.approvals()

    def disclosures(self) -> list[Disclosure]:
        """How whole card numbers left the pinpad; one whose method is clear is a scandal."""
        return self._witness.disclosures()

    async def start_tcp(self, port: int = 0) -> int:
        return await self._listen(await asyncio.start_server(self._serve_tcp, LOOPBACK, port))

    async def start_http(self, port: int = 0) -> int:
        """The pinpad's face for a person: http://127.0.0.1:PORT/."""
        return await self._listen(await asyncio.start_server(self._front.serve, LOOPBACK, port))

    def start_pty(self) -> str:
        """The path to open as a serial port. It stays when the other side closes it."""
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._ptys.append((master, slave, self._serve_pty(master)))
        return os.ttyname(slave)

    async def stop(self) -> None:
        """Idempotent. Approvals can still be asked for."""
        for server in self._servers:
            server.close()
        self._drop_tcp_peer()
        for master, slave, link in self._ptys:
            asyncio.get_running_loop().remove_reader(master)
            link.close()
            os.close(master)
            os.close(slave)
        for server in self._servers:
            await server.wait_closed()
        await asyncio.gather(*self._tcp_tasks)
        self._servers, self._ptys = [], []

    def power_cycle(self) -> None:
        """Off and on again: lines drop, whatever was going on is forgotten; the list stays."""
        self._drop_tcp_peer()
        self._panel.cancel()
        self._panel.remove()
        self._terminal = Terminal(self._hardware)
        for at, (master, slave, link) in enumerate(self._ptys):
            link.close()
            self._ptys[at] = (master, slave, self._serve_pty(master))

    async def _listen(self, server: asyncio.Server) -> int:
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._drop_tcp_peer()
        task = asyncio.current_task()
        assert task is not None
        self._tcp_tasks.add(task)
        task.add_done_callback(self._tcp_tasks.discard)
        outside = Outside(writer.write, self._drop_tcp_peer, self.power_cycle)
        link = Link(self._terminal, outside, self.faults, self._timing)
        self._tcp_peer = (writer, link)
        try:
            while data := await reader.read(READ_MOST):
                link.hear(data)
        except ConnectionError:
            return
        finally:
            if self._tcp_peer and self._tcp_peer[1] is link:
                self._drop_tcp_peer()

    def _drop_tcp_peer(self) -> None:
        peer, self._tcp_peer = self._tcp_peer, None
        if peer is not None:
            writer, link = peer
            link.close()
            writer.close()

    def _serve_pty(self, master: int) -> Link:
        outside = Outside(lambda data: _write(master, data), lambda: None, self.power_cycle)
        link = Link(self._terminal, outside, self.faults, self._timing)
        asyncio.get_running_loop().add_reader(master, self._read_pty, master, link)
        return link

    def _read_pty(self, master: int, link: Link) -> None:
        try:
            link.hear(os.read(master, READ_MOST))
        except BlockingIOError:
            return


def _write(master: int, data: bytes) -> None:
    """A serial line nobody reads loses what does not fit."""
    try:
        os.write(master, data)
    except BlockingIOError:
        return
