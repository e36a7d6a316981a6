"""Pinpad and customer face to face: put something on the display, ask, wait for the answer."""

import asyncio
from collections.abc import Callable

from edge_agent.devices.emulators.abecs.customer import Customer
from edge_agent.devices.emulators.abecs.message import Request
from edge_agent.devices.emulators.abecs.panel import COLUMNS, IDLE_TEXT, Ask, Panel

Notify = Callable[[str], None]


class Desk:
    """Where every blocking command waits. The customer reacts only as long as it is asked."""

    def __init__(self, panel: Panel, customer: Customer) -> None:
        self.panel = panel
        self.customer = customer

    async def ask(self, ask: Ask, done: Callable[[], bool], seconds: float | None) -> None:
        """Until ``done``; ``seconds`` as the kiosk counts them, None for ever. Raises StatusError
        when the customer cancels or lets the time pass."""
        pace = self.customer.behaviour.second_s
        reaction = asyncio.create_task(self.customer.react(ask))
        try:
            await self.panel.wait(ask, done, None if seconds is None else seconds * pace)
        finally:
            reaction.cancel()

    async def pause(self) -> None:
        """A card being read, or a pinpad thinking."""
        await asyncio.sleep(self.customer.behaviour.delay_s)

    def tell(self, first: str, second: str, notify: Notify) -> None:
        """On both displays, the pinpad's and the kiosk's."""
        text = first.center(COLUMNS)[:COLUMNS] + second.center(COLUMNS)[:COLUMNS]
        self.panel.show(text)
        notify(text)

    def rest(self) -> None:
        self.panel.show(IDLE_TEXT)


def display_text(request: Request) -> str:
    return request.text().decode("latin-1")
