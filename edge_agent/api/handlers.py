"""The routes of the touchscreen. Each decodes, calls one service, and answers with the new
ScreenState.
"""

from pathlib import Path
from typing import Annotated

from litestar import Controller, Response, get, post, put
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from edge_agent.api.schemas import Boot, CatalogueView, ScreenState
from edge_agent.api.screen import Drawer
from edge_agent.api.touches import Pay, SetCart, SetLocale, SetStep, StartVisit
from edge_agent.domain.catalogue import Choice
from edge_agent.services.errors import RefusedError
from edge_agent.services.extras import Extras
from edge_agent.services.visits import Visits

WAIT_S_MAX = 25
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
}


class Screens(Controller):
    """State, catalogue and everything a finger can do."""

    path = "/v1"

    @get("/boot")
    async def boot(self, boot: Boot) -> Boot:
        return boot

    @get("/catalogue")
    async def catalogue(self, drawer: Drawer) -> CatalogueView:
        return drawer.catalogue()

    @get("/state")
    async def state(
        self,
        drawer: Drawer,
        rev: Annotated[int, Parameter(ge=-1)] = -1,
        wait: Annotated[float, Parameter(ge=0, le=WAIT_S_MAX)] = 0,
    ) -> ScreenState:
        await drawer.board.newer_than(rev, wait)
        return drawer.draw()

    @post("/visit", status_code=200)
    async def start(self, data: StartVisit, visits: Visits, drawer: Drawer) -> ScreenState:
        reason = drawer.readiness.out_of_order()
        if reason and visits.current is None:
            raise RefusedError("out-of-order", f"This totem cannot sell now: {reason}.")
        if drawer.reopens() is not None and visits.current is None:
            raise RefusedError("closed", "This site is closed at this hour.")
        await drawer.recovered.leave()
        visits.start(drawer.shelf.catalogue, data.locale)
        return drawer.draw()

    @put("/visit/locale")
    async def locale(self, data: SetLocale, visits: Visits, drawer: Drawer) -> ScreenState:
        visits.set_locale(data.locale)
        return drawer.draw()

    @put("/visit/cart")
    async def cart(self, data: SetCart, visits: Visits, drawer: Drawer) -> ScreenState:
        lines = [(it.service, it.quantity, tuple(it.options)) for it in data.lines]
        visits.set_cart([Choice(*line) for line in lines])
        return drawer.draw()

    @put("/visit/step")
    async def step(
        self, data: SetStep, visits: Visits, extras: Extras, drawer: Drawer
    ) -> ScreenState:
        if data.step == "options":
            extras.open(data.service)
        else:
            visits.go(data.step)
        return drawer.draw()

    @post("/visit/pay", status_code=200)
    async def pay(self, data: Pay, visits: Visits, drawer: Drawer) -> ScreenState:
        if visits.current is not None and visits.current.cart:
            priced = visits.current.basket().priced(data.method)
            reason = drawer.readiness.method_off(data.method, priced.total_minor)
            if reason:
                raise RefusedError("method-unavailable", f"{data.method} is off: {reason}.")
            most = drawer.readiness.instalments_max(data.method, priced.total_minor)
            if data.instalments > most:
                raise RefusedError("method-unavailable", f"At most {most} instalments here.")
        await visits.pay(data.method, data.instalments)
        return drawer.draw()

    @post("/visit/cancel", status_code=200)
    async def cancel(self, visits: Visits, drawer: Drawer) -> ScreenState:
        await visits.cancel()
        return drawer.draw()

    @post("/visit/finish", status_code=200)
    async def finish(self, visits: Visits, drawer: Drawer) -> ScreenState:
        await visits.finish()
        return drawer.draw()

    @post("/visit/touch", status_code=200)
    async def touch(self, visits: Visits, drawer: Drawer) -> ScreenState:
        visits.touch()
        return drawer.draw()

    @post("/visit/reprint", status_code=200)
    async def reprint(self, visits: Visits, drawer: Drawer) -> ScreenState:
        await visits.reprint()
        return drawer.draw()


@get(["/", "/{path:path}"], sync_to_thread=False)
def page(screens: Path, path: Path | None = None) -> Response[bytes]:
    """The built touchscreen; any other path of it is a 404."""
    wanted = str(path or "").lstrip("/") or "index.html"
    if wanted.startswith("v1/"):
        raise NotFoundException(f"The API has no /{wanted}.")
    file = (screens / wanted).resolve()
    if not file.is_relative_to(screens.resolve()) or not file.is_file():
        missing = wanted == "index.html"
        hint = "The screens are not built: run totem screens build.\n" if missing else "Not here.\n"
        return Response(hint.encode(), status_code=404, media_type="text/plain")
    kind = TYPES.get(file.suffix, "application/octet-stream")
    lasting = "max-age=31536000, immutable" if "assets/" in wanted else "no-store"
    return Response(file.read_bytes(), media_type=kind, headers={"cache-control": lasting})
