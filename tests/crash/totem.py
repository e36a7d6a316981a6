"""The two lives of a totem in a crash run: one that is killed in the middle of a card sale, of a
void or of a second copy, and the next.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, cast

from edge_agent.clock import SystemClock
from edge_agent.devices.care import printer_care, reader_care
from edge_agent.devices.ports import CardReader, Device, Printer
from edge_agent.devices.registry import build_device, find_driver
from edge_agent.devices.supervisor import Supervisor
from edge_agent.journal.connection import Connect, connect, load_key
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Stamp, open_epoch
from edge_agent.services.board import Board
from edge_agent.services.card_desk import CardDesk, Reader
from edge_agent.services.errors import RefusedError
from edge_agent.services.paper import Place
from edge_agent.services.printing import Paperwork, Printing, reprint
from edge_agent.services.recovery import settle_at_boot
from edge_agent.services.refunds import VoidDesk
from edge_agent.services.resolver import Ears, Resolver
from edge_agent.services.visits import Visits
from tests.crash.cuts import Cuts
from tests.crash.judges import Deed
from tests.crash.readers import KINDS
from tests.support.bench_totem import CATALOGUE, DAY, GRANT, basket

PATIENCE_S = 320.0
"""Beyond the longest a driver waits for a far end that fell silent (an answer of a TEF manager)."""

WAITING_S = 3.0
"""A POS that was never answered waits for its next session: nothing more can come of it here."""


class Far(NamedTuple):
    """Addresses of the devices' far ends."""

    printer: str
    reader: str
    kind: str = "abecs"


class Life:
    """One start of the agent's insides, without its HTTP."""

    def __init__(self, folder: Path, far: Far, cuts: Cuts | None) -> None:
        clock = SystemClock()
        connect_to: Connect = connect if cuts is None else cuts.connect
        self.journal = Journal(folder, load_key(folder), self._stamp, connect_to)
        kind = KINDS[far.kind]
        printer = _built("escpos", "printer", far.printer, {}, cuts)
        reader = _built(kind.driver, "card_reader", far.reader, kind.options, cuts)
        self.printer = Supervisor(cast(Printer, printer), printer_care("printer"), clock)
        capabilities = cast(CardReader, reader).capabilities
        care = reader_care("reader", capabilities.heartbeat_s)
        self.reader = Supervisor(cast(CardReader, reader), care, clock)
        self.board = Board()
        self.printing = Printing(
            self.journal,
            self.printer,
            Paperwork(lambda: Place(CATALOGUE, "Recepção", "T0001"), _sign),
            self.board,
            lambda: self.resolver.poke(),
        )
        self.card_reader = Reader(self.reader, capabilities)
        desk = CardDesk(self.journal, self.card_reader, self.board, clock.wall_ms)
        self.visits = Visits(self.journal, desk, self.printing, self.board, clock.monotonic)
        self.visits.ended = lambda: self.resolver.poke()
        self.resolver = Resolver(
            self.journal,
            self.reader,
            Ears(
                may_act=lambda: True,
                waiting=self.visits.waiting_sale,
                paying=self.visits.paying,
                prefix_of=lambda _: "C",
                paid=self.visits.heard_paid,
                not_paid=self.visits.heard_not_paid,
            ),
        )

    async def start(self) -> None:
        self.board.attach(asyncio.get_running_loop())
        self.journal.start()
        await self.journal.do(open_epoch(GRANT))
        await self.journal.do(settle_at_boot)
        self.printer.start()
        self.reader.start()
        self._tasks = [
            asyncio.create_task(self.printing.run()),
            asyncio.create_task(self.resolver.run()),
        ]
        self.printing.poke()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.reader.stop()
        self.printer.stop()
        self.journal.stop()

    async def do(self, deed: Deed) -> None:
        match deed:
            case "sale":
                await self.sell()
            case "void":
                await self.void()
            case "copy":
                await self.copy()

    async def sell(self) -> None:
        """One debit sale, touch to ticket."""
        self.visits.start(CATALOGUE, "pt")
        self.visits.set_cart(basket("blood").cart)
        self.visits.go("review")
        await self.visits.pay("debit")
        await self.quiet()

    async def void(self) -> None:
        """The attendant takes the card payment back; a refusal is an answer too."""
        desk = VoidDesk(self.journal, self.card_reader, self.board)
        with suppress(RefusedError):
            await desk.void(self._ticket(), "ana")

    async def copy(self) -> None:
        """A technician's second copy of the ticket."""
        await self.journal.do(reprint(self._ticket(), by_technician=True))
        self.printing.poke()
        await self.quiet()

    def _ticket(self) -> str:
        with self.journal.reading() as connection:
            return str(connection.execute("SELECT ticket FROM tickets").fetchone()[0])

    async def quiet(self) -> None:
        """Wait until the payment has ended and no print job is left to do."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            with self.journal.reading() as connection:
                busy = connection.execute(
                    "SELECT (SELECT count(*) FROM prints WHERE state IN ('QUEUED', 'SENDING')) + "
                    "(SELECT count(*) FROM payments "
                    "WHERE state IN ('REQUESTED', 'AUTHORISED', 'UNKNOWN'))"
                ).fetchone()[0]
            if not busy:
                return
            await self.board.newer_than(self.board.rev, 0.05)
        raise TimeoutError("the sale did not come to an end")

    def _stamp(self) -> Stamp:
        return Stamp(time.time_ns() // 1_000_000, 0, "boot", DAY)


def _built(
    driver: str, kind: str, address: str, options: dict[str, str], cuts: Cuts | None
) -> Device:
    found = find_driver(driver, kind)
    wires = None if cuts is None else cuts.transport_for(found.transport)
    return build_device(found, address, options, SystemClock(), wires)


def first_life(folder: Path, far: Far, cuts: Cuts, deed: Deed) -> None:
    """Start, then do ``deed`` with the cuts armed. Ends by kill -9, or with the whole of it."""

    async def live() -> None:
        life = Life(folder, far, cuts)
        await life.start()
        await _until_ready(life)
        if deed != "sale":
            await life.sell()
        cuts.armed = True
        await life.do(deed)
        await life.stop()

    asyncio.run(live())


def second_life(
    folder: Path, far: Far, waiting: Callable[[], int], tries: Deed | None = None
) -> None:
    """The restart: settle, print what is left, ask what became of payments in doubt, and stay until
    the reader waits for nothing; then do what ``tries`` says.
    """

    async def live() -> None:
        life = Life(folder, far, None)
        await life.start()
        await _until_ready(life)
        await life.quiet()
        end = time.monotonic() + WAITING_S
        while waiting() and time.monotonic() < end:
            await life.board.newer_than(life.board.rev, 0.05)
        if tries is not None:
            await life.do(tries)
        await life.stop()

    asyncio.run(live())


async def _until_ready(life: Life) -> None:
    end = time.monotonic() + PATIENCE_S
    while {life.printer.health().state, life.reader.health().state} != {"ready"}:
        if time.monotonic() > end:
            raise TimeoutError(f"devices: {life.printer.health()} {life.reader.health()}")
        await asyncio.sleep(0.01)


def _sign(data: bytes) -> bytes:
    return b"\0" * 64
