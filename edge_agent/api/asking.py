"""The routes of what a customer is asked: who is served first, and what they say of themselves."""

from litestar import Controller, put

from edge_agent.api.schemas import ScreenState
from edge_agent.api.screen import Drawer
from edge_agent.api.touches import Answer, SetPriority
from edge_agent.services.visits import Visits


class Asking(Controller):
    """No answer of these says back what was typed."""

    path = "/v1/visit"

    @put("/priority")
    async def priority(self, data: SetPriority, visits: Visits, drawer: Drawer) -> ScreenState:
        visits.prefer(data.priority)
        return drawer.draw()

    @put("/identify")
    async def answer(self, data: Answer, visits: Visits, drawer: Drawer) -> ScreenState:
        """After the last question a sole way to pay is taken at once, as from review."""
        visits.answer(data.question, data.value)
        sole = drawer.sole_method()
        if sole is not None and drawer.draw().step == "method":
            await visits.pay(sole)
        return drawer.draw()
