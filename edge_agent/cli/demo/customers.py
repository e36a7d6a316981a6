"""Customers who buy through the real local API, as the screen would, from a seeded crowd."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from msgspec import Struct

from edge_agent.cli.agent_client import AgentClient, AgentError, AgentUnreachableError

METHODS = ("debit", "credit", "pix", "counter", "free")
WEIGHTS = (32, 24, 20, 12, 12)
PATIENCE_S = 90.0
PRIORITIES = ("", "", "", "", "80", "priority", "donor")
ANSWERS = {"name": "Ana Clara", "cpf": "529.982.247-25", "phone": "(11) 98765-4321"}


class Bought(Struct, frozen=True):
    """One sale a customer finished with a ticket on paper or on the screen."""

    totem: str
    method: str
    number: str
    total_minor: int
    print: str
    while_cut: bool


class Crowd:
    """Shared by the customers of all totems: how many sales are still to be made, and those
    made.
    """

    def __init__(self, sales: int, is_cut: Callable[[], bool]) -> None:
        self._lock = threading.Lock()
        self._left = sales
        self.is_cut = is_cut
        self.bought: list[Bought] = []
        self.refused = 0
        self.stopped = threading.Event()

    def take(self) -> bool:
        """Whether one more sale is to be made."""
        with self._lock:
            self._left -= 1
            return self._left >= 0 and not self.stopped.is_set()

    def give_back(self) -> None:
        with self._lock:
            self._left += 1
            self.refused += 1

    def done(self, bought: Bought) -> None:
        with self._lock:
            self.bought.append(bought)


def shop(crowd: Crowd, client: AgentClient, seed: int, pause_s: float) -> None:
    """Buy at one totem until the crowd's sales are made. Runs in a thread of its own."""
    chance = random.Random(seed)
    while crowd.take():
        try:
            bought = _buy(client, chance, crowd)
        except (AgentError, AgentUnreachableError):
            bought = None
            _leave(client)
        if bought is None:
            crowd.give_back()
            crowd.stopped.wait(0.5)
        else:
            crowd.done(bought)
            crowd.stopped.wait(chance.uniform(0, 2 * pause_s))


def _buy(client: AgentClient, chance: random.Random, crowd: Crowd) -> Bought | None:
    """One customer, touch to goodbye; None when the card did not pay and they left."""
    catalogue = client.get("/v1/catalogue")
    method = chance.choices(METHODS, WEIGHTS)[0]
    services = [it for it in catalogue["services"] if _fits(it, method)]
    if not services:
        return None
    was_cut = crowd.is_cut()
    state = client.send("POST", "/v1/visit", {"locale": chance.choice(("pt", "pt", "en", "es"))})
    _prefer(client, state, chance)
    lines = [
        {"service": it["id"], "quantity": 1, "options": _picks(it, chance)}
        for it in chance.sample(services, min(len(services), chance.choice((1, 1, 1, 2))))
    ]
    client.send("PUT", "/v1/visit/cart", {"lines": lines})
    client.send("PUT", "/v1/visit/step", {"step": "review"})
    state = client.send("PUT", "/v1/visit/step", {"step": "method"})
    state = _identify(client, state, chance)
    if state["step"] != "ticket":
        state = client.send("POST", "/v1/visit/pay", {"method": method})
    state = _follow(client, state)
    if state["ticket"] is None:
        client.send("POST", "/v1/visit/cancel")
        return None
    ticket = state["ticket"]
    client.send("POST", "/v1/visit/finish")
    return Bought(
        totem=state["totem"],
        method=method,
        number=ticket["number"],
        total_minor=ticket["total_minor"],
        print=ticket["print"],
        while_cut=was_cut and crowd.is_cut(),
    )


def _prefer(client: AgentClient, state: dict[str, Any], chance: random.Random) -> None:
    """Say who is served first: where the site asks always, where it offers seldom."""
    asked, chosen = state["asks"]["priority"], chance.choice(PRIORITIES)
    if asked == "offer" and chosen:
        client.send("PUT", "/v1/visit/step", {"step": "priority"})
    if asked == "ask" or (asked == "offer" and chosen):
        client.send("PUT", "/v1/visit/priority", {"priority": chosen})


def _identify(client: AgentClient, state: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Answer what is asked, or pass it over; the state behind the last question."""
    while state["step"] == "identify":
        question = state["asks"]["question"]
        value = chance.choice(("", ANSWERS[question]))
        body = {"question": question, "value": value}
        state = client.send("PUT", "/v1/visit/identify", body)
    return state


def _leave(client: AgentClient) -> None:
    """Walk away from whatever the screen shows, as far as it lets us."""
    for way in ("cancel", "finish"):
        with suppress(AgentError, AgentUnreachableError):
            client.send("POST", f"/v1/visit/{way}")


def _fits(service: dict[str, Any], method: str) -> bool:
    is_free = service["from_minor"] == 0
    if service["off"]:
        return False
    return is_free if method == "free" else not is_free and method in service["prices"]


def _picks(service: dict[str, Any], chance: random.Random) -> list[str]:
    """Options as somebody picks them: what must be, and sometimes one more."""
    found: list[str] = []
    for group in service["options"]:
        most = min(group["picks_max"], group["picks_min"] + chance.choice((0, 1)))
        count = min(most, len(group["choices"]))
        found += [it["id"] for it in chance.sample(group["choices"], count)]
    return found


def _follow(client: AgentClient, state: dict[str, Any]) -> dict[str, Any]:
    """Watch the screen until the ticket is out or the card was refused."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        ticket, payment = state["ticket"], state["payment"]
        if ticket is not None and ticket["print"] not in ("printing", "late"):
            return state
        if ticket is None and payment and payment["step"] in ("declined", "cancelled", "checking"):
            return state
        state = client.get(f"/v1/state?rev={state['rev']}&wait=5")
    return state
