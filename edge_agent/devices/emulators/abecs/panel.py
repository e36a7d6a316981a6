"""The front of the pinpad: display, slot, antenna, stripe reader, keys.

The pinpad only ever waits for its front to change. Whoever stands before it, a person at the page
or a virtual customer, acts here and neither side knows which. What happens while nobody is asked
is not kept, but for a card in the slot.
"""

import asyncio
from collections.abc import Callable
from typing import Literal, get_args

from msgspec import Struct

from edge_agent.devices.emulators.abecs.cards import Card
from edge_agent.devices.emulators.abecs.message import Status, StatusError

Prompt = Literal["", "insert", "pin", "remove", "type", "menu", "secret", "key"]
Way = Literal["chip", "stripe", "antenna", "keys"]
Key = Literal[
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
    "ok", "clear", "cancel", "up", "down", "f1", "f2", "f3", "f4",
]  # fmt: skip
KEYS: tuple[Key, ...] = get_args(Key)
DIGIT_KEYS = KEYS[:10]
COLUMNS = 16
IDLE_TEXT = "     TOTEM      \n  PINPAD LIVRE  "


class Ask(Struct, frozen=True):
    """What the pinpad waits for, in the customer's eyes. ``ways`` are the parts it listens to
    when it wants a card or a key; ``index`` is the number of a GCD message."""

    prompt: Prompt
    ways: frozenset[Way] = frozenset({"keys"})
    index: int = 0
    least: int = 0
    most: int = 0
    options: tuple[str, ...] = ()


class Inserted(Struct, frozen=True):
    """A card in the slot, and how its transaction shall end."""

    card: Card
    fate: str


class Presented(Struct, frozen=True):
    """A card that came and went: tapped or swiped. ``trouble`` is the status of a failed tap."""

    card: Card
    way: Literal["stripe", "antenna"]
    trouble: int = 0


NOBODY = Ask("", ways=frozenset())


class Panel:
    """Display, slot, antenna, stripe reader and keys."""

    def __init__(self) -> None:
        self.lines = ("", "")
        self.asked = NOBODY
        self.inserted: Inserted | None = None
        self.presented: Presented | None = None
        self.pressed: list[Key] = []
        self.obeyed = False
        self.chosen = 0
        self._cancelled = False
        self._changed = asyncio.Event()
        self.show(IDLE_TEXT)

    @property
    def prompt(self) -> Prompt:
        return self.asked.prompt

    def show(self, text: str) -> None:
        """Two lines of 16: cut at a line feed (or carriage return), else at 16 characters."""
        parts = (
            text.replace("\r", "\n").split("\n")
            if {"\r", "\n"} & {*text}
            else [text[:COLUMNS], text[COLUMNS:]]
        )
        first, second = [*parts, ""][:2]
        self.lines = (first[:COLUMNS].ljust(COLUMNS), second[:COLUMNS].ljust(COLUMNS))

    def insert(self, card: Card, fate: str) -> None:
        self.inserted = Inserted(card, fate)
        self._changed.set()

    def remove(self) -> None:
        self.inserted = None
        self._changed.set()

    def tap_inserted(self) -> None:
        """The card is not put into the slot but held to the antenna instead."""
        if self.inserted is not None:
            self.presented = Presented(self.inserted.card, "antenna")
            self.inserted = None

    def present(self, presented: Presented) -> None:
        """Tap or swipe: seen only while the pinpad looks there."""
        if presented.way in self.asked.ways:
            self.presented = presented
            self._changed.set()

    def press(self, key: Key) -> None:
        if key == "cancel":
            self.cancel()
        elif self.prompt:
            self.pressed.append(key)
            self._changed.set()

    def enter(self, digits: str) -> None:
        """Type ``digits`` and confirm them."""
        for digit in digits:
            self.press(DIGIT_KEYS[int(digit)])
        self.press("ok")

    def cancel(self) -> None:
        """The red key: works only while the pinpad is waiting for somebody."""
        self._cancelled = bool(self.prompt)
        self._changed.set()

    def obey(self) -> None:
        """The customer has done what was asked (typed the PIN of a card)."""
        self.obeyed = True
        self._changed.set()

    def choose(self, number: int) -> None:
        """A menu's item, from 1, touched on the screen."""
        self.chosen = number
        self._changed.set()

    async def wait(self, ask: Ask, done: Callable[[], bool], seconds: float | None) -> None:
        """Until ``done``; ``seconds`` count from the last act. Raises StatusError: cancelled by
        the customer, or nothing happened in time. Without keys nobody can cancel."""
        self.asked, self.obeyed, self._cancelled = ask, False, False
        self.presented, self.pressed, self.chosen = None, [], 0
        try:
            async with asyncio.timeout(seconds) as limit:
                while not done():
                    self._changed.clear()
                    await self._changed.wait()
                    if self._cancelled and "keys" in ask.ways:
                        raise StatusError(Status.CANCEL)
                    if seconds is not None:
                        limit.reschedule(asyncio.get_running_loop().time() + seconds)
        except TimeoutError:
            raise StatusError(Status.TIMEOUT) from None
        finally:
            self.asked = NOBODY
