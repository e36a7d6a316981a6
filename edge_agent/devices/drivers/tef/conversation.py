"""One totem's talk with one manager: commands and their acknowledgements, decisions that are
repeated until they are heard, and whatever an earlier run left in the folders.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog
from msgspec import Struct, structs

from edge_agent.devices.drivers.tef import fields as f
from edge_agent.devices.drivers.tef.answers import answered
from edge_agent.devices.drivers.tef.book import Book, Entry, Stage
from edge_agent.devices.drivers.tef.fields import Record, is_complete
from edge_agent.devices.drivers.tef.files import Exchange
from edge_agent.devices.drivers.tef.requests import Forms
from edge_agent.devices.errors import DeviceGoneError, DeviceTimeoutError
from edge_agent.devices.ports import Clock

SALE: Final = "CRT"
CANCELLATION: Final = "CNC"
CLOSING: Final[dict[Stage, tuple[str, Stage]]] = {
    "confirming": ("CNF", "confirmed"),
    "undoing": ("NCN", "undone"),
}
OWN_NUMBERS: Final = 1_000_000_000
"""Ten digits: never the number of an attempt, which has at most nine."""


class Rules(Struct, frozen=True):
    """``reuse_id``: confirmation and undo carry the sale's 001. ``lenient``: an answer may carry
    any 001. ``response_s``: the least time an answer is waited for.
    """

    reuse_id: bool = False
    lenient: bool = False
    response_s: float = 300.0


class Conversation:
    """Commands through ``exchange`` in the words of ``forms``; ``book`` remembers."""

    def __init__(
        self, exchange: Exchange, book: Book, forms: Forms, rules: Rules, clock: Clock
    ) -> None:
        self.book = book
        self.forms = forms
        self.rules = rules
        self._exchange = exchange
        self._clock = clock
        self._last_number = 0
        self._log = structlog.get_logger("tef").bind(profile=forms.profile.id)

    def open(self) -> None:
        self._exchange.open()
        self.greet()

    def close(self) -> None:
        self._exchange.close()

    def greet(self) -> None:
        """Tidy up, ATV, repeat what was decided. Raises DeviceError: nobody there."""
        self.tidy()
        self._say(self.forms.active(self.next_number()))
        self.settle()

    def tidy(self) -> None:
        """Empty the folders; what they say about money goes into the book first."""
        left = self._exchange.left_request()
        command, number = left.get(f.COMMAND, ""), left.get(f.NUMBER, "")
        is_money = command in (SALE, CANCELLATION) and number
        if is_money and self._exchange.take_back(left) == "withdrawn":
            self.book.put(Entry(number, "withdrawn", command))
        staged = self._exchange.left_staged()
        command, number = staged.get(f.COMMAND, ""), staged.get(f.NUMBER, "")
        if command in (SALE, CANCELLATION) and number and not self.book.of_number(number):
            self.book.put(Entry(number, "withdrawn", command))
        self._exchange.clear_requests()
        self._adopt(self._exchange.left_aside())
        while answer := self._exchange.settled_response():
            self._adopt(answer)
            self._exchange.drop(answer)
        self._exchange.clear_answers()

    def settle(self) -> None:
        """Send every decision that was not acknowledged yet. Raises DeviceError."""
        for stage, (command, closed) in CLOSING.items():
            for entry in self.book.at(stage):
                number = self.next_number()
                if self.rules.reuse_id and entry.number:
                    number = entry.number
                self._say(self.forms.closing(command, number, entry.fields))
                self.book.put(entry.at(closed))
                self._log.info("closed", command=command, number=entry.number)

    def decide(self, entry: Entry, stage: Stage) -> None:
        """Commit the decision, then send it. Raises DeviceError: it stands and is sent again."""
        self.book.put(entry.at(stage))
        self.settle()

    def give_back(self) -> None:
        """Undo whatever is open: a new sale must not find it, or the manager may confirm it."""
        for entry in self.book.at("open"):
            self._log.warning("given_back", number=entry.number)
            self.book.put(entry.at("undoing"))
        self.settle()

    def stage(self, request: Record) -> bool:
        """Write ``request`` where the manager does not look yet. False: it cannot be written."""
        try:
            self._exchange.stage(request)
        except DeviceGoneError as error:
            self._log.warning("not_staged", reason=str(error))
            return False
        return True

    def ask(self, request: Record, gave_up: Callable[[], bool]) -> bool:
        """Whether the manager took the staged ``request``, a sale or a cancellation. False: it
        never read it. Raises DeviceError: nobody knows.
        """
        try:
            self._exchange.show()
        except DeviceGoneError as error:
            self._log.warning("not_sent", reason=str(error))
            return False
        return self._exchange.reception(request, gave_up) != "withdrawn"

    def answer_to(self, request: Record, watch: Callable[[], bool], most_s: float) -> Record | None:
        """The answer, or None after ``most_s`` or when ``watch``, asked eight times a second,
        says so. The answer stays where it is; that of another request goes into the book.
        """
        for _ in self._exchange.looks(most_s, watch):
            with suppress(DeviceGoneError):
                answer = self._exchange.response()
                if not is_complete(answer):
                    continue
                if self._is_reply(answer, request):
                    return answer
                self._log.warning("answer_to_another", number=request[f.NUMBER])
                self._adopt(answer, during=request[f.NUMBER])
                self._exchange.drop(answer)
        return None

    def clear(self) -> None:
        """Throw the answer away: what it says is committed."""
        self._exchange.clear_answers()
        self._exchange.clear_requests()

    def next_number(self) -> str:
        """A 001 of our own, ten digits, not used before."""
        tenths = self._clock.wall_ms() // 100 % (9 * OWN_NUMBERS)
        self._last_number = max(OWN_NUMBERS + tenths, self._last_number + 1)
        return str(self._last_number)

    def _say(self, request: Record) -> None:
        """A command that is only acknowledged. Raises DeviceError: not known to be heard."""
        command = request[f.COMMAND]
        self._exchange.put(request)
        reception = self._exchange.reception(request, lambda: False)
        if reception == "taken":
            raise DeviceTimeoutError(f"{command} was not acknowledged")
        if reception == "withdrawn":
            raise DeviceGoneError("the TEF manager is not active")

    def _is_reply(self, answer: Record, request: Record) -> bool:
        if answer.get(f.COMMAND, "").upper() != request[f.COMMAND]:
            return False
        return self.rules.lenient or answer.get(f.NUMBER) == request[f.NUMBER]

    def _adopt(self, answer: Record, during: str = "") -> None:
        """Remember an answer that nobody waits for."""
        number = answer.get(f.NUMBER, "")
        number = number if number.isascii() and number.isdecimal() and len(number) <= 10 else ""
        command = CANCELLATION if answer.get(f.COMMAND, "").upper() == CANCELLATION else SALE
        entry = structs.replace(answered(number, command, answer), during=during)
        is_named = bool(entry.control or (number and f.STATUS in answer))
        if not is_named or self.book.of_control(entry.control):
            return
        self._log.warning("answer_found", number=number, stage=entry.stage)
        self.book.put(entry)
