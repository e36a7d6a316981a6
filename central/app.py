"""Central's composition root: the one place that knows every part, and builds them in order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from central import logs
from central.api import enrol, health, operators, problems, sync
from central.api.dashboard import dashboard_routes
from central.domain.errors import LedgerUnavailableError
from central.ledger import identity, replay
from central.ledger.database import Database
from central.ledger.migrate import migrate
from central.ledger.people import PeopleRecords
from central.ledger.reports import ReportQueries
from central.metrics import Metrics
from central.schedule import Schedule
from central.services import privacy
from central.services.admission import Admission
from central.services.enrolment import Enrolment
from central.services.epochs import Epochs
from central.services.intake import Intake
from central.services.keys import Keys
from central.services.people import People
from central.services.privacy import Erasures, Unsealer
from central.services.publishing import FeedWatch, Publishing
from central.services.reports import Reports
from central.services.signatures import Signatures
from central.settings import Settings

_log = logs.get(__name__)
DASHBOARD = Path(__file__).parent / "dashboard" / "dist"
BODY_BYTES_MAX = 64 * 1024
"""For every route that does not name its own limit."""


def create_app(settings: Settings) -> Litestar:
    """The app for a database that runs. It migrates on start, and seeds one admin where nobody is.

    After start ``app.state.admin_password`` is that admin's password, or None when there was
    somebody.
    """
    if settings.database_url is None:
        raise ValueError("create_app needs a database_url")
    title = "Totem central"
    app = Litestar(
        route_handlers=[
            *sync.routes,
            *enrol.routes,
            *health.routes,
            *operators.routes,
            *dashboard_routes(DASHBOARD),
        ],
        exception_handlers={Exception: problems.answer},
        lifespan=[lambda app: _serving(app, settings)],
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=OpenAPIConfig(
            title=title, version=version("totem"), render_plugins=[JsonRenderPlugin()]
        ),
        logging_config=None,
    )
    app.state.metrics = Metrics()
    app.state.version = version("totem")
    return app


@asynccontextmanager
async def _serving(app: Litestar, settings: Settings) -> AsyncIterator[None]:
    """Everything that needs the database or the loop, from first to last."""
    if settings.database_url is None:
        raise LedgerUnavailableError("no database")
    await migrate(settings.database_url)
    database = await Database.open(settings.database_url, settings.pool_max)
    try:
        await _compose(app, settings, database)
        schedule = Schedule(app.state.watch, app.state.publishing)
        schedule.start()
        try:
            yield
        finally:
            schedule.stop()
            app.state.watch.close()
    finally:
        await database.close()


async def _compose(app: Litestar, settings: Settings, database: Database) -> None:
    state = app.state
    posted = await replay.replay_all(database)
    if posted:
        _log.info("events that an older build could not read are posted", posted=posted)
    keys = Keys(settings.data_dir)
    state.database = database
    async with database.connection() as connection:
        state.server_gen = await identity.server_gen(connection)
    state.watch = FeedWatch(database)
    state.signatures = Signatures(database, keys, settings.audience)
    admission = Admission(settings.pool_max, state.metrics)
    state.intake = Intake(database, keys, state.metrics, admission)
    state.epochs = Epochs(database, keys)
    state.enrolment = Enrolment(database, keys, state.metrics)
    await privacy.publish(database, Unsealer(keys.privacy).public)
    await Erasures(settings.data_dir).repeat(database)
    state.publishing = Publishing(database, state.watch, admission, state.server_gen)
    state.people = People(PeopleRecords(database.pool), keys.login)
    state.reports = Reports(ReportQueries(database.pool))
    state.admin_password = await state.people.seed_admin()
