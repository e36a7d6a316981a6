"""The routes of accessibility: what this customer needs, and the screen's voice."""

from litestar import Controller, Response, post, put

from edge_agent.api.schemas import ScreenState
from edge_agent.api.screen import Drawer
from edge_agent.api.touches import SetAccess, Speak
from edge_agent.services.visits import Visits
from edge_agent.services.voice import Voice


class AccessDesk(Controller):
    """Open at the first screen too: nobody has to start a visit to be able to use it."""

    path = "/v1"

    @put("/access")
    async def choose(self, data: SetAccess, visits: Visits, drawer: Drawer) -> ScreenState:
        visits.touch()
        visits.access.choose(data.view())
        return drawer.draw()

    @post("/speak", status_code=200)
    async def speak(self, data: Speak, voice: Voice) -> Response[bytes]:
        sound = await voice.say(data.text, data.locale, data.private)
        return Response(sound, media_type="audio/wav")
