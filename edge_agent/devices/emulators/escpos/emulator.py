"""The emulated receipt printer as one thing: start it, print on it, read its papers.

Promise: an independent witness. It shares no code with any driver; its papers and counts come from
the bytes it received and nothing else.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from edge_agent.devices.emulators.escpos.dialects import DIALECTS
from edge_agent.devices.emulators.escpos.hands import act, act_all
from edge_agent.devices.emulators.escpos.links import PtyLink, TcpLink
from edge_agent.devices.emulators.escpos.papers import KEPT, Paper, Where, is_ticket
from edge_agent.devices.emulators.escpos.printer import build
from edge_agent.devices.emulators.escpos.render import render_paper
from edge_agent.devices.emulators.escpos.web import answer

LOCALHOST = "127.0.0.1"


class PaperState(Struct, frozen=True):
    number: int
    complete: bool
    ticket: bool
    printed_at: str
    text: str
    qr: list[str]
    where: Where


class State(Struct, frozen=True):
    """What ``GET /state.json`` says; papers newest first."""

    papers: list[PaperState]
    tickets: int
    retracted: int
    presenter: bool
    sensors: dict[str, bool]
    offline: bool
    mute: bool
    buffered_bytes: int
    errors: list[str]


class EscposEmulator:
    """A printer of ``columns`` on ``dots`` (576 or 384). ``lines_per_s`` 0 prints at once.

    ``dialect``: ``escpos``, ``bematech``, ``daruma``, or ``custom``, which has a presenter.
    """

    def __init__(
        self,
        folder: Path | None = None,
        columns: int = 48,
        dots: int = 576,
        lines_per_s: float = 60,
        faults: frozenset[str] = frozenset(),
        dialect: str = "escpos",
    ) -> None:
        if dialect not in DIALECTS:
            raise ValueError(f"{dialect!r} is none of {', '.join(DIALECTS)}")
        self.printer = build(folder, columns, dots, lines_per_s, DIALECTS[dialect])
        self._dots = dots
        self._tasks: set[asyncio.Task[None]] = set()
        self._working = False
        self._servers: list[asyncio.Server] = []
        self._ptys: list[PtyLink] = []
        act_all(self.printer, faults)

    @property
    def errors(self) -> list[str]:
        """Everything the sender did that a printer does not understand. Empty is right."""
        return self.printer.machine.errors

    # ---- ways in

    async def start_tcp(self, port: int = 0) -> int:
        """Listen on this machine; the port chosen."""
        self._work()
        server = await asyncio.start_server(self._connected, LOCALHOST, port)
        return self._port(server)

    def start_pty(self) -> str:
        """A serial line; the path to open. Needs a running loop."""
        self._work()
        link = PtyLink()
        self._ptys.append(link)
        self._spawn(self.printer.listen(link))
        return link.path

    async def start_http(self, port: int = 0) -> int:
        """The page with the papers, on this machine only; the port chosen."""
        self._work()
        server = await asyncio.start_server(self._asked, LOCALHOST, port)
        return self._port(server)

    async def stop(self) -> None:
        """Everything closed. The papers stay readable."""
        self.printer.customer.leave()
        for server in self._servers:
            server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for link in self._ptys:
            link.close()
        self._servers, self._ptys, self._working = [], [], False

    # ---- the witness

    def papers(self) -> list[Paper]:
        """Oldest first; the last may still hang in the printer (``complete`` false)."""
        return self.printer.machine.papers()

    def tickets_printed(self) -> int:
        """Those that a customer has or can still get."""
        return sum(is_ticket(it.text) and it.where not in KEPT for it in self.papers())

    def tickets_retracted(self) -> int:
        return sum(is_ticket(it.text) and it.where == "retracted" for it in self.papers())

    def render(self, number: int) -> bytes:
        """Paper ``number`` as PNG. Raises KeyError when there is none."""
        return render_paper(self._paper(number), self._dots, self.printer.machine.cell)

    def state(self) -> State:
        sensors = self.printer.machine.sensors
        return State(
            papers=[_state_of(paper) for paper in reversed(self.papers())],
            tickets=self.tickets_printed(),
            retracted=self.tickets_retracted(),
            presenter=self.printer.machine.presenter is not None,
            sensors=structs.asdict(sensors),
            offline=sensors.offline,
            mute=self.printer.mute,
            buffered_bytes=self.printer.buffered,
            errors=list(self.errors),
        )

    # ---- hands

    def act(self, deed: str) -> None:
        """One deed of ``hands.DEEDS``, from any thread. Raises ValueError."""
        act(self.printer, deed)

    def power_cycle(self) -> None:
        self.act("power_cycle")

    # ---- inside

    def _paper(self, number: int) -> Paper:
        for paper in self.papers():
            if paper.number == number:
                return paper
        raise KeyError(number)

    def _work(self) -> None:
        if not self._working:
            self._working = True
            self._spawn(self.printer.work())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _port(self, server: asyncio.Server) -> int:
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._spawn(self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.printer.listen(TcpLink(reader, writer))
        finally:
            writer.close()

    def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._spawn(answer(self, reader, writer))


def _state_of(paper: Paper) -> PaperState:
    return PaperState(
        number=paper.number,
        complete=paper.complete,
        ticket=is_ticket(paper.text),
        printed_at=paper.printed_at.isoformat(),
        text=paper.text,
        qr=paper.qr,
        where=paper.where,
    )
