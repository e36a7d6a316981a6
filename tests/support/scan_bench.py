"""An agent in this process with an emulated scanner: its corner over HTTP, its patience by hand.

Only the scanner is there; printer and reader are addresses at which nobody answers.
"""

import asyncio
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from msgspec import structs

from edge_agent.app import Agent
from edge_agent.cli.agent_client import AgentClient
from edge_agent.devices.emulators.scanner import ScannerEmulator
from edge_agent.services.scans import Scans
from edge_agent.settings import DeviceSettings, Settings, load_settings
from edge_agent.sync.enrol import load_record
from edge_agent.sync.identity import load_identity
from edge_agent.web import create_app
from tests.crash.totem import Far
from tests.crash.whole import UP_S, prepare

NOBODY = "tcp:127.0.0.1:9"
ASK_S = 20
PATIENCE_S = 20.0
Answer = dict[str, Any]


class HandClock:
    """Stands still; whoever reads a code or asks for one looks at it once."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._looks = threading.Semaphore(0)

    def __call__(self) -> float:
        now_s = self.now_s
        self._looks.release()
        return now_s

    def wait_for_look(self) -> None:
        """Raises TimeoutError."""
        if not self._looks.acquire(timeout=PATIENCE_S):
            raise TimeoutError("no code was read, and none was asked for")


class ScanBench:
    """Use ``scan_bench``."""

    def __init__(self, settings: Settings, scanner: ScannerEmulator, loop: Any) -> None:
        self.clock = HandClock()
        self.agent = Agent(
            settings,
            load_record(settings.data_dir),
            load_identity(settings.data_dir, settings.instance_id),
        )
        self.agent.scans = Scans(self.agent.devices.scanner, self.clock)
        self._port = settings.port
        self._scanner = scanner
        self._loop = loop
        self._pages = ThreadPoolExecutor(4)

    def until_up(self) -> None:
        AgentClient("127.0.0.1", self._port).wait_until_up(UP_S)
        _until(self._scanner.is_heard, "the agent does not listen to its scanner")

    def scan(self, code: str) -> None:
        """Before the scanner; return once the agent has read it."""
        asyncio.run_coroutine_threadsafe(self._scanner.scan(code), self._loop).result(PATIENCE_S)
        for _ in range(2 if "double_read" in self._scanner.faults else 1):
            self.clock.wait_for_look()

    def post(self, path: str, body: Answer | None = None) -> Answer:
        client = AgentClient("127.0.0.1", self._port)
        found: Answer = client.send("POST", f"/v1/counter/{path}", body)
        return found

    def badge(self) -> "Future[Answer]":
        """The door waits for a badge."""
        return self._asked(lambda: self.post(f"badge?wait={ASK_S}"))

    def next_scan(self, token: str) -> "Future[Answer]":
        """A page of the corner waits for a code."""

        def ask() -> Answer:
            client = AgentClient("127.0.0.1", self._port)
            client.headers = {"totem-counter": token}
            found: Answer = client.get(f"/v1/counter/scan?wait={ASK_S}", ASK_S + 5)
            return found

        return self._asked(ask)

    def closed_page(self, token: str) -> None:
        """A page asks for a code and is closed, which the agent notices."""
        request = (
            f"GET /v1/counter/scan?wait={ASK_S} HTTP/1.1\r\nhost: 127.0.0.1:{self._port}\r\n"
            f"totem-counter: {token}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self._port)) as page:
            page.sendall(request.encode())
            self.clock.wait_for_look()
            _until(lambda: self.agent.scans._waiter is not None, "no page waits for a code")
            waiter = self.agent.scans._waiter
        assert waiter is not None
        _until(waiter.done, "a page that is gone is still waited for")

    def _asked(self, deed: Callable[[], Answer]) -> "Future[Answer]":
        asked = self._pages.submit(deed)
        self.clock.wait_for_look()
        return asked


def _until(is_true: Callable[[], bool], otherwise: str) -> None:
    """Raises TimeoutError."""
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        if time.monotonic() > end:
            raise TimeoutError(otherwise)
        time.sleep(0.01)


@contextmanager
def scan_bench(folder: Path, *faults: str) -> Iterator[ScanBench]:
    """A running agent whose scanner has these faults."""
    prepare(folder, Far(NOBODY, NOBODY))
    scanner, loop = ScannerEmulator(faults), asyncio.new_event_loop()
    far_end = threading.Thread(target=loop.run_forever, daemon=True)
    far_end.start()
    line = asyncio.run_coroutine_threadsafe(scanner.start_tcp(), loop).result()
    wanted = load_settings(folder)
    device = DeviceSettings("serial-scanner", f"tcp:127.0.0.1:{line}")
    settings = structs.replace(wanted, devices=structs.replace(wanted.devices, scanner=device))
    bench = ScanBench(settings, scanner, loop)
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        app = create_app(bench.agent, settings)
    server = uvicorn.Server(uvicorn.Config(app, port=settings.port, log_config=None))
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    try:
        bench.until_up()
        yield bench
    finally:
        server.should_exit = True
        serving.join(PATIENCE_S)
        asyncio.run_coroutine_threadsafe(scanner.stop(), loop).result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        far_end.join(PATIENCE_S)
        loop.close()
