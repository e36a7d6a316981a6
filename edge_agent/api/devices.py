"""The technician's routes: what devices there are, and what can be done with them."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from litestar import Controller, get, post
from litestar.params import Parameter
from msgspec import Struct

from edge_agent.devices.errors import DeviceError
from edge_agent.devices.fleet import Devices
from edge_agent.devices.tap import Tap
from edge_agent.journal.journal import Journal
from edge_agent.services import bench, card_doubt, printing
from edge_agent.services.bench import Finding
from edge_agent.services.errors import RefusedError
from edge_agent.services.hints import hint_for
from edge_agent.settings import DevicesSettings

CAPTURE_S_MAX = 3600


class DeviceView(Struct, frozen=True):
    """One device. ``since_ms`` is when its state began; ``hint`` what to do, in Portuguese."""

    name: str
    driver: str
    address: str
    state: str
    reason: str
    hint: str
    since_ms: int
    paper: str
    facts: dict[str, str]


class Reprint(Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket by its number (the newest one) or its name."""

    ticket: str


class Review(Struct, frozen=True, forbid_unknown_fields=True):
    """An attempt in doubt, and who answers for taking it out of the totem's hands."""

    payment: str
    by: str


class Workshop(Struct, frozen=True):
    """What the technician's routes work with."""

    devices: Devices
    wanted: DevicesSettings
    journal: Journal
    poke: Callable[[], None]
    tap: Tap


class DeviceBench(Controller):
    """Devices, tests, captures and second copies."""

    path = "/v1/devices"

    @get("/")
    async def devices(self, workshop: Workshop) -> list[DeviceView]:
        return [_view(workshop, name) for name in workshop.devices.all()]

    @get("/capture", sync_to_thread=True)
    def capture(
        self,
        workshop: Workshop,
        seconds: Annotated[float, Parameter(gt=0, le=CAPTURE_S_MAX)] = 60,
    ) -> list[str]:
        return workshop.tap.last(seconds)

    @post("/printer/reprint", status_code=200)
    async def reprint(self, data: Reprint, workshop: Workshop) -> list[Finding]:
        ticket = await asyncio.to_thread(printing.ticket_named, workshop.journal, data.ticket)
        job = await workshop.journal.do(printing.reprint(ticket, by_technician=True))
        workshop.poke()
        return [Finding("second copy", f"queued as {job}")]

    @post("/reader/review", status_code=200)
    async def review(self, data: Review, workshop: Workshop) -> list[Finding]:
        await workshop.journal.do(card_doubt.review(data.payment, data.by))
        return [Finding(data.payment, "waits for the acquirer's statement; a case is open")]

    @post("/{device:str}/{deed:str}", status_code=200)
    async def act(self, device: str, deed: str, workshop: Workshop) -> list[Finding]:
        doing: Any = bench.DEEDS.get((device, deed))
        supervisor = workshop.devices.all().get(device)
        if doing is None or supervisor is None:
            raise RefusedError("not-found", f"There is no {deed} for a device {device!r} here.")
        try:
            found: list[Finding] = await asyncio.wrap_future(supervisor.submit(doing))
        except DeviceError as error:
            return bench.failed(error)
        return found


def _view(workshop: Workshop, name: str) -> DeviceView:
    health = workshop.devices.all()[name].health()
    wanted = getattr(workshop.wanted, name)
    return DeviceView(
        name=name,
        driver=wanted.driver,
        address=wanted.address,
        state=health.state,
        reason=health.reason,
        hint=hint_for(health.state, health.reason, health.tickets_left),
        since_ms=health.since_ms,
        paper=health.paper,
        facts=health.facts,
    )
