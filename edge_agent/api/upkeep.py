"""The technician's corner at the screen: how the totem is, and tests of what hangs on it.

Needs the token of a session whose attendant is a technician. It tells no address and no secret.
"""

import asyncio
from typing import Any, Literal

from litestar import Controller, Request, get, post
from msgspec import Struct

from edge_agent.api.devices import Workshop
from edge_agent.api.health import Vitals
from edge_agent.api.schemas import Boot
from edge_agent.devices.errors import DeviceError
from edge_agent.journal.staff import Act, note_act, read_acts
from edge_agent.services import bench
from edge_agent.services.bench import Finding
from edge_agent.services.entrance import Entrance
from edge_agent.services.errors import RefusedError
from edge_agent.services.hints import hint_key

ACTS_SHOWN = 20
AnyRequest = Request[Any, Any, Any]


class DeviceLine(Struct, frozen=True):
    """One device. ``hint`` is a words key of what to do; empty when all is well."""

    name: str
    driver: str
    state: str
    reason: str
    hint: str
    paper: str
    since_ms: int
    facts: dict[str, str]


class StatusView(Struct, frozen=True):
    """The totem at a glance. ``outbox``: events that headquarters has yet to take."""

    version: str
    totem: str
    epoch: int
    online: bool
    sync_state: str
    outbox: int
    tickets: int
    printing: int
    cases_open: int
    at_risk: int
    at_risk_minor: int
    lease_days: int
    devices: list[DeviceLine]


class ActView(Struct, frozen=True):
    at_ms: int
    by: str
    deed: str
    about: str


class Noted(Struct, frozen=True, forbid_unknown_fields=True):
    """What a technician did at the screen itself; ``cells_missed`` of the touch grid."""

    deed: Literal["touch test", "screen restarted"]
    cells_missed: int = 0


class Upkeep(Controller):
    """Status, tests, and what was done by whom."""

    path = "/v1/upkeep"

    @get("/status")
    async def status(
        self,
        request: AnyRequest,
        entrance: Entrance,
        boot: Boot,
        vitals: Vitals,
        workshop: Workshop,
    ) -> StatusView:
        _technician(request, entrance)
        health = await asyncio.to_thread(vitals.read)
        return StatusView(
            version=boot.version,
            totem=health.totem,
            epoch=health.epoch,
            online=health.online,
            sync_state=health.sync_state,
            outbox=health.outbox,
            tickets=health.tickets,
            printing=health.printing,
            cases_open=health.cases_open,
            at_risk=health.at_risk,
            at_risk_minor=health.at_risk_minor,
            lease_days=health.lease_days,
            devices=[_line(workshop, name) for name in workshop.devices.all()],
        )

    @get("/acts")
    async def acts(
        self, request: AnyRequest, entrance: Entrance, workshop: Workshop
    ) -> list[ActView]:
        _technician(request, entrance)
        found = await asyncio.to_thread(read_acts, workshop.journal, ACTS_SHOWN)
        return [_act(it) for it in found]

    @post("/noted", status_code=204)
    async def noted(
        self, data: Noted, request: AnyRequest, entrance: Entrance, workshop: Workshop
    ) -> None:
        by = _technician(request, entrance)
        about = f"{data.cells_missed} cells missed" if data.deed == "touch test" else ""
        await workshop.journal.do(note_act(by, data.deed, about))

    @post("/{device:str}/{deed:str}", status_code=200)
    async def act(
        self, device: str, deed: str, request: AnyRequest, entrance: Entrance, workshop: Workshop
    ) -> list[Finding]:
        by = _technician(request, entrance)
        doing: Any = bench.DEEDS.get((device, deed))
        supervisor = workshop.devices.all().get(device)
        if doing is None or supervisor is None:
            raise RefusedError("not-found", f"There is no {deed} for a device {device!r} here.")
        await workshop.journal.do(note_act(by, f"{device} {deed}"))
        try:
            found: list[Finding] = await asyncio.wrap_future(supervisor.submit(doing))
        except DeviceError as error:
            return bench.failed(error)
        return found


def _technician(request: AnyRequest, entrance: Entrance) -> str:
    return entrance.who(request.headers.get("totem-counter", ""), "technician")


def _line(workshop: Workshop, name: str) -> DeviceLine:
    health = workshop.devices.all()[name].health()
    return DeviceLine(
        name=name,
        driver=getattr(workshop.wanted, name).driver,
        state=health.state,
        reason=health.reason if hint_key(health.state, health.reason) != "gone" else "",
        hint=hint_key(health.state, health.reason),
        paper=health.paper,
        since_ms=health.since_ms,
        facts=health.facts,
    )


def _act(act: Act) -> ActView:
    return ActView(act.wall_ms, act.by, act.deed, act.about)
