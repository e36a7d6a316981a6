"""The routes of the attendant's corner. Everything but entering needs the session's token in the
header ``totem-counter``.
"""

import asyncio
from typing import Annotated, Any, Literal

from litestar import Controller, Request, get, post
from litestar.params import Parameter
from msgspec import Struct

from edge_agent.api.devices import Workshop
from edge_agent.devices.errors import DeviceError
from edge_agent.journal.staff import note_act
from edge_agent.services import bench, cases, printing
from edge_agent.services.bench import Finding
from edge_agent.services.cases import CaseRow, Reason, WaitingCopy
from edge_agent.services.claims import Claims, ClaimView
from edge_agent.services.counter import Counter, CounterView, LateDecline
from edge_agent.services.entrance import Entrance, Session
from edge_agent.services.hints import hint_key
from edge_agent.services.scans import Scans

WAIT_S_MAX = 25
AnyRequest = Request[Any, Any, Any]


class Enter(Struct, frozen=True, forbid_unknown_fields=True):
    """``secret`` is a PIN or what a badge says."""

    secret: str


class Entered(Struct, frozen=True):
    """``token`` is empty when nobody came."""

    token: str
    name: str
    roles: list[str]


class Code(Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket's QR text, its number or name; a claim code where one is looked for."""

    code: str


class MakeGood(Struct, frozen=True, forbid_unknown_fields=True):
    way: Literal["recovered", "written_off"]


class CloseCase(Struct, frozen=True, forbid_unknown_fields=True):
    reason: Reason


class Scanned(Struct, frozen=True):
    """``code`` is empty when none came."""

    code: str


class RollView(Struct, frozen=True):
    """The printer while its roll is changed. ``hint`` is a words key; ``paper``: ok, near_end,
    end; ``tickets_left``: at most about so many, once it is near its end.
    """

    state: str
    reason: str
    hint: str
    paper: str
    tickets_left: int | None


class CounterDesk(Controller):
    """Vouchers, tickets, claims, cases, late declines, and the printer's roll."""

    path = "/v1/counter"

    @post("/session", status_code=200)
    async def enter(self, data: Enter, entrance: Entrance, scans: Scans) -> Entered:
        entered = _entered(await entrance.enter(data.secret))
        scans.forget()
        return entered

    @post("/badge", status_code=200)
    async def badge(
        self,
        request: AnyRequest,
        entrance: Entrance,
        claims: Claims,
        scans: Scans,
        wait: Annotated[float, Parameter(ge=0, le=WAIT_S_MAX)] = 0,
    ) -> Entered:
        """A badge before the scanner opens the door; its text never reaches the page. What
        customers hold is no try to enter.
        """
        code = await _next_code(request, scans, wait)
        if not code or claims.is_customers(code):
            return Entered("", "", [])
        return _entered(await entrance.enter(code))

    @post("/leave", status_code=204)
    async def leave(self, entrance: Entrance, scans: Scans) -> None:
        entrance.leave()
        scans.forget()

    @post("/look", status_code=200)
    async def look(self, data: Code, request: AnyRequest, counter: Counter) -> CounterView:
        return counter.look(_token(request), data.code)

    @post("/claim", status_code=200)
    async def claim(self, data: Code, request: AnyRequest, claims: Claims) -> ClaimView:
        return claims.look(_token(request), data.code)

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
        return Scanned(await _next_code(request, scans, wait))


class CasesAndPaper(Controller):
    """Open cases, second copies, and a new roll."""

    path = "/v1/counter"

    @get("/cases")
    async def open_cases(
        self, request: AnyRequest, entrance: Entrance, workshop: Workshop
    ) -> list[CaseRow]:
        entrance.who(_token(request))
        return cases.open_cases(workshop.journal)

    @post("/cases/{case:str}", status_code=204)
    async def close(
        self,
        case: str,
        data: CloseCase,
        request: AnyRequest,
        entrance: Entrance,
        workshop: Workshop,
    ) -> None:
        by = entrance.who(_token(request))
        await workshop.journal.do(cases.close(case, data.reason, by))
        workshop.poke()

    @get("/waiting")
    async def waiting(
        self, request: AnyRequest, entrance: Entrance, workshop: Workshop
    ) -> list[WaitingCopy]:
        entrance.who(_token(request))
        return cases.waiting_copies(workshop.journal)

    @post("/reprint", status_code=204)
    async def reprint(
        self, data: Code, request: AnyRequest, entrance: Entrance, workshop: Workshop
    ) -> None:
        by = entrance.who(_token(request))
        ticket = await asyncio.to_thread(printing.ticket_named, workshop.journal, data.code)
        await workshop.journal.do(printing.reprint(ticket, by=by))
        workshop.poke()

    @get("/printer")
    async def printer(
        self, request: AnyRequest, entrance: Entrance, workshop: Workshop
    ) -> RollView:
        entrance.who(_token(request))
        health = workshop.devices.printer.health()
        hint = hint_key(health.state, health.reason)
        return RollView(health.state, health.reason, hint, health.paper, health.tickets_left)

    @post("/printer/test", status_code=200)
    async def test(
        self, request: AnyRequest, entrance: Entrance, workshop: Workshop
    ) -> list[Finding]:
        by = entrance.who(_token(request))
        await workshop.journal.do(note_act(by, "printer test"))
        try:
            return await asyncio.wrap_future(workshop.devices.printer.submit(bench.test_printer))
        except DeviceError as error:
            return bench.failed(error)


async def _next_code(request: AnyRequest, scans: Scans, wait_s: float) -> str:
    """A page that is gone takes no code: somebody else may come for it."""
    asked = asyncio.create_task(scans.next_code(wait_s))
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({asked, gone}, return_when=asyncio.FIRST_COMPLETED)
        return asked.result() if asked.done() else ""
    finally:
        asked.cancel()
        gone.cancel()


async def _gone(request: AnyRequest) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _entered(session: Session) -> Entered:
    attendant = session.attendant
    return Entered(session.token, attendant.name, list(attendant.roles))


def _token(request: AnyRequest) -> str:
    return request.headers.get("totem-counter", "")
