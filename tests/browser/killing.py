"""A browser or an agent dies at a screen: what its customer reads next, and what it cost them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from playwright.sync_api import BrowserType

from tests.browser.chromium import PANELS, start_kiosk
from tests.browser.customer import PATIENCE_MS, Customer
from tests.support.flow_bench import MortalTotem

START, NOTHING = "Toque para começar", "Nada foi cobrado."
GONE, AGAIN = "Um momento…", "Não pague de novo. Já estamos conferindo."
Bench = TypeVar("Bench")


class Screen(NamedTuple, Generic[Bench]):
    """How it is reached, and a text that is there once it stands still; what a page says ``after``
    the agent was killed and is back; what all that took of the customer's money and gave them.
    ``meanwhile`` happens in between.
    """

    way: Callable[[Bench], object]
    text: str
    after: str = START
    is_money_open: bool = False
    charges: int = 0
    tickets: int = 0
    meanwhile: Callable[[Bench], object] | None = None


class Mortal(NamedTuple):
    """An agent that can be killed, and the witnesses of what it did."""

    kill: Callable[[], object]
    come_back: Callable[[], object]
    charges: Callable[[], int]
    tickets: Callable[[], int]


def mortal(totem: MortalTotem) -> Mortal:
    return Mortal(totem.kill, totem.come_back, totem.far.charges, totem.tickets)


class Seat:
    """Where the kiosk's browser runs, and is started again when it was killed."""

    def __init__(self, kind: BrowserType, address: str) -> None:
        self._start = partial(start_kiosk, kind, PANELS["portrait"], address)
        self.start()

    def start(self) -> None:
        self.kiosk = self._start()

    def kill(self) -> None:
        self.kiosk.kill()
        self.start()

    def reads(self, text: str) -> str:
        """All that can be read once ``text`` is there, however the panel hangs."""
        page = self.kiosk.page
        for panel in PANELS.values():
            page.set_viewport_size({"width": panel.width, "height": panel.height})
            page.get_by_text(text).first.wait_for()
        return Customer.written(page)

    def comes_to_read(self, text: str, whole: str) -> str:
        """The same, once it is ``whole`` or patience is over: the services come after their page,
        and what is shown in turns has its time.
        """
        end = time.monotonic() + PATIENCE_MS / 1000
        while (found := self.reads(text)) != whole and time.monotonic() < end:
            self.kiosk.page.wait_for_timeout(50)
        return found


@contextmanager
def seated(kind: BrowserType, address: str) -> Iterator[Seat]:
    one = Seat(kind, address)
    try:
        yield one
    finally:
        one.kiosk.kill()


def kill_browser(seat: Seat, bench: Bench, screen: Screen[Bench]) -> None:
    """The next one comes to show the same."""
    screen.way(bench)
    before = seat.reads(screen.text)
    seat.kill()
    assert seat.comes_to_read(screen.text, before) == before


def kill_agent(seat: Seat, agent: Mortal, bench: Bench, screen: Screen[Bench]) -> None:
    """The page waits for it without a wrong word, then says what is true of the money."""
    charges, tickets = agent.charges(), agent.tickets()
    screen.way(bench)
    seat.reads(screen.text)
    agent.kill()
    assert (AGAIN in seat.reads(GONE)) == screen.is_money_open
    if screen.meanwhile is not None:
        screen.meanwhile(bench)
    agent.come_back()
    seat.reads(screen.after)
    cost = (agent.charges() - charges, agent.tickets() - tickets)
    assert cost == (screen.charges, screen.tickets)
