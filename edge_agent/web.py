"""The agent over HTTP on loopback: its API, its screens, and the server they run in."""

import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import uvicorn
from litestar import Litestar
from litestar.di import Provide
from litestar.types import ASGIApp

from edge_agent import metrics
from edge_agent.api.access import AccessDesk
from edge_agent.api.asking import Asking
from edge_agent.api.beside import Beside
from edge_agent.api.counter import CasesAndPaper, CounterDesk
from edge_agent.api.devices import DeviceBench
from edge_agent.api.guard import BODY_BYTES_MAX, POLICY, guard
from edge_agent.api.handlers import Screens, page
from edge_agent.api.health import Inside
from edge_agent.api.options import Options
from edge_agent.api.pix import PixScreens
from edge_agent.api.problems import HANDLERS
from edge_agent.api.recovered import AfterTheCut
from edge_agent.api.schemas import Boot
from edge_agent.api.upkeep import Upkeep
from edge_agent.app import VERSION, Agent
from edge_agent.logs import configure_logs
from edge_agent.settings import Settings
from edge_agent.sync.enrol import load_record
from edge_agent.sync.identity import load_identity


def create_app(agent: Agent, settings: Settings) -> ASGIApp:
    """The agent's API and its screens, guarded. The agent starts and stops with the application."""
    boot = Boot(secrets.token_urlsafe(24), VERSION)
    screens = Path(str(files("edge_agent"))) / "ui" / "dist"

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await agent.start()
        try:
            yield
        finally:
            await agent.stop()

    app = Litestar(
        [
            Screens,
            AccessDesk,
            Options,
            AfterTheCut,
            Asking,
            Beside,
            PixScreens,
            CounterDesk,
            CasesAndPaper,
            Upkeep,
            DeviceBench,
            Inside,
            page,
        ],
        lifespan=[lifespan],
        dependencies={
            "boot": Provide(lambda: boot, sync_to_thread=False),
            "drawer": Provide(lambda: agent.drawer, sync_to_thread=False),
            "visits": Provide(lambda: agent.visits, sync_to_thread=False),
            "extras": Provide(lambda: agent.extras, sync_to_thread=False),
            "pix": Provide(
                lambda: agent.pix.visit if agent.pix is not None else None, sync_to_thread=False
            ),
            "workshop": Provide(lambda: agent.workshop(), sync_to_thread=False),
            "counter": Provide(lambda: agent.counter, sync_to_thread=False),
            "claims": Provide(lambda: agent.claims, sync_to_thread=False),
            "entrance": Provide(lambda: agent.entrance, sync_to_thread=False),
            "scans": Provide(lambda: agent.scans, sync_to_thread=False),
            "asides": Provide(lambda: agent.asides, sync_to_thread=False),
            "help_desk": Provide(lambda: agent.help, sync_to_thread=False),
            "receipts": Provide(lambda: agent.receipts, sync_to_thread=False),
            "voice": Provide(lambda: agent.voice, sync_to_thread=False),
            "vitals": Provide(lambda: agent.vitals, sync_to_thread=False),
            "screens": Provide(lambda: screens, sync_to_thread=False),
        },
        exception_handlers=HANDLERS,
        response_headers=POLICY,
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=None,
        logging_config=None,
    )
    app.state.log = agent.log
    names = ("127.0.0.1", "localhost")
    hosts = frozenset(f"{name}:{settings.port}" for name in names)
    return guard(hosts, boot.secret)(app)


def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Run this machine's agent until it is told to stop. Raises NotEnrolledError, JournalError."""
    configure_logs(settings.data_dir, settings.log_level, metrics.PAN_REDACTED.inc)
    record = load_record(settings.data_dir)
    identity = load_identity(settings.data_dir, settings.instance_id)
    app = create_app(Agent(settings, record, identity), settings)
    server = _ReadyServer(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=3,
        ),
        lambda: ready(f"http://{settings.host}:{settings.port}"),
    )
    server.run()


class _ReadyServer(uvicorn.Server):
    """Tells when it serves."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
