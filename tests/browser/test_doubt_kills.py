"""A browser or an agent dies while nobody knows yet whether the card was charged: no screen asks to
pay again, and in the end each says what the terminal's own ledger says.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserType

from edge_agent.devices.emulators.zvt import ZvtEmulator
from tests.browser.killing import (
    NOTHING,
    Screen,
    Seat,
    kill_agent,
    kill_browser,
    mortal,
    seated,
)
from tests.support.cut_bench import terminal
from tests.support.flow_bench import MortalTotem, State, totem_at_work
from tests.support.sample_catalogue import sample_page

CONFIRMING, DOUBT = "Confirmando o pagamento", "Já estamos conferindo seu pagamento."
SILENCE_S = 600.0
UNSURE = ("REQUESTED", "AUTHORISED", "UNKNOWN")


def authorise(totem: MortalTotem) -> None:
    """The terminal falls silent before it asked the bank."""
    spoil(totem, "silent_after_card")
    totem.choose("hemograma")
    totem.pay("debit")
    totem.until(lambda it: it["payment"]["step"] == "authorising")


def authorise_for_good(totem: MortalTotem) -> None:
    """The bank said yes, and the totem has not heard of it."""
    before = totem.far.charges()
    spoil(totem, "no_completion")
    totem.choose("hemograma")
    totem.pay("debit")
    totem.until(lambda it: it["payment"]["step"] == "authorising" and totem.far.charges() > before)
    mend(totem)


def check(totem: MortalTotem) -> None:
    authorise(totem)
    totem.far.stop_pinpad()
    totem.until(lambda it: it["payment"]["step"] == "checking")


def be_cut(totem: MortalTotem) -> None:
    check(totem)
    totem.kill()
    totem.come_back()
    assert totem.state()["recovered"]["state"] == "checking"


def spoil(totem: MortalTotem, fault: str) -> None:
    terminal_of(totem).faults.add(fault)


def mend(totem: MortalTotem) -> None:
    """After whatever the terminal is doing."""
    totem.far._loop.call_soon_threadsafe(terminal_of(totem).faults.clear)


def terminal_of(totem: MortalTotem) -> ZvtEmulator:
    terminal = totem.far.terminal
    assert isinstance(terminal, ZvtEmulator), "this totem has one"
    return terminal


SCREENS: dict[str, Screen[MortalTotem]] = {
    "authorising": Screen(authorise, CONFIRMING, NOTHING, is_money_open=True),
    "authorised": Screen(
        authorise_for_good,
        CONFIRMING,
        "Seu pedido está pago",
        is_money_open=True,
        charges=1,
        tickets=1,
    ),
    "checking": Screen(check, DOUBT, DOUBT, is_money_open=True),
    "recovered": Screen(be_cut, DOUBT, DOUBT, is_money_open=True),
}
screens = pytest.mark.parametrize("at", SCREENS)


@pytest.fixture(scope="module")
def totem(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalTotem]:
    """One whose terminal, once silent, outlasts every start of a browser."""
    folder = tmp_path_factory.mktemp("doubt-kills")
    silent = terminal(silence_s=SILENCE_S)
    with totem_at_work(folder, catalogue=sample_page(), terminal=silent) as one:
        yield one


@pytest.fixture(scope="module")
def seat(kind: BrowserType, totem: MortalTotem) -> Iterator[Seat]:
    with seated(kind, totem.address) as one:
        yield one


@pytest.fixture
def ready(totem: MortalTotem) -> Iterator[MortalTotem]:
    """The totem of all these customers; each doubt comes to its end."""
    yield totem
    mend(totem)
    state = totem.state()
    if state["step"] == "payment" and state["payment"]["step"] == "authorising":
        totem.far.stop_pinpad()
        totem.until(lambda it: it["payment"]["step"] == "checking")
    if state["step"] == "payment" or state["recovered"]["state"] == "checking":
        totem.far.start_pinpad()
    totem.until(lambda it: left_open(totem) == [] and has_ended(it))
    leave(totem)
    totem.until(
        lambda it: it["step"] == "attract" and totem.client.get("/v1/health")["reader"] == "ready"
    )


def leave(totem: MortalTotem) -> None:
    step = totem.state()["step"]
    if step == "recovered":
        totem.client.send("POST", "/v1/recovered/leave")
    elif step == "ticket":
        totem.printed()
        totem.tell("finish")
    else:
        totem.tell("cancel")


def has_ended(state: State) -> bool:
    """The screen knows it too: a paid card is on its way to its ticket."""
    return state["step"] != "payment" or state["payment"]["step"] in ("declined", "cancelled")


def left_open(totem: MortalTotem) -> list[tuple[Any, ...]]:
    return totem.rows(f"SELECT payment FROM payments WHERE state IN {UNSURE}")


@screens
def test_a_killed_browser_comes_back_to_the_same_screen(
    seat: Seat, ready: MortalTotem, at: str
) -> None:
    kill_browser(seat, ready, SCREENS[at])


@screens
def test_a_killed_agent_comes_back_with_the_truth_about_the_money(
    seat: Seat, ready: MortalTotem, at: str
) -> None:
    kill_agent(seat, mortal(ready), ready, SCREENS[at])
