"""The routes of a PIX at the touchscreen: look now, take a late one's ticket, have it refunded."""

from typing import Annotated

from litestar import Controller, post
from msgspec import Meta, Struct

from edge_agent.api.schemas import ScreenState
from edge_agent.api.screen import Drawer
from edge_agent.services.errors import RefusedError
from edge_agent.services.pix_visit import PixVisit


class Claim(Struct, frozen=True, forbid_unknown_fields=True):
    """``code`` where the customer comes back with it; empty for the PIX on the screen."""

    code: Annotated[str, Meta(max_length=16)] = ""


class PixScreens(Controller):
    """Only where this totem takes PIX: else each is refused."""

    path = "/v1/visit/pix"

    @post("/check", status_code=200)
    async def check(self, pix: PixVisit | None, drawer: Drawer) -> ScreenState:
        _there(pix).look_now()
        return drawer.draw()

    @post("/claim", status_code=200)
    async def claim(self, data: Claim, pix: PixVisit | None, drawer: Drawer) -> ScreenState:
        await _there(pix).claim(data.code, drawer.shelf.catalogue)
        await drawer.recovered.leave()
        return drawer.draw()

    @post("/refund", status_code=200)
    async def refund(self, data: Claim, pix: PixVisit | None, drawer: Drawer) -> ScreenState:
        await _there(pix).refuse(data.code)
        return drawer.draw()


def _there(pix: PixVisit | None) -> PixVisit:
    if pix is None:
        raise RefusedError("method-unavailable", "This totem takes no PIX.")
    return pix
