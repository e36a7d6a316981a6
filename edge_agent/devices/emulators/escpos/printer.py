"""The printer's electronics: receive, buffer, print at a pace, answer in turn or at once.

What flows through: chunks from links into one buffer; commands from the buffer to the Machine at
printing speed; replies back to whoever asked. Promise: real-time commands are answered even when
the buffer stands still; nothing is answered before the paper before it has moved; what was in the
buffer at power off is lost.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from pathlib import Path

from edge_agent.devices.emulators.escpos.commands import REALTIME, Command, Tokeniser
from edge_agent.devices.emulators.escpos.links import Link
from edge_agent.devices.emulators.escpos.machine import Machine
from edge_agent.devices.emulators.escpos.papers import LINE_DOTS

BUFFER_MAX = 65_536
SLOW_BUFFER_MAX = 512
SLOW_LINES_PER_S = 3.0
CLEAR_BUFFER = bytes((8, 1, 3, 20, 1, 6, 2, 8))


class Printer:
    """One printer. Its knobs may be turned from any thread; all else lives in one event loop."""

    def __init__(self, machine: Machine, lines_per_s: float) -> None:
        self.machine = machine
        self.mute = False
        self.half_close = False
        self.slow = False
        self._lines_per_s = lines_per_s
        self._buffer: deque[tuple[Command, Link]] = deque()
        self._links: list[Link] = []
        self._wake = asyncio.Event()
        self._taken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lives = 1
        self._said = machine.sensors.automatic()

    @property
    def buffered(self) -> int:
        """Bytes received and not yet printed."""
        return sum(len(command.args) + 1 for command, _ in tuple(self._buffer))

    # ---- receiving

    async def listen(self, link: Link) -> None:
        """Serve one link until its other end is gone."""
        tokeniser = Tokeniser()
        self._links.append(link)
        if self.half_close:
            link.half_close()
        try:
            while chunk := await link.read():
                for command in tokeniser.feed(chunk):
                    self._receive(command, link)
                await self._room()
        finally:
            self._links.remove(link)

    def _receive(self, command: Command, link: Link) -> None:
        if command.name in REALTIME:
            self._at_once(command, link)
        else:
            self._buffer.append((command, link))
            self._wake.set()

    async def _room(self) -> None:
        """A full buffer makes the printer busy: it stops reading."""
        while self.buffered > (SLOW_BUFFER_MAX if self.slow else BUFFER_MAX):
            self._taken.clear()
            await self._taken.wait()

    def _at_once(self, command: Command, link: Link) -> None:
        sensors = self.machine.sensors
        if command.name == "DLE EOT":
            self._send(link, sensors.realtime(command.args[0]))
        elif command.name == "DLE ENQ":
            sensors.cutter_error = False
            if command.args[0] == 2:
                self._clear()
        elif command.args == CLEAR_BUFFER:
            self._clear()
        elif command.args[0] == 1:
            sensors.drawer_open = True
        else:
            self.machine.errors.append(f"DLE DC4: {command.args.hex(' ')}")
        self.changed()

    def _clear(self) -> None:
        self._buffer.clear()
        self.machine.drop_line()

    # ---- printing

    async def work(self) -> None:
        """Print what is in the buffer, for ever. Stands still while offline."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            if self._buffer and not self.machine.sensors.offline:
                await self._print_next()
            else:
                await self._wake.wait()

    async def _print_next(self) -> None:
        command, link = self._buffer.popleft()
        life, before = self._lives, self.machine.moved
        reply = self.machine.perform(command)
        await asyncio.sleep(self._seconds(self.machine.moved - before))
        if life == self._lives and reply:
            self._send(link, reply)
        self._taken.set()
        self._tell_changes()

    def _seconds(self, dots: int) -> float:
        pace = SLOW_LINES_PER_S if self.slow else self._lines_per_s
        return dots / LINE_DOTS / pace if pace else 0.0

    # ---- speaking

    def _send(self, link: Link, data: bytes) -> None:
        if not self.mute and link in self._links:
            link.send(data)

    def changed(self) -> None:
        """A knob was turned: look again. Safe from any thread."""
        self._soon(self._look_again)

    def _look_again(self) -> None:
        self._wake.set()
        self._taken.set()
        self._tell_changes()
        if self.half_close:
            for link in self._links:
                link.half_close()

    def _tell_changes(self) -> None:
        now = self.machine.sensors.automatic()
        if now == self._said:
            return
        self._said = now
        if self.machine.automatic:
            for link in self._links:
                self._send(link, now)

    # ---- hands

    def pace(self, lines_per_s: float) -> None:
        """How fast it prints from now on; 0 at once."""
        self._lines_per_s = lines_per_s

    def power_cycle(self) -> None:
        """Off and on: the buffer is lost, connections break, the strip is torn off."""
        self._lives += 1
        self._buffer.clear()
        self.machine.forget()
        self.machine.tear_off()
        self._soon(self._hang_up)
        self.changed()

    def _hang_up(self) -> None:
        for link in self._links:
            link.drop()

    def _soon(self, deed: Callable[[], None]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(deed)


def build(folder: Path | None, columns: int, dots: int, lines_per_s: float) -> Printer:
    """A printer with its machine; papers kept in ``folder`` when given."""
    return Printer(Machine(columns, dots, folder), lines_per_s)
