"""Who stands before the pinpad: a virtual customer who acts on its front by a script or a seeded
mix, or, in manual mode, nobody, so that a person can act through the page."""

import asyncio
from random import Random
from typing import Literal, get_args

from msgspec import Struct, field

from edge_agent.devices.emulators.abecs.cards import new_card
from edge_agent.devices.emulators.abecs.message import Status
from edge_agent.devices.emulators.abecs.panel import Ask, Key, Panel, Presented
from edge_agent.devices.emulators.abecs.witness import Approval

Outcome = Literal[
    "approve_offline",
    "online_then_approve",
    "online_then_decline",
    "online_pin",
    "signature",
    "decline",
    "card_mute",
    "card_removed",
    "card_removed_online",
    "cancel",
    "cancel_at_pin",
    "timeout",
    "timeout_at_pin",
    "swipe",
    "tap",
    "tap_two_cards",
    "tap_pulled_away",
    "tap_invalidated",
    "tap_problems",
    "tap_no_app",
    "tap_refused",
    "tap_phone",
    "tap_interface",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
TAPS: dict[Outcome, int] = {
    "tap": Status.OK,
    "tap_two_cards": Status.CTLS_MULTIPLE,
    "tap_pulled_away": Status.CTLS_ERROR,
    "tap_invalidated": Status.CTLS_INVALIDATED,
    "tap_problems": Status.CTLS_PROBLEMS,
    "tap_no_app": Status.CTLS_NO_APP,
    "tap_refused": Status.CTLS_REFUSED,
    "tap_phone": Status.CTLS_PHONE,
    "tap_interface": Status.CTLS_INTERFACE,
}
"""What a tap ends with at GCX."""

WALLET_SIZE = 8
DIGITS: dict[int, str] = {
    0x0005: "11987654321",
    0x0006: "11987654321",
    0x0007: "12345678909",
    0x0008: "12345678909",
    0x000D: "11222333000181",
    0x000E: "11222333000181",
    0x001E: "7890123456",
    0x001F: "12",
    0x0029: "305",
    0x002F: "10",
    0x0033: "1",
}
"""What is typed for a message of GCD that is not in ``Behaviour.digits``."""

TYPED_ELSE = "1"
PIN = "1234"


class Behaviour(Struct, frozen=True):
    """What the virtual customer does. ``script`` is played first, in order; then ``mix``
    (outcome to weight) is drawn from by the emulator's seed. ``delay_s`` passes before each act;
    a timeout of N seconds asked by the kiosk lasts N * ``second_s``.

    At the keys: ``keypad`` is what happens when something is to be typed, chosen or pressed;
    ``digits`` by GCD message, ``choice`` is the menu's item from 1, ``key`` what is pressed when
    only a key is asked for. ``contactless`` says whether the pinpad has an antenna.

    In manual mode a person acts and all of this rests; the PIN types itself."""

    mode: Literal["auto", "manual"] = "auto"
    script: tuple[Outcome, ...] = ()
    mix: dict[Outcome, int] = field(default_factory=lambda: {"approve_offline": 1})
    delay_s: float = 0.3
    second_s: float = 1.0
    pin: bool = True
    keypad: Literal["answers", "cancels", "walks_away"] = "answers"
    digits: dict[int, str] = field(default_factory=dict)
    choice: int = 1
    key: Key = "ok"
    contactless: bool = True

    def __post_init__(self) -> None:
        unknown = {*self.script, *self.mix} - {*OUTCOMES}
        if unknown:
            raise ValueError(f"unknown outcomes {sorted(unknown)}; known: {', '.join(OUTCOMES)}")


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

    async def react(self, ask: Ask) -> None:
        await asyncio.sleep(self.behaviour.delay_s)
        match ask.prompt:
            case "insert" if self.automatic:
                self._offer_card(ask)
            case "remove" if self.automatic:
                self._panel.remove()
            case "pin":
                self._type_pin()
            case "secret":
                self._answer_keys(ask, self._fitting(PIN, ask))
            case "type" | "menu" | "key" if self.automatic:
                self._answer_keys(ask, self._fitting(self._number(ask.index), ask))

    def insert_card(self, fate: Outcome) -> None:
        self._panel.insert(self._random.choice(self.wallet), fate)

    def present_card(self, way: Literal["stripe", "antenna"], outcome: Outcome = "tap") -> None:
        card = self._random.choice(self.wallet)
        self._panel.present(Presented(card, way, TAPS.get(outcome, Status.OK)))

    def leave(self) -> None:
        """The conversation is over: an automatic customer takes the card along."""
        if self.automatic and self._panel.inserted:
            self._panel.remove()

    def _offer_card(self, ask: Ask) -> None:
        """By the way the outcome wants if the pinpad looks there, else by one where it does."""
        outcome = self._next_outcome()
        wanted = "antenna" if outcome in TAPS else "stripe" if outcome == "swipe" else "chip"
        if outcome == "cancel":
            self._panel.cancel()
        elif outcome == "timeout":
            return
        elif wanted == "antenna" and "antenna" in ask.ways:
            self.present_card("antenna", outcome)
        elif "stripe" in ask.ways and (wanted == "stripe" or "chip" not in ask.ways):
            self.present_card("stripe")
        elif "chip" in ask.ways:
            self.insert_card(outcome if wanted == "chip" else "approve_offline")
        else:
            self.present_card("antenna")

    def _answer_keys(self, ask: Ask, digits: str) -> None:
        if self.behaviour.keypad == "walks_away":
            return
        if self.behaviour.keypad == "cancels":
            self._panel.press("cancel")
        elif ask.prompt == "menu":
            self._panel.choose(self.behaviour.choice)
        elif ask.prompt == "key":
            self._panel.press(self.behaviour.key)
        else:
            self._panel.enter(digits)

    def _number(self, index: int) -> str:
        return self.behaviour.digits.get(index) or DIGITS.get(index, TYPED_ELSE)

    @staticmethod
    def _fitting(digits: str, ask: Ask) -> str:
        return digits.ljust(ask.least, TYPED_ELSE)[: ask.most]

    def _type_pin(self) -> None:
        fate = self._panel.inserted.fate if self._panel.inserted else "card_removed"
        if fate == "card_removed":
            self._panel.remove()
        elif fate == "cancel_at_pin":
            self._panel.cancel()
        elif fate != "timeout_at_pin":
            self._panel.obey()

    def _next_outcome(self) -> Outcome:
        if self._script:
            return self._script.pop(0)
        outcomes = sorted(self.behaviour.mix)
        weights = [self.behaviour.mix[outcome] for outcome in outcomes]
        return self._random.choices(outcomes, weights)[0]
