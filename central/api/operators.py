"""The operators' HTTP API: log in, look at the fleet and the sales. Exports ``routes``.

Deny by default: a handler of this router that is neither ``public`` nor names ``scopes`` answers
403 to everybody. ``app.state`` carries ``people: People`` and ``reports: Reports``.
"""

from typing import Annotated, Any

from litestar import Request, Router, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import CacheControlHeader, State
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from central.api.views import (
    Agreement,
    Fleet,
    Login,
    Refresh,
    SaleDetail,
    SalesPage,
    Summary,
    Tokens,
)
from central.domain.people import Pass
from central.domain.problems import ProblemError
from central.domain.reports import SalesFilter
from central.services.people import People
from central.services.reports import Reports

PAGE_DEFAULT = 50
PAGE_MAX = 200

Text = Annotated[str, QueryParameter(max_length=64)]
Day = Annotated[str, QueryParameter(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]


def authorise(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let in who holds every scope the handler names. Raises ProblemError 401 or 403."""
    if handler.opt.get("public"):
        return
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    people: People = connection.app.state.people
    person = people.authenticate(token if kind.lower() == "bearer" else "")
    needed: set[str] = handler.opt.get("scopes", set())
    if not needed or not needed <= set(person.scopes):
        raise ProblemError(403, "not-allowed", "Your role does not include this. Ask an admin.")


@post("/login", status_code=200, public=True)
async def login(request: Request[Any, Any, State], state: State, data: JSONBody[Login]) -> Tokens:
    people: People = state.people
    address = request.client.host if request.client else ""
    return _tokens(await people.login(data.username, data.password, address))


@post("/refresh", status_code=200, public=True)
async def refresh(state: State, data: JSONBody[Refresh]) -> Tokens:
    people: People = state.people
    return _tokens(await people.refresh(data.refresh_token))


@post("/logout", status_code=204, public=True)
async def logout(state: State, data: JSONBody[Refresh]) -> None:
    people: People = state.people
    await people.logout(data.refresh_token)


@get("/summary", scopes={"fleet:read", "sales:read"})
async def summary(state: State) -> Summary:
    reports: Reports = state.reports
    return await reports.summary()


@get("/fleet", scopes={"fleet:read"})
async def fleet(state: State) -> Fleet:
    reports: Reports = state.reports
    return await reports.fleet()


@get("/agreement", scopes={"fleet:read"})
async def agreement(state: State, totem: Text = "", limit: Limit = PAGE_MAX) -> Agreement:
    """Incidents in words, events set aside, day seals: the newest of each."""
    reports: Reports = state.reports
    return await reports.agreement(totem, limit)


async def wanted_sales(
    totem: Text = "",
    site: Text = "",
    method: Text = "",
    state_: Annotated[str, QueryParameter(name="state", max_length=24)] = "",
    day: Day = "",
    q: Text = "",
) -> SalesFilter:
    """The filter as the query string names it."""
    return SalesFilter(totem=totem, site=site, method=method, state=state_, day=day, q=q.strip())


@get("/sales", scopes={"sales:read"}, dependencies={"wanted": wanted_sales})
async def sales(
    state: State,
    wanted: NamedDependency[SalesFilter],
    cursor: Annotated[str, QueryParameter(max_length=256)] = "",
    limit: Limit = PAGE_DEFAULT,
) -> SalesPage:
    reports: Reports = state.reports
    return await reports.sales(wanted, cursor, limit)


@get("/sales/{sale:str}", scopes={"sales:read"})
async def sale_detail(state: State, sale: FromPath[str]) -> SaleDetail:
    reports: Reports = state.reports
    return await reports.sale(sale)


def _tokens(granted: Pass) -> Tokens:
    return Tokens(
        access_token=granted.access_token,
        expires_in_s=granted.expires_in_s,
        refresh_token=granted.refresh_token,
        username=granted.person.username,
        name=granted.person.name,
        scopes=granted.person.scopes,
    )


routes: list[ControllerRouterHandler] = [
    Router(
        path="/v1",
        route_handlers=[login, refresh, logout, summary, fleet, agreement, sales, sale_detail],
        guards=[authorise],
        cache_control=CacheControlHeader(no_store=True),
        tags=["operators"],
    )
]
