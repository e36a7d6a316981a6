"""A whole totem to touch: ``totem run`` as a process, its devices' far ends in this one.

The screen is an AgentClient; ``printer`` and ``pinpad`` are steered by their own words.
"""

import asyncio
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge_agent.cli.agent_client import AgentClient
from edge_agent.devices.emulators.abecs.customer import Behaviour, Outcome
from edge_agent.devices.emulators.abecs.emulator import AbecsEmulator
from edge_agent.devices.emulators.escpos.emulator import EscposEmulator
from tests.crash.totem import Far
from tests.crash.whole import prepare, ready, start

PATIENCE_S = 20.0
State = dict[str, Any]


class FarEnds:
    """Both emulators on an event loop of their own."""

    def __init__(self, script: tuple[Outcome, ...], mode: str, dialect: str = "escpos") -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.printer = EscposEmulator(lines_per_s=0, dialect=dialect)
        behaviour = Behaviour(mode=mode, script=script, delay_s=0.02, second_s=0.05)  # type: ignore[arg-type] # one of its two words
        self.pinpad = AbecsEmulator(behaviour)
        self._ports = self._run(self._start())

    @property
    def far(self) -> Far:
        printer, reader = self._ports
        return Far(f"tcp:127.0.0.1:{printer}", f"tcp:127.0.0.1:{reader}")

    def act(self, deed: str) -> None:
        """Do something to the printer."""
        self._loop.call_soon_threadsafe(self.printer.act, deed)

    def stop_pinpad(self) -> None:
        self._run(self.pinpad.stop())

    def stop_printer(self) -> None:
        self._run(self.printer.stop())

    def start_printer(self, port: int) -> None:
        """At the same address as before."""
        self._run(self.printer.start_tcp(port))

    def cancel_at_pinpad(self) -> None:
        """The customer presses the red key."""
        self._loop.call_soon_threadsafe(self.pinpad._panel.cancel)

    def papers(self) -> list[str]:
        return [paper.text for paper in self.printer.papers()]

    def stop(self) -> None:
        for ending in (self.pinpad.stop(), self.printer.stop()):
            self._run(ending)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _start(self) -> tuple[int, int]:
        return await self.printer.start_tcp(), await self.pinpad.start_tcp()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)


class Totem:
    """One running totem and what a customer can do at it."""

    def __init__(self, port: int, far: FarEnds) -> None:
        self.address = f"http://127.0.0.1:{port}"
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


@contextmanager
def totem_at_work(
    folder: Path,
    script: tuple[Outcome, ...] = (),
    mode: str = "auto",
    dialect: str = "escpos",
    printer: dict[str, str] | None = None,
) -> Iterator[Totem]:
    """A totem that can sell, with no central anywhere. ``dialect`` is the printer's own,
    ``printer`` what its driver is told.
    """
    far = FarEnds(script, mode, dialect)
    port = prepare(folder, far.far, printer)
    process = start(folder)
    try:
        yield Totem(port, far)
    finally:
        process.terminate()
        process.wait()
        far.stop()
