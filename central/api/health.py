"""Is central well, and what has it done? For load balancers and for Prometheus."""

from litestar import Response, get
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST

from central.ledger.database import Database
from central.metrics import Metrics


class HealthView(Struct, frozen=True):
    """``status`` is ok or failing; 503 goes with failing."""

    status: str
    database: str
    server_gen: int
    version: str


@get("/health", include_in_schema=False)
async def health(state: State) -> Response[HealthView]:
    database: Database = state.database
    alive = await database.alive()
    status, word = ("ok", "ok") if alive else ("failing", "unreachable")
    return Response(
        HealthView(status, word, state.server_gen, state.version),
        status_code=200 if alive else 503,
        headers={"cache-control": "no-store"},
    )


@get("/metrics", include_in_schema=False, media_type=CONTENT_TYPE_LATEST)
async def metrics(state: State) -> bytes:
    counted: Metrics = state.metrics
    return counted.exposition()


routes: list[ControllerRouterHandler] = [health, metrics]
