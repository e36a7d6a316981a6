"""A whole totem whose power is cut by hand: the far ends go on, the agent is killed, then started.

The reader is a pinpad that approves by itself (``abecs``) or a terminal whose host decides
(``zvt``); both can be slow, silent or away.
"""

import asyncio
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge_agent.cli.agent_client import AgentClient
from edge_agent.devices.emulators.abecs.customer import Behaviour, Outcome
from edge_agent.devices.emulators.abecs.emulator import AbecsEmulator
from edge_agent.devices.emulators.escpos.emulator import EscposEmulator
from edge_agent.devices.emulators.zvt import (
    Behaviour as ZvtBehaviour,
    Timing as ZvtTiming,
    ZvtEmulator,
)
from tests.crash.totem import Far
from tests.crash.whole import prepare, ready, start
from tests.support.ports import free_port

PATIENCE_S = 20.0
UP_S = 30.0
State = dict[str, Any]


class Bench:
    """Use ``cut_bench``. ``reader`` and ``printer`` may be spoilt while it runs."""

    def __init__(self, folder: Path, reader: AbecsEmulator | ZvtEmulator) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.reader = reader
        self.printer = EscposEmulator(lines_per_s=0)
        self._reader_port = 0
        ports = self._run(self._begin())
        self.port = prepare(folder, Far(f"tcp:127.0.0.1:{ports[0]}", f"tcp:127.0.0.1:{ports[1]}"))
        if isinstance(reader, ZvtEmulator):
            settings = folder / "agent.toml"
            settings.write_text(settings.read_text().replace('"abecs"', '"zvt"'))
        self._agent: subprocess.Popen[bytes] | None = None
        self.client = AgentClient("127.0.0.1", self.port)

    # ---- the power

    def power_on(self, *, is_reader_there: bool = True) -> State:
        """Start the agent; what its screen shows first."""
        self._agent = start(self._folder)
        if is_reader_there:
            self.client = ready(self.port)
        else:
            self.client = AgentClient("127.0.0.1", self.port)
            self.client.wait_until_up(UP_S)
        return self.state()

    def cut(self) -> None:
        assert self._agent is not None
        self._agent.kill()
        self._agent.wait()

    def cut_and_on(self) -> State:
        self.cut()
        return self.power_on()

    # ---- the far ends

    def to_printer(self, deed: str) -> None:
        self._run(self._act(deed))

    def reader_away(self) -> None:
        self._run(self.reader.stop())

    def reader_back(self) -> None:
        self._run(self.reader.start_tcp(self._reader_port))

    def mend_reader(self) -> None:
        self.reader.faults.clear()

    def charges(self) -> list[int]:
        """What the terminal took from this bench's customers, minor units."""
        taken = self.reader.charged()[1:] if isinstance(self.reader, ZvtEmulator) else []
        return [it.amount_minor for it in taken]

    def papers(self) -> list[str]:
        """Looked at between two moves of the printer: none is seen twice, hanging and cut."""

        async def look() -> list[str]:
            return [paper.text for paper in self.printer.papers()]

        found: list[str] = self._run(look())
        return found

    # ---- the screen

    def state(self) -> State:
        found: State = self.client.get("/v1/state")
        return found

    def reloaded(self) -> State:
        """What another page sees: a browser that was killed or reloaded."""
        found: State = AgentClient("127.0.0.1", self.port).get("/v1/state")
        return found

    def tell(self, path: str, **body: Any) -> State:
        method = "PUT" if path in ("visit/cart", "visit/step", "visit/locale") else "POST"
        found: State = self.client.send(method, f"/v1/{path}", body)
        return found

    def choose(self, *services: str, locale: str = "pt") -> State:
        self.tell("visit", locale=locale)
        return self.tell("visit/cart", lines=[{"service": it, "quantity": 1} for it in services])

    def pay(self, method: str, *services: str) -> State:
        self.choose(*(services or ("blood",)))
        self.tell("visit/step", step="review")
        return self.tell("visit/pay", method=method)

    def until(self, is_true: Callable[[State], bool]) -> State:
        """The first state for which this holds. Raises TimeoutError."""
        state, end = self.state(), time.monotonic() + PATIENCE_S
        while not is_true(state):
            if time.monotonic() > end:
                raise TimeoutError(f"still {state}")
            state = self.client.get(f"/v1/state?rev={state['rev']}&wait=1")
        return state

    def until_card(self, step: str) -> State:
        return self.until(lambda it: it["payment"] is not None and it["payment"]["step"] == step)

    def until_left(self, standing: str) -> State:
        """The page after the cut says this."""
        return self.until(
            lambda it: it["recovered"] is not None and it["recovered"]["state"] == standing
        )

    def stop(self) -> None:
        if self._agent is not None:
            self.cut()
        self._run(self.reader.stop())
        self._run(self.printer.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _begin(self) -> tuple[int, int]:
        self._reader_port = await self.reader.start_tcp(free_port())
        return await self.printer.start_tcp(), self._reader_port

    async def _act(self, deed: str) -> None:
        self.printer.act(deed)

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)


def pinpad(*script: Outcome) -> AbecsEmulator:
    """Its seconds are real ones: who does nothing there is waited for."""
    return AbecsEmulator(Behaviour(script=script, delay_s=0.02))


def terminal(*faults: str, silence_s: float = 20.0) -> ZvtEmulator:
    """One that has sold before. Its silence is short unless told otherwise; an answer it waits for
    as long as a real one, else a slow moment of this machine would look like a register that is
    gone.
    """
    timing = ZvtTiming(silence_s=silence_s)
    found = ZvtEmulator(ZvtBehaviour(delay_s=0.02), faults=faults, timing=timing)
    found.sold_before(100)
    return found


@contextmanager
def cut_bench(folder: Path, reader: AbecsEmulator | ZvtEmulator) -> Iterator[Bench]:
    bench = Bench(folder, reader)
    try:
        bench.power_on()
        yield bench
    finally:
        bench.stop()
