"""The routes of the page where a service's options are chosen."""

from typing import Annotated

from litestar import Controller, post, put
from msgspec import Meta, Struct

from edge_agent.api.schemas import ScreenState
from edge_agent.api.screen import Drawer
from edge_agent.services.extras import Extras
from sync_protocol import limits


class SetChoosing(Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of everything picked so far, newest last, and how many of the service."""

    options: Annotated[list[str], Meta(max_length=2 * limits.OPTIONS_MAX)]
    quantity: int


class Options(Controller):
    """Opened by ``PUT /v1/visit/step`` with the step ``options`` and a service."""

    path = "/v1/visit/choosing"

    @put()
    async def change(self, data: SetChoosing, extras: Extras, drawer: Drawer) -> ScreenState:
        extras.change(data.options, data.quantity)
        return drawer.draw()

    @post(status_code=200)
    async def add(self, extras: Extras, drawer: Drawer) -> ScreenState:
        extras.add()
        return drawer.draw()
