"""The insides of a totem that sells, with a reader and a printer that do as they are told.

The journal is real SQLite, the supervisors are real threads; only the two drivers are scripted.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from edge_agent.clock import SystemClock
from edge_agent.devices.care import printer_care, reader_care
from edge_agent.devices.errors import DeviceError, DeviceGoneError
from edge_agent.devices.ports import (
    Attempt,
    CardData,
    CardIntent,
    CardOutcome,
    CardReader,
    Paper,
    Printer,
    PrinterStatus,
    PrintResult,
    ReaderCapabilities,
    ReaderInfo,
    Reading,
    Talk,
)
from edge_agent.devices.supervisor import Pace, Supervisor
from edge_agent.journal.journal import Journal
from edge_agent.services.board import Board
from edge_agent.services.card_desk import CardDesk, Reader
from edge_agent.services.paper import Place
from edge_agent.services.printing import Paperwork, Printing
from edge_agent.services.recovery import settle_at_boot
from edge_agent.services.resolver import Ears, Resolver
from edge_agent.services.visits import Visits
from edge_agent.works import Works
from sync_protocol.events import Confirm, Method
from tests.support.bench_totem import CATALOGUE, basket, open_journal

PATIENCE_S = 20.0
PACE = Pace(first_s=0.01, most_s=0.05, trouble_s=0.02, stop_s=1.0)
DATA = CardData(masked_pan="453211******0366", brand="VISA", nsu="000123", auth_code="A1B2C3")
APPROVED = CardOutcome("approved", data=DATA)
AUTHORISED = CardOutcome("authorised", data=DATA)
Answer = CardOutcome | Exception
Row = tuple[Any, ...]


class ScriptedReader:
    """``answers`` by call, the last one again and again; ``heard`` is every call in order."""

    def __init__(self, confirm: Confirm, /, **answers: Answer) -> None:
        recovery = "local_journal" if confirm == "none" else "query_last"
        self.capabilities = ReaderCapabilities(confirm, recovery, confirm == "none", void=True)  # type: ignore[arg-type] # one of its words
        self.answers: dict[str, Answer] = dict(answers)
        self.notes: Mapping[str, str] = {}
        self.void_notes: Mapping[str, str] = {}
        self.heard: list[str] = []

    def open(self) -> ReaderInfo:
        return ReaderInfo("S1", "bench", "bench", "1", True)

    def close(self) -> None: ...

    def ping(self) -> None: ...

    def recover(self) -> None: ...

    def finish(self, message: str) -> None: ...

    def pay(self, intent: CardIntent, talk: Talk) -> CardOutcome:
        self.heard.append("pay")
        if self.notes:
            talk.keep(self.notes)
        answer = self._answer("pay")
        if answer.kind == "approved":
            talk.authorised(answer)
        return answer

    def confirm(self, attempt: Attempt) -> None:
        self.heard.append("confirm")
        self._answer("confirm")

    def undo(self, attempt: Attempt) -> None:
        self.heard.append("undo")
        self._answer("undo")

    def resolve(self, attempt: Attempt) -> CardOutcome:
        self.heard.append("resolve")
        self.notes = attempt.notes
        return self._answer("resolve")

    def void(self, paid: Attempt, intent: CardIntent, talk: Talk) -> CardOutcome:
        self.heard.append("void")
        if self.void_notes:
            talk.keep(self.void_notes)
        return self._answer("void")

    def _answer(self, call: str) -> CardOutcome:
        answer = self.answers.get(call, CardOutcome("unknown", "not yet"))
        if isinstance(answer, Exception):
            raise answer
        return answer


class ScriptedPrinter:
    """``result`` is what becomes of every paper; ``papers`` what was sent."""

    def __init__(self, result: PrintResult | None = None) -> None:
        self.result = result or PrintResult("printed")
        self.papers: list[Paper] = []
        self.cleared = 0

    def open(self) -> None: ...

    def close(self) -> None: ...

    def status(self) -> PrinterStatus:
        return PrinterStatus(True, "ok")

    def print(self, paper: Paper, process_id: str) -> PrintResult:
        self.papers.append(paper)
        return self.result

    def recover(self) -> None:
        self.cleared += 1

    def describe(self) -> dict[str, str]:
        return {}

    def examine(self) -> list[Reading]:
        return []

    def store_logo(self) -> None:
        raise DeviceError("no memory")


class Bench:
    """One life of a totem. Use as ``async with``; a second one on the same folder is a restart.
    ``journal`` is one that was started already.
    """

    def __init__(
        self,
        folder: Path,
        reader: CardReader,
        printer: ScriptedPrinter,
        journal: Journal | None = None,
    ) -> None:
        clock = SystemClock()
        self.journal = journal or open_journal(folder)
        self.works = Works(first_s=0.01)
        paper_maker: Printer = printer
        self.reader = Supervisor(reader, reader_care("reader"), clock, pace=PACE)
        self.printer = Supervisor(paper_maker, printer_care("printer"), clock, pace=PACE)
        self.board = Board()
        self.printing = Printing(
            self.journal,
            self.printer,
            Paperwork(lambda: Place(CATALOGUE, "Centro", "T0001"), lambda data: b"\0" * 64),
            self.board,
            lambda: self.resolver.poke(),
        )
        self.desk_reader = Reader(self.reader, reader.capabilities)
        desk = CardDesk(self.journal, self.desk_reader, self.board, clock.wall_ms)
        self.visits = Visits(self.journal, desk, self.printing, self.board, clock.monotonic)
        self.visits.ended = lambda: self.resolver.poke()
        ears = Ears(
            lambda: True,
            self.visits.waiting_sale,
            self.visits.paying,
            lambda sale: "C",
            self.visits.heard_paid,
            self.visits.heard_not_paid,
        )
        self.resolver = Resolver(self.journal, self.reader, ears)

    async def __aenter__(self) -> "Bench":
        self.board.attach(asyncio.get_running_loop())
        await self.journal.do(settle_at_boot)
        loop = asyncio.get_running_loop()

        def back() -> None:
            loop.call_soon_threadsafe(self.resolver.poke)

        self.reader.back = back
        self.reader.start()
        self.printer.start()
        await self.until(
            lambda: {self.reader.health().state, self.printer.health().state} == {"ready"}
        )
        self.works.begin("printing", self.printing.run)
        self.works.begin("resolver", self.resolver.run)
        self.printing.poke()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.works.stop()
        self.reader.stop()
        self.printer.stop()
        self.journal.stop()

    async def buy(self, method: Method = "debit") -> None:
        """Touch to the card; returns once the intent is committed."""
        self.visits.start(CATALOGUE, "pt")
        self.visits.set_cart(basket("blood").cart)
        self.visits.go("review")
        await self.visits.pay(method)

    async def until(self, is_true: Callable[[], bool]) -> None:
        """Raises TimeoutError with what the journal says."""
        end = time.monotonic() + PATIENCE_S
        while not is_true():
            if time.monotonic() > end:
                raise TimeoutError(f"payments {self.payments()}, sales {self.sales()}")
            await asyncio.sleep(0.005)

    async def told(self) -> None:
        """Whoever waited for what the journal holds by now has heard of it and acted upon it: rows
        are seen a moment before.
        """
        await self.journal.do(lambda _: None)

    def rows(self, sql: str) -> list[Row]:
        with self.journal.reading() as connection:
            found: list[Row] = connection.execute(sql).fetchall()
            return found

    def deaths(self) -> int:
        """How often a background work died."""
        return sum(it.deaths for it in self.works.health())

    def payments(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT state FROM payments ORDER BY payment")]

    def sales(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT state FROM sales ORDER BY sale")]

    def tickets(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT state FROM tickets ORDER BY ticket")]

    def cases(self) -> list[str]:
        return [
            row[0] for row in self.rows('SELECT kind FROM cases WHERE open = 1 ORDER BY "case"')
        ]


def lived(
    folder: Path,
    reader: CardReader,
    printer: ScriptedPrinter,
    deed: Callable[[Bench], Awaitable[None]],
    journal: Journal | None = None,
) -> None:
    """One whole life around ``deed``."""

    async def live() -> None:
        async with Bench(folder, reader, printer, journal) as bench:
            await deed(bench)

    asyncio.run(live())


GONE = DeviceGoneError("unplugged")
