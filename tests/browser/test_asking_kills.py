"""A browser or an agent dies where a site asks something of its customer, where it is closed, and
in the corner of its staff: the same page comes back, or the first one, and never an open door.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserType

from tests.browser.killing import GONE, Screen, Seat, kill_agent, kill_browser, mortal, seated
from tests.support.bench_totem import ANA, PIN
from tests.support.flow_bench import MortalTotem, totem_at_work
from tests.support.sample_catalogue import sample_page

CLOSED, DOOR, INSIDE = "Estamos fechados agora", "Digite seu PIN", "Balcão · Ana"
NEVER: dict[str, Any] = {"hours": {"mon": []}}


def begin(totem: MortalTotem) -> None:
    totem.client.send("POST", "/v1/visit", {"locale": "pt"})


def step(totem: MortalTotem, name: str, service: str = "") -> None:
    totem.client.send("PUT", "/v1/visit/step", {"step": name, "service": service})


def ask_for_priority(totem: MortalTotem) -> None:
    begin(totem)
    step(totem, "priority")


def choose_options(totem: MortalTotem) -> None:
    begin(totem)
    step(totem, "options", "desjejum")


def be_asked(totem: MortalTotem) -> None:
    totem.choose("hemograma")
    step(totem, "method")


SCREENS: dict[str, Screen[MortalTotem]] = {
    "priority": Screen(ask_for_priority, "Sem perguntas: você não precisa dizer o motivo."),
    "options": Screen(choose_options, "Café com leite"),
    "identify": Screen(be_asked, "Só para o comprovante desta compra. É opcional."),
}
screens = pytest.mark.parametrize("at", SCREENS)


@pytest.fixture(scope="module")
def totem(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalTotem]:
    with totem_at_work(tmp_path_factory.mktemp("asking-kills"), catalogue=sample_page({})) as one:
        yield one


@pytest.fixture(scope="module")
def seat(kind: BrowserType, totem: MortalTotem) -> Iterator[Seat]:
    with seated(kind, totem.address) as one:
        yield one


@pytest.fixture
def ready(totem: MortalTotem) -> Iterator[MortalTotem]:
    """The same totem, with nobody at it."""
    yield totem
    totem.tell("cancel")


@screens
def test_a_killed_browser_comes_back_to_the_same_question(
    seat: Seat, ready: MortalTotem, at: str
) -> None:
    kill_browser(seat, ready, SCREENS[at])


@screens
def test_a_killed_agent_comes_back_to_nobodys_answers(
    seat: Seat, ready: MortalTotem, at: str
) -> None:
    kill_agent(seat, mortal(ready), ready, SCREENS[at])


# ---- out of hours, and the corner


@pytest.fixture(scope="module")
def closed(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalTotem]:
    """A totem that Ana looks after while the site is closed."""
    folder = tmp_path_factory.mktemp("closed-kills")
    with totem_at_work(folder, catalogue=sample_page(NEVER, [ANA])) as one:
        yield one


@pytest.fixture(scope="module")
def counter(kind: BrowserType, closed: MortalTotem) -> Iterator[Seat]:
    """A screen of the counter's own, which begins at the door."""
    with seated(kind, f"{closed.address}/#balcao") as one:
        yield one


def enter(counter: Seat) -> None:
    page = counter.kiosk.page
    page.evaluate("location.hash = 'balcao'")
    counter.reads(DOOR)
    for digit in PIN:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="OK").click()
    counter.reads(INSIDE)


def test_a_killed_browser_leaves_no_door_open(counter: Seat, closed: MortalTotem) -> None:
    enter(counter)
    counter.kill()
    assert INSIDE not in counter.reads(DOOR)


def test_a_killed_agent_asks_for_the_pin_again(counter: Seat, closed: MortalTotem) -> None:
    enter(counter)
    closed.kill()
    assert INSIDE not in counter.reads(GONE)
    closed.come_back()
    assert INSIDE not in counter.reads(DOOR)


def test_a_closed_site_stays_closed(kind: BrowserType, closed: MortalTotem) -> None:
    screen: Screen[MortalTotem] = Screen(MortalTotem.state, CLOSED, CLOSED)
    with seated(kind, closed.address) as hall:
        kill_browser(hall, closed, screen)
        kill_agent(hall, mortal(closed), closed, screen)
