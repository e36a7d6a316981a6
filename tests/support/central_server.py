"""Central on a real socket: uvicorn in a thread on a free port, and the deeds of its operator."""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn

from central.app import create_app
from central.ledger.database import Database
from central.ledger.identity import NewTotem
from central.services.enrolment import create_totem
from central.settings import Settings
from tests.support.totem_peer import Peer

T = TypeVar("T")
START_S = 20.0


class Central:
    """A running central, as its operator has it: HTTP in front, the ledger behind."""

    def __init__(self, url: str, database_url: str, data_dir: Path) -> None:
        self.url = url
        self.database_url = database_url
        self.data_dir = data_dir
        self.http = httpx.Client(base_url=url, timeout=20)

    def ledger(self, deed: Callable[[Database], Awaitable[T]]) -> T:
        """Run ``deed`` on the ledger, past the API."""

        async def run() -> T:
            database = await Database.open(self.database_url, 8)
            try:
                return await deed(database)
            finally:
                await database.close()

        return asyncio.run(run())

    def query(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        async def deed(database: Database) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await database.pool.fetch(sql, *arguments)]

        return self.ledger(deed)

    def empty(self) -> None:
        """Forget everything but operators: the next test starts clean on the same server."""
        self.query(
            "TRUNCATE sites, totems, totem_keys, enrol_codes, epochs, heads, events, sales,"
            " payments, tickets, legs, cases, incidents, forensic, seals, refused_pushes,"
            " feed_heads, feed_items, private_records"
        )

    def code(self, totem: str, site: str = "centro") -> str:
        new = NewTotem(totem, f"Totem {totem}", site, "Unidade Centro")
        return self.ledger(lambda database: create_totem(database, new))

    def peer(self, totem: str = "KIOSK1", site: str = "centro") -> Peer:
        """An enrolled totem."""
        peer = Peer(self.http)
        response = peer.enrol(self.code(totem, site))
        assert response.status_code == 200, response.text
        return peer


@contextmanager
def serving(database_url: str, data_dir: Path) -> Iterator[Central]:
    """Central on a free port until the block ends."""
    app = create_app(Settings(database_url=database_url, data_dir=data_dir, pool_max=10))
    config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_S
    while not server.started:
        assert thread.is_alive(), "central did not start"
        assert time.monotonic() < deadline, "central did not start in time"
        time.sleep(0.01)
    central = Central(f"http://127.0.0.1:{listener.getsockname()[1]}", database_url, data_dir)
    try:
        yield central
    finally:
        central.http.close()
        app.state.watch.close()
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()
