"""A totem that takes PIX: ``totem run`` as a process, its devices and central's charge port here.

It may be killed and started again; the charge port goes on, and is the witness of what was paid.
"""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge_agent.devices.emulators.charges import Behaviour, ChargesEmulator
from edge_agent.devices.emulators.charges.emulator import Answer
from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from edge_agent.journal.inspection import inspect
from sync_protocol.feed import FeedPage
from sync_protocol.ids import parse_name
from tests.crash.whole import prepare, start
from tests.support.bench_totem import CATALOGUE_PAGE
from tests.support.flow_bench import FarEnds, State, Terminal, Totem
from tests.support.headquarters import fold_as_headquarters

PATIENCE_S = 30.0


class ChargePort(ChargesEmulator):
    """``at_charge`` is the fault that sets in as the next charge is asked for. The totem asks now
    and then whether the port is there, and does not offer PIX under a fault that it met before.
    ``meanwhile`` gets the first line of each request, while its answer is on the way.
    """

    at_charge = ""

    def __init__(self, behaviour: Behaviour | None) -> None:
        super().__init__(behaviour)
        self.meanwhile: Callable[[str], object] = lambda _: None

    async def _answer(self, line: str, body: bytes) -> Answer:
        if self.at_charge and line.startswith("PUT "):
            self.faults.add(self.at_charge)
            self.at_charge = ""
        answer = await super()._answer(line, body)
        await asyncio.to_thread(self.meanwhile, line)
        return answer


class PixBench:
    """``totem`` is the running one."""

    def __init__(
        self,
        folder: Path,
        far: FarEnds,
        charges: ChargePort,
        catalogue: FeedPage,
        **settings: Any,
    ) -> None:
        self.folder = folder
        self.charges = charges
        self._far = far
        charges_port = far._run(charges.start_tcp())
        self._port = prepare(folder, far.far, page=catalogue)
        written = (folder / "agent.toml").read_text()
        lines = {"charges_url": f'"http://127.0.0.1:{charges_port}"', **settings}
        ours = "".join(f"{key} = {value}\n" for key, value in lines.items())
        (folder / "agent.toml").write_text(ours + written)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Totem:
        self._process = start(self.folder)
        self.totem = Totem(self._port, self._far)
        return self.totem

    def kill(self) -> None:
        """As the power does."""
        assert self._process is not None, "it runs"
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Let it do nothing more, and not know."""
        assert self._process is not None, "it runs"
        os.kill(self._process.pid, signal.SIGSTOP)

    def cut_line(self) -> None:
        """Every call to the charge port breaks off unheard."""
        self.charges.faults.add("cut")

    def join_line(self) -> None:
        self.charges.faults.discard("cut")

    def pay(self, txid: str = "", amount_minor: int | None = None) -> None:
        """It is paid when this returns."""
        self._at_port(lambda: self.charges.pay(txid, amount_minor))

    def expire(self) -> None:
        self._at_port(self.charges.expire)

    def ask_for_charge(self, fault: str) -> None:
        """Pay by PIX; the port has heard of the charge, under this fault."""
        self.charges.at_charge = fault
        self.totem.choose("blood")
        self.totem.pay("pix")
        until(lambda: fault in self.charges.faults)

    def until_offered(self) -> None:
        """The charge port was heard. Raises TimeoutError."""
        totem = self.totem
        totem.choose("blood")
        totem.until(lambda it: method_of(it, "pix")["available"])
        totem.tell("cancel")

    def show_qr(self, locale: str = "pt") -> State:
        """A customer with the QR before them."""
        self.until_offered()
        self.totem.choose("blood")
        self.totem.client.send("PUT", "/v1/visit/locale", {"locale": locale})
        self.totem.pay("pix")
        return self.totem.until(lambda it: stage(it) == "waiting")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = open_reader(self.folder / JOURNAL_FILE, load_key(self.folder))
        try:
            found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
        finally:
            connection.close()
        return found

    def payments(self) -> list[str]:
        """States, oldest first."""
        rows = self.rows("SELECT payment, state FROM payments")
        ordered = sorted(rows, key=lambda row: parse_name(row[0]).seq)
        return [state for _, state in ordered]

    def sales(self) -> list[str]:
        rows = self.rows("SELECT sale, state FROM sales")
        return [state for _, state in sorted(rows, key=lambda row: parse_name(row[0]).seq)]

    def cases(self) -> list[str]:
        """Kinds of the open ones."""
        return [
            kind for (kind,) in self.rows("SELECT kind FROM cases WHERE open = 1 ORDER BY kind")
        ]

    def tickets(self) -> int:
        return int(self.rows("SELECT count(*) FROM tickets")[0][0])

    def books_agree(self) -> bool:
        """The journal holds every PIX the port received, once, with its amount; it verifies; and
        headquarters' fold of it comes to the same payments and sales.
        """
        fold_as_headquarters(self.folder)
        book = inspect(self.folder, load_key(self.folder))
        ours = sorted((it.end_to_end_id, it.amount_minor) for it in book.pix_received)
        theirs = sorted((it.end_to_end_id, it.amount_minor) for it in self.charges.received())
        assert not book.faults, book.faults
        return ours == theirs

    def _at_port(self, deed: Callable[[], None]) -> None:
        async def done() -> None:
            deed()

        self._far._run(done())

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.wait()
        self._far._run(self.charges.stop())


@contextmanager
def pix_bench(
    folder: Path,
    behaviour: Behaviour | None = None,
    *,
    catalogue: FeedPage = CATALOGUE_PAGE,
    terminal: Terminal | None = None,
    **settings: Any,
) -> Iterator[PixBench]:
    """A running totem whose charge port does as ``behaviour`` says; a person pays by default."""
    far = FarEnds((), "auto", terminal=terminal)
    bench = PixBench(folder, far, ChargePort(behaviour), catalogue, **settings)
    try:
        bench.start()
        yield bench
    finally:
        bench.close()
        far.stop()


def until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def stage(state: State) -> str:
    """Where the PIX on the screen stands; empty when there is none."""
    pix = (state["payment"] or {}).get("pix") or {}
    return str(pix.get("state", ""))


def method_of(state: State, method: str) -> State:
    found: State = next(it for it in state["methods"] if it["method"] == method)
    return found
