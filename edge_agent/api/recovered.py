"""The routes of the first screen after a power cut."""

from litestar import Controller, post

from edge_agent.api.schemas import ScreenState
from edge_agent.api.screen import Drawer


class AfterTheCut(Controller):
    """Print what did not come out, or leave."""

    path = "/v1/recovered"

    @post("/print", status_code=200)
    async def print(self, drawer: Drawer) -> ScreenState:
        await drawer.recovered.print()
        return drawer.draw()

    @post("/leave", status_code=200)
    async def leave(self, drawer: Drawer) -> ScreenState:
        await drawer.recovered.leave()
        return drawer.draw()
