"""The routes of what stands beside the way to the ticket: receipt, rights, help, pictures."""

from base64 import b64decode

from litestar import Controller, Response, get, post, put
from litestar.exceptions import NotFoundException

from edge_agent.api.schemas import ScreenState
from edge_agent.api.screen import Drawer
from edge_agent.api.touches import SendReceipt, ShowAside
from edge_agent.services.asides import Asides
from edge_agent.services.help import HelpDesk
from edge_agent.services.receipts import Receipts
from edge_agent.services.visits import Visits

TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}
PICTURE_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "cache-control": "max-age=31536000, immutable",
}
"""A picture runs nothing and fetches nothing; its address changes with what it shows."""


class Beside(Controller):
    """Pages beside the visit, and what is asked on them."""

    path = "/v1"

    @put("/visit/aside")
    async def show(
        self, data: ShowAside, asides: Asides, visits: Visits, drawer: Drawer
    ) -> ScreenState:
        asides.show(data.aside)
        visits.touch()
        return drawer.draw()

    @post("/visit/help", status_code=200)
    async def call(
        self, help_desk: HelpDesk, asides: Asides, visits: Visits, drawer: Drawer
    ) -> ScreenState:
        help_desk.call()
        asides.help(is_wanted=True)
        visits.touch()
        return drawer.draw()

    @post("/visit/help/leave", status_code=200)
    async def leave_help(self, asides: Asides, visits: Visits, drawer: Drawer) -> ScreenState:
        asides.help(is_wanted=False)
        visits.touch()
        return drawer.draw()

    @post("/visit/receipt/paper", status_code=200)
    async def print_receipt(self, receipts: Receipts, drawer: Drawer) -> ScreenState:
        await receipts.print_now()
        return drawer.draw()

    @post("/visit/receipt", status_code=200)
    async def send_receipt(
        self, data: SendReceipt, receipts: Receipts, asides: Asides, drawer: Drawer
    ) -> ScreenState:
        await receipts.send(data.channel, data.contact)
        asides.show("receipt")
        return drawer.draw()

    @get("/pictures/{picture:str}", sync_to_thread=False)
    def picture(self, picture: str, drawer: Drawer) -> Response[bytes]:
        found = drawer.shown().pictures.get(picture)
        if found is None:
            raise NotFoundException(f"The feed brought no picture {picture!r}.")
        data = b64decode(found.data)
        return Response(data, media_type=TYPES[found.kind], headers=PICTURE_HEADERS)
