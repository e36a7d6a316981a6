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

from edge_agent.devices.emulators.escpos.commands import Command, Tokeniser
from edge_agent.devices.emulators.escpos.dialect import Dialect
from edge_agent.devices.emulators.escpos.links import Link
from edge_agent.devices.emulators.escpos.machine import Machine
from edge_agent.devices.emulators.escpos.papers import LINE_DOTS
from edge_agent.devices.emulators.escpos.presenter import Customer

BUFFER_MAX = 65_536
SLOW_BUFFER_MAX = 512
SLOW_LINES_PER_S = 3.0


class Printer:
    """One printer. Its knobs may be turned from any thread; all else lives in one event loop."""

    def __init__(self, machine: Machine, lines_per_s: float) -> None:
        self.machine = machine
        self.mute = False
        self.latency_s = 0.0
        self.half_close = False
        self.slow = False
        self.printing = False
        self.customer = Customer()
        self._lines_per_s = lines_per_s
        self._buffer: deque[tuple[Command, Link]] = deque()
        self._links: list[Link] = []
        self._wake = asyncio.Event()
        self._taken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lives = 1
        self._said: dict[str, bytes] = {}

    @property
    def buffered(self) -> int:
        """Bytes received and not yet printed."""
        return sum(len(command.args) + 1 for command, _ in tuple(self._buffer))

    @property
    def fullness(self) -> float:
        return self.buffered / self._buffer_max

    @property
    def _buffer_max(self) -> int:
        return SLOW_BUFFER_MAX if self.slow else BUFFER_MAX

    # ---- receiving

    async def listen(self, link: Link) -> None:
        """Serve one link until its other end is gone."""
        tokeniser = Tokeniser(self.machine.dialect.grammar)
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
        at_once = self.machine.dialect.at_once.get(command.name)
        if at_once is None:
            self._buffer.append((command, link))
            self._wake.set()
            return
        if reply := at_once(self, command.args):
            self._send(link, reply)
        self.changed()

    async def _room(self) -> None:
        """A full buffer makes the printer busy: it stops reading."""
        while self.buffered > self._buffer_max:
            self._taken.clear()
            await self._taken.wait()

    def clear(self) -> None:
        """Forget what was received and not printed; settings stay."""
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
        self.printing = True
        reply = self.machine.perform(command)
        await asyncio.sleep(self._seconds(self.machine.moved - before))
        self.printing = False
        if life == self._lives and reply:
            self._send(link, reply)
        self._taken.set()
        self._tell_changes()

    def _seconds(self, dots: int) -> float:
        pace = SLOW_LINES_PER_S if self.slow else self._lines_per_s
        return dots / LINE_DOTS / pace if pace else 0.0

    # ---- speaking

    def _send(self, link: Link, data: bytes) -> None:
        if self.mute or link not in self._links:
            return
        if self.latency_s:
            asyncio.get_running_loop().call_later(self.latency_s, self._send_late, link, data)
        else:
            link.send(data)

    def _send_late(self, link: Link, data: bytes) -> None:
        if link in self._links:
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
        """Whoever asked to be told has just been told how things are; from then on, changes."""
        now = {name: report() for name, report in self.machine.watched.items()}
        news = [said for name, said in now.items() if self._said.get(name, said) != said]
        self._said = now
        for said in news:
            for link in self._links:
                self._send(link, said)
        self._call_customer()

    def _call_customer(self) -> None:
        if self.machine.presenter is not None:
            jammed = self.machine.sensors.mouth_jam
            self.customer.look(self.machine.presenter, jammed, self._taken_from_mouth)

    def _taken_from_mouth(self) -> None:
        if self.machine.presenter is not None:
            self.machine.presenter.take()
        self.changed()

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


def build(
    folder: Path | None, columns: int, dots: int, lines_per_s: float, dialect: Dialect
) -> Printer:
    """A printer with its machine; papers kept in ``folder`` when given."""
    return Printer(Machine(columns, dots, folder, dialect), lines_per_s)
