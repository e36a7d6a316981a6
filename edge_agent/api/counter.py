"""The routes of the attendant's corner. Everything but entering needs the session's token in the
header ``totem-counter``.
"""

from typing import Annotated, Any, Literal

from litestar import Controller, Request, get, post
from litestar.params import Parameter
from msgspec import Struct

from edge_agent.services.counter import Counter, CounterView, LateDecline
from edge_agent.services.help import HelpDesk
from edge_agent.services.scans import Scans

WAIT_S_MAX = 25
AnyRequest = Request[Any, Any, Any]


class Enter(Struct, frozen=True, forbid_unknown_fields=True):
    """``secret`` is a PIN or what a badge says."""

    secret: str


class Entered(Struct, frozen=True):
    token: str
    name: str


class Code(Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket's QR text, or its number."""

    code: str


class MakeGood(Struct, frozen=True, forbid_unknown_fields=True):
    way: Literal["recovered", "written_off"]


class Scanned(Struct, frozen=True):
    """``code`` is empty when none came."""

    code: str


class CounterDesk(Controller):
    """Vouchers, tickets and late declines."""

    path = "/v1/counter"

    @post("/session", status_code=200)
    async def enter(self, data: Enter, counter: Counter, help_desk: HelpDesk) -> Entered:
        session = counter.enter(data.secret)
        help_desk.answered()
        return Entered(session.token, session.attendant.name)

    @post("/leave", status_code=204)
    async def leave(self, counter: Counter) -> None:
        counter.leave()

    @post("/look", status_code=200)
    async def look(self, data: Code, request: AnyRequest, counter: Counter) -> CounterView:
        return counter.look(_token(request), data.code)

    @post("/settle", status_code=200)
    async def settle(self, data: Code, request: AnyRequest, counter: Counter) -> CounterView:
        return await counter.settle(_token(request), data.code)

    @post("/serve", status_code=200)
    async def serve(self, data: Code, request: AnyRequest, counter: Counter) -> CounterView:
        return await counter.serve(_token(request), data.code)

    @post("/void", status_code=200)
    async def void(self, data: Code, request: AnyRequest, counter: Counter) -> CounterView:
        return await counter.void(_token(request), data.code)

    @get("/late")
    async def late(self, request: AnyRequest, counter: Counter) -> list[LateDecline]:
        return counter.late(_token(request))

    @post("/late/{payment:str}", status_code=204)
    async def make_good(
        self, payment: str, data: MakeGood, request: AnyRequest, counter: Counter
    ) -> None:
        await counter.make_good(_token(request), payment, recovered=data.way == "recovered")

    @get("/scan")
    async def scan(
        self,
        request: AnyRequest,
        counter: Counter,
        scans: Scans,
        wait: Annotated[float, Parameter(ge=0, le=WAIT_S_MAX)] = 0,
    ) -> Scanned:
        counter.touch(_token(request))
        return Scanned(await scans.next_code(wait))


def _token(request: AnyRequest) -> str:
    return request.headers.get("totem-counter", "")
