"""One payment or reversal on a ZVT terminal, from its command to the terminal's last word.

Promise: an approval is stored before it is acknowledged, and only one of the right amount is;
*approved* is said at the terminal's completion only. An approval that was acknowledged and not
completed cleanly is ``unknown``, never anything else.
"""

from contextlib import suppress

from msgspec import Struct, structs

from edge_agent.devices.drivers.zvt.apdu import Apdu, is_answer
from edge_agent.devices.drivers.zvt.conversation import POLL_S, Command, Conversation
from edge_agent.devices.drivers.zvt.results import failed, judged, shown
from edge_agent.devices.drivers.zvt.slip import Slip
from edge_agent.devices.drivers.zvt.status import APPROVED, Mark, Status, parse_status
from edge_agent.devices.errors import (
    DeviceError,
    DeviceProtocolError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import CardIntent, CardOutcome, CardStep, Talk


class Order(Struct, frozen=True):
    """What is asked of the terminal. ``before``: its last transaction of before. ``stores``: an
    approval is a new payment to commit. ``currency``: four digits.
    """

    command: Apdu
    intent: CardIntent
    currency: str
    before: Mark = Mark()
    stores: bool = True


class Payment:
    """One run. Build it, call ``run`` once. ``until`` is on the clock: nothing lasts longer."""

    def __init__(self, line: Conversation, order: Order, talk: Talk, until: float) -> None:
        self._line = line
        self._order = order
        self._talk = talk
        self._until = until
        self._patient_until = line.clock.monotonic() + order.intent.timeout_s
        self._slip = Slip()
        self._step: CardStep = "insert_card"
        self._approval: Status | None = None
        self._result: int | None = None
        self._is_wrong_amount = False
        self._is_doubtful = False
        self._called_off = ""
        self._owes_answer = False

    def run(self) -> CardOutcome:
        """The outcome. Raises DeviceTimeoutError or DeviceGoneError when the terminal vanished, and
        what ``talk`` raises when an approval could not be stored; it was not acknowledged then.
        """
        try:
            self._line.ask(self._order.command, self._talk.cancelled)
        except DeviceRefusedError as refused:
            if self._talk.cancelled():
                return CardOutcome("cancelled", "we_cancelled")
            return judged(int(refused.code, 16))
        outcome = self._follow()
        if self._owes_answer:
            with suppress(DeviceError):
                self._line.listen(self._line.pace.t3_s)
        return outcome

    def _follow(self) -> CardOutcome:
        clock, patience_s = self._line.clock, self._line.pace.t4_s
        silent_until = clock.monotonic() + patience_s
        while clock.monotonic() < min(silent_until, self._until):
            self._look_on()
            apdu = self._line.hear(POLL_S)
            if apdu is None:
                continue
            silent_until = clock.monotonic() + patience_s
            outcome = self._take(apdu)
            if outcome is not None:
                return outcome
        raise DeviceTimeoutError("the terminal did not end the payment")

    def _look_on(self) -> None:
        """Call the payment off, once, when nobody wants it any more and it is not yet approved."""
        if self._called_off or self._approval is not None:
            return
        if self._talk.cancelled():
            self._called_off = "we_cancelled"
        elif self._is_nobody_there():
            self._called_off = "timeout"
        else:
            return
        self._owes_answer = True
        self._line.say(Command.ABORT)

    def _is_nobody_there(self) -> bool:
        """The time to present a card is over and none was."""
        is_late = self._line.clock.monotonic() >= self._patient_until
        return is_late and self._step == "insert_card"

    def _take(self, apdu: Apdu) -> CardOutcome | None:
        match apdu.command:
            case Command.STATUS:
                self._line.say(self._weigh(apdu.data))
            case Command.COMPLETION:
                with suppress(DeviceError):
                    self._line.say(Command.OK)
                return self._completed()
            case Command.ABORTED:
                with suppress(DeviceError):
                    self._line.say(Command.OK)
                return self._aborted(apdu.data[0] if apdu.data else APPROVED)
            case _:
                self._note(apdu)
                self._line.answer(apdu)
        return None

    def _note(self, apdu: Apdu) -> None:
        if apdu.command == Command.INTERMEDIATE:
            self._step, text = shown(apdu.data, self._step)
            self._talk.tell(self._step, text)
        elif apdu.command == Command.PRINT_LINE:
            self._slip.add_line(apdu.data)
        elif apdu.command == Command.PRINT_BLOCK:
            self._slip.add_block(apdu.data)
        elif is_answer(apdu.encode()):
            self._owes_answer = False

    def _weigh(self, data: bytes) -> Command:
        """The answer to a status-information, after everything that must come before it."""
        try:
            status = parse_status(data)
        except DeviceProtocolError:
            self._is_doubtful = True
            return Command.PROTOCOL_ERROR
        if status.result != APPROVED:
            self._result = status.result
            self._is_doubtful |= self._approval is not None
            return Command.OK
        if status == self._approval:
            return Command.OK
        if not self._is_ours(status):
            return Command.NOT_ISSUED
        self._store(status)
        self._approval = status
        return Command.OK

    def _is_ours(self, status: Status) -> bool:
        """An approval of this very payment, and the first one; anything else is remembered."""
        before = self._order.before
        if self._approval is not None or self._is_doubtful or self._is_wrong_amount:
            self._is_doubtful |= not self._is_wrong_amount
            return False
        if status.mark == before != Mark():
            self._is_doubtful = True
            return False
        self._is_wrong_amount = not is_amount(status, self._order.intent, self._order.currency)
        return not self._is_wrong_amount

    def _store(self, status: Status) -> None:
        if not self._order.stores:
            return
        try:
            self._talk.keep(status.mark.notes())
            self._talk.authorised(self._approved(status))
        except DeviceError:
            with suppress(DeviceError):
                self._line.say(Command.NOT_ISSUED)
            raise

    def _approved(self, status: Status) -> CardOutcome:
        data = structs.replace(status.data, slip=self._slip.lines())
        return CardOutcome("approved", data=data, amount_minor=self._order.intent.amount_minor)

    def _completed(self) -> CardOutcome:
        if self._is_doubtful:
            return CardOutcome("unknown", "reader_error")
        if self._approval is not None:
            return self._approved(self._approval)
        if self._is_wrong_amount:
            return failed("wrong_amount")
        if self._result is None:
            return CardOutcome("unknown", "reader_error")
        return judged(self._result, self._called_off)

    def _aborted(self, code: int) -> CardOutcome:
        if self._approval is not None:
            return CardOutcome("unknown", "reader_error")
        if self._is_wrong_amount:
            return failed("wrong_amount")
        return judged(self._result or code, self._called_off)


def is_amount(status: Status, intent: CardIntent, currency: str) -> bool:
    """Whether it charged exactly what was asked; a terminal may leave the currency out."""
    return status.amount_minor == intent.amount_minor and status.currency in ("", currency)
