"""A whole totem to touch: ``totem run`` as a process, its devices' far ends in this one.

The screen is an AgentClient; ``printer`` and ``pinpad`` are steered by their own words.
"""

import asyncio
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from edge_agent.cli.agent_client import AgentClient, AgentUnreachableError
from edge_agent.devices.emulators.abecs.customer import Behaviour, Outcome
from edge_agent.devices.emulators.abecs.emulator import AbecsEmulator
from edge_agent.devices.emulators.escpos.emulator import EscposEmulator
from edge_agent.devices.emulators.tef import TefEmulator
from edge_agent.devices.emulators.zvt import ZvtEmulator
from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from sync_protocol.feed import FeedPage
from tests.crash.totem import Far
from tests.crash.whole import UP_S, prepare, ready, start
from tests.support.bench_totem import CATALOGUE_PAGE
from tests.support.ports import free_port

PATIENCE_S = 20.0
State = dict[str, Any]
Terminal = ZvtEmulator | TefEmulator


class FarEnds:
    """Both emulators on an event loop of their own. A ``terminal`` stands in for the pinpad."""

    def __init__(
        self,
        script: tuple[Outcome, ...],
        mode: str,
        dialect: str = "escpos",
        terminal: Terminal | None = None,
        second_s: float = 0.05,
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.printer = EscposEmulator(lines_per_s=0, dialect=dialect)
        behaviour = Behaviour(mode=mode, script=script, delay_s=0.02, second_s=second_s)  # type: ignore[arg-type] # one of its two words
        self.pinpad = AbecsEmulator(behaviour)
        self.terminal = terminal
        self._ports = self._run(self._start())

    @property
    def far(self) -> Far:
        printer, reader = self._ports
        return Far(f"tcp:127.0.0.1:{printer}", *reader)

    def act(self, deed: str) -> None:
        """Do something to the printer; it is done on return."""

        async def done() -> None:
            self.printer.act(deed)

        self._run(done())

    def stop_pinpad(self) -> None:
        self._run(self._reader.stop())

    def start_pinpad(self) -> None:
        """At the same address as before."""
        self._run(self._start_reader(int(self._ports[1][0].rpartition(":")[2])))

    def next_cards(self, *outcomes: Outcome) -> None:
        """What the next customers do at the pinpad."""
        self._loop.call_soon_threadsafe(self.pinpad._customer._script.extend, outcomes)

    @property
    def cards_left(self) -> int:
        """How many of these customers are still to come."""
        return len(self.pinpad._customer._script)

    def charges(self) -> int:
        """How often a card paid, by the reader's own ledger; what it holds until it hears more is
        among them.
        """
        match self.terminal:
            case None:
                return len(self.pinpad.approvals())
            case TefEmulator():
                return len(self.terminal.charged()) + len(self.terminal.pending())
            case _:
                return len(self.terminal.charged())

    def stop_printer(self) -> None:
        self._run(self.printer.stop())

    def start_printer(self, port: int) -> None:
        """At the same address as before."""
        self._run(self.printer.start_tcp(port))

    def cancel_at_pinpad(self) -> None:
        """The customer presses the red key."""
        self._loop.call_soon_threadsafe(self.pinpad._panel.cancel)

    def papers(self) -> list[str]:
        """Looked at between two moves of the printer: none is seen twice, hanging and cut."""

        async def look() -> list[str]:
            return [paper.text for paper in self.printer.papers()]

        found: list[str] = self._run(look())
        return found

    def stop(self) -> None:
        for ending in (self._reader.stop(), self.printer.stop()):
            self._run(ending)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _start(self) -> tuple[int, tuple[str, str]]:
        port = await self.printer.start_tcp(free_port())
        return port, await self._start_reader(free_port())

    async def _start_reader(self, port: int) -> tuple[str, str]:
        """(address, driver)."""
        match self.terminal:
            case TefEmulator():
                await self.terminal.start()
                return f"folder:{self.terminal._requests.parent}", "tef"
            case ZvtEmulator():
                return f"tcp:127.0.0.1:{await self.terminal.start_tcp(port)}", "zvt"
            case _:
                return f"tcp:127.0.0.1:{await self.pinpad.start_tcp(port)}", "abecs"

    @property
    def _reader(self) -> AbecsEmulator | Terminal:
        return self.terminal or self.pinpad

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)


class Totem:
    """One running totem and what a customer can do at it."""

    def __init__(self, port: int, far: FarEnds) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port
        self.client: AgentClient = ready(port)
        self.far = far

    def state(self) -> State:
        found: State = self.client.get("/v1/state")
        return found

    def choose(self, *services: str) -> State:
        self.client.send("POST", "/v1/visit", {"locale": "pt"})
        lines = [{"service": it, "quantity": 1} for it in services]
        self.client.send("PUT", "/v1/visit/cart", {"lines": lines})
        found: State = self.client.send("PUT", "/v1/visit/step", {"step": "review"})
        return found

    def pay(self, method: str) -> State:
        found: State = self.client.send("POST", "/v1/visit/pay", {"method": method})
        return found

    def tell(self, what: str) -> State:
        """``cancel``, ``finish``, ``reprint``, ``touch``."""
        found: State = self.client.send("POST", f"/v1/visit/{what}")
        return found

    def until(self, is_true: Callable[[State], bool]) -> State:
        """The first state for which this holds, by long poll. Raises TimeoutError."""
        state, end = self.state(), time.monotonic() + PATIENCE_S
        while not is_true(state):
            if time.monotonic() > end:
                raise TimeoutError(f"still {state['step']} {state['payment']} {state['ticket']}")
            state = self.client.get(f"/v1/state?rev={state['rev']}&wait=1")
        return state

    def printed(self) -> State:
        return self.until(lambda it: it["ticket"] and it["ticket"]["print"] == "printed")

    def metric(self, name: str) -> float:
        """One sample of /metrics; 0 when it was never counted."""
        with urllib.request.urlopen(f"{self.address}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        found = [line for line in text.splitlines() if line.startswith(f"{name} ")]
        return float(found[0].rsplit(" ", 1)[1]) if found else 0.0


class MortalTotem(Totem):
    """One whose process can be killed and started again."""

    def __init__(self, folder: Path, port: int, far: FarEnds) -> None:
        self.folder = folder
        self._process = start(folder)
        try:
            super().__init__(port, far)
        except (TimeoutError, AgentUnreachableError):
            self.kill()
            raise

    def kill(self) -> None:
        """As the power goes."""
        self._process.kill()
        self._process.wait()

    def start_again(self) -> None:
        """Return when it can sell."""
        self.come_back()
        self.client = ready(self._port)

    def come_back(self) -> None:
        """Start again; return when it can be seen, whether it can sell or not."""
        self._process = start(self.folder)
        self.client = AgentClient("127.0.0.1", self._port)
        self.client.wait_until_up(UP_S)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def tickets(self) -> int:
        return int(self.rows("SELECT count(*) FROM tickets")[0][0])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Of its journal, as it is now."""
        connection = open_reader(self.folder / JOURNAL_FILE, load_key(self.folder))
        try:
            found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
        finally:
            connection.close()
        return found


@contextmanager
def totem_at_work(
    folder: Path,
    script: tuple[Outcome, ...] = (),
    mode: str = "auto",
    dialect: str = "escpos",
    printer: dict[str, str] | None = None,
    *,
    catalogue: FeedPage = CATALOGUE_PAGE,
    terminal: Terminal | None = None,
    second_s: float = 0.05,
) -> Iterator[MortalTotem]:
    """A totem that can sell, with no central anywhere. ``dialect`` is the printer's own,
    ``printer`` what its driver is told; ``second_s`` is how long the pinpad's seconds last.
    """
    far = FarEnds(script, mode, dialect, terminal, second_s)
    with ExitStack() as stack:
        stack.callback(far.stop)
        totem = MortalTotem(folder, prepare(folder, far.far, printer, catalogue), far)
        stack.callback(totem.stop)
        yield totem
