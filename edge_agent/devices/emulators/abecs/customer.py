"""The front of the pinpad, and who stands before it.

The pinpad only ever waits for its front to change: a card in, a card out, a key. A virtual customer
acts on that front by a script or a seeded mix; in manual mode a person does the same through the
page. Neither side knows which.
"""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Literal, get_args

from msgspec import Struct, field

from edge_agent.devices.emulators.abecs.cards import Card, new_card
from edge_agent.devices.emulators.abecs.message import Status, StatusError
from edge_agent.devices.emulators.abecs.witness import Approval

Outcome = Literal[
    "approve_offline",
    "online_then_approve",
    "online_then_decline",
    "decline",
    "card_mute",
    "card_removed",
    "card_removed_online",
    "cancel",
    "cancel_at_pin",
    "timeout",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Prompt = Literal["", "insert", "pin", "remove", "type"]
COLUMNS = 16
IDLE_TEXT = "     TOTEM      \n  PINPAD LIVRE  "
WALLET_SIZE = 8


class Behaviour(Struct, frozen=True):
    """What the virtual customer does. ``script`` is played first, in order; then ``mix``
    (outcome to weight) is drawn from by the emulator's seed. ``delay_s`` passes before each act;
    a timeout of N seconds asked by the kiosk lasts N * ``second_s``. In manual mode a person
    acts and script and mix rest; the PIN types itself."""

    mode: Literal["auto", "manual"] = "auto"
    script: tuple[Outcome, ...] = ()
    mix: dict[Outcome, int] = field(default_factory=lambda: {"approve_offline": 1})
    delay_s: float = 0.3
    second_s: float = 1.0
    pin: bool = True

    def __post_init__(self) -> None:
        unknown = {*self.script, *self.mix} - {*OUTCOMES}
        if unknown:
            raise ValueError(f"unknown outcomes {sorted(unknown)}; known: {', '.join(OUTCOMES)}")


class Inserted(Struct, frozen=True):
    """A card in the slot, and how its transaction shall end."""

    card: Card
    fate: Outcome


class Panel:
    """Display, slot and keys."""

    def __init__(self) -> None:
        self.lines = ("", "")
        self.prompt: Prompt = ""
        self.inserted: Inserted | None = None
        self.obeyed = False
        self._cancelled = False
        self._changed = asyncio.Event()
        self.show(IDLE_TEXT)

    def show(self, text: str) -> None:
        """Two lines of 16: cut at a line feed (or carriage return), else at 16 characters."""
        parts = (
            text.replace("\r", "\n").split("\n")
            if {"\r", "\n"} & {*text}
            else [text[:COLUMNS], text[COLUMNS:]]
        )
        first, second = [*parts, ""][:2]
        self.lines = (first[:COLUMNS].ljust(COLUMNS), second[:COLUMNS].ljust(COLUMNS))

    def insert(self, card: Card, fate: Outcome) -> None:
        self.inserted = Inserted(card, fate)
        self._changed.set()

    def remove(self) -> None:
        self.inserted = None
        self._changed.set()

    def cancel(self) -> None:
        """The red key: works only while the pinpad is waiting for somebody."""
        self._cancelled = bool(self.prompt)
        self._changed.set()

    def obey(self) -> None:
        """The customer has done what was asked (typed the PIN, typed the number)."""
        self.obeyed = True
        self._changed.set()

    async def wait(self, prompt: Prompt, done: Callable[[], bool], seconds: float) -> None:
        """Until ``done``. Raises StatusError: cancelled by the customer, or nothing happened in
        time."""
        self.prompt, self.obeyed, self._cancelled = prompt, False, False
        try:
            async with asyncio.timeout(seconds):
                while not done():
                    self._changed.clear()
                    await self._changed.wait()
                    if self._cancelled:
                        raise StatusError(Status.CANCEL)
        except TimeoutError:
            raise StatusError(Status.TIMEOUT) from None
        finally:
            self.prompt = ""


class Customer:
    """Acts on the panel when the pinpad asks for something."""

    def __init__(self, behaviour: Behaviour, panel: Panel, seed: int) -> None:
        self.behaviour = behaviour
        self._panel = panel
        self._random = Random(seed)
        self._script = list(behaviour.script)
        self.wallet = [new_card(self._random) for _ in range(WALLET_SIZE)]

    def resume(self, approvals: list[Approval]) -> None:
        """Cards that were used in an earlier life go on counting where they were."""
        for card in self.wallet:
            counts = [int(a.atc, 16) for a in approvals if a.masked_pan == card.masked()]
            card.atc = max(counts, default=0)

    @property
    def automatic(self) -> bool:
        return self.behaviour.mode == "auto"

    async def react(self, prompt: Prompt) -> None:
        await asyncio.sleep(self.behaviour.delay_s)
        if prompt == "insert" and self.automatic:
            self._offer_card()
        elif prompt == "remove" and self.automatic:
            self._panel.remove()
        elif prompt == "pin":
            self._type_pin()
        elif prompt == "type":
            self._panel.obey()

    def insert_card(self, fate: Outcome) -> None:
        self._panel.insert(self._random.choice(self.wallet), fate)

    def leave(self) -> None:
        """The conversation is over: an automatic customer takes the card along."""
        if self.automatic and self._panel.inserted:
            self._panel.remove()

    def _offer_card(self) -> None:
        outcome = self._next_outcome()
        if outcome == "cancel":
            self._panel.cancel()
        elif outcome != "timeout":
            self.insert_card(outcome)

    def _type_pin(self) -> None:
        fate = self._panel.inserted.fate if self._panel.inserted else "card_removed"
        if fate == "card_removed":
            self._panel.remove()
        elif fate == "cancel_at_pin":
            self._panel.cancel()
        else:
            self._panel.obey()

    def _next_outcome(self) -> Outcome:
        if self._script:
            return self._script.pop(0)
        outcomes = sorted(self.behaviour.mix)
        weights = [self.behaviour.mix[outcome] for outcome in outcomes]
        return self._random.choices(outcomes, weights)[0]
