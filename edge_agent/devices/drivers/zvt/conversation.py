"""One conversation with a ZVT terminal: we command, it answers, reports, and ends.

What flows through: commands out, what the terminal reports back in. Promise: every wait has a
deadline; whatever the terminal says is answered; an approval that nobody asked for is answered "not
issued", so that the terminal reverses it, unless the caller knows whose it is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from msgspec import Struct

from edge_agent.devices.drivers.zvt.apdu import Apdu, is_answer, parse_apdu
from edge_agent.devices.drivers.zvt.link import Link, Pace
from edge_agent.devices.drivers.zvt.status import APPROVED, Status, parse_status
from edge_agent.devices.errors import DeviceProtocolError, DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import Clock

POLL_S = 0.1


class Command(IntEnum):
    """Class and instruction."""

    INTERMEDIATE = 0x04FF
    STATUS = 0x040F
    ENQUIRY = 0x0501
    REGISTRATION = 0x0600
    AUTHORISATION = 0x0601
    COMPLETION = 0x060F
    ABORTED = 0x061E
    REPEAT_RECEIPT = 0x0620
    REVERSAL = 0x0630
    ABORT = 0x06B0
    PRINT_LINE = 0x06D1
    PRINT_BLOCK = 0x06D3
    OK = 0x8000
    PROTOCOL_ERROR = 0x849A
    UNKNOWN = 0x8483
    NOT_ISSUED = 0x84FF


REPORTS = frozenset(
    {
        Command.INTERMEDIATE,
        Command.STATUS,
        Command.COMPLETION,
        Command.ABORTED,
        Command.PRINT_LINE,
        Command.PRINT_BLOCK,
    }
)
BUSY = 0x9C
NOT_POSSIBLE = 0x83


class Ending(Struct, frozen=True):
    """How a command ended: the completion's data and the last status-information before it."""

    data: bytes
    status: Status | None = None


class HeldError(Exception):
    """An approval came that somebody else must decide about; it was not answered yet."""


def nobodys(status: Status) -> bool:
    """An approval that belongs to no attempt we know."""
    return False


def never() -> bool:
    return False


class Conversation:
    """The terminal at the other end of ``link``. ``is_ours`` decides about approvals that come
    outside of any payment. Not for two threads.
    """

    def __init__(self, link: Link, clock: Clock, pace: Pace) -> None:
        self.link = link
        self.clock = clock
        self.pace = pace
        self.is_ours: Callable[[Status], bool] = nobodys
        self._holds = False
        self._held: Status | None = None

    def reset(self) -> None:
        """The wire was opened anew: what was heard before is nobody's business any more."""
        self._held = None
        self.link.reset()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Inside, an approval outside of any payment raises HeldError; it is answered when next we
        listen.
        """
        self._holds = True
        try:
            yield
        finally:
            self._holds = False

    def say(self, command: Command) -> None:
        """A command or answer without data; nothing is waited for."""
        self.link.send(Apdu(command).encode())

    def hear(self, deadline_s: float) -> Apdu | None:
        """The next good APDU, or None; one that makes no sense is answered here."""
        raw = self.link.receive(deadline_s)
        if raw is None:
            return None
        try:
            return parse_apdu(raw)
        except DeviceProtocolError:
            self.say(Command.PROTOCOL_ERROR)
            return None

    def listen(self, seconds: float) -> None:
        """Answer what comes by itself for so long, or what has come already with 0 s. Raises
        DeviceTimeoutError when it never ends.
        """
        until = self.clock.monotonic() + seconds
        self._answer_held()
        while True:
            left_s = until - self.clock.monotonic()
            apdu = self.hear(max(left_s, 0.0))
            if apdu is not None:
                self.answer_stray(apdu)
            elif left_s <= 0:
                return
            if left_s < -self.pace.t3_s:
                raise DeviceTimeoutError("the terminal does not fall silent")

    def ask(self, command: Apdu, gives_up: Callable[[], bool] = never) -> None:
        """Send and hear 80 00 00; what came before it is answered and forgotten. While the terminal
        is busy it is asked again. Raises DeviceTimeoutError; DeviceRefusedError with its code, that
        of busy also when ``gives_up``.
        """
        until = self.clock.monotonic() + self.pace.query_s
        while True:
            self.listen(0.0)
            self.link.send(command.encode())
            code = self._answer()
            if code is None:
                return
            is_over = gives_up() or self.clock.monotonic() >= until
            if code != BUSY or is_over:
                raise refusal(code)
            self.listen(self.pace.busy_s)

    def query(self, command: Apdu) -> Ending:
        """A whole command that moves no money. Raises DeviceTimeoutError; DeviceRefusedError when
        the terminal refuses or aborts it.
        """
        self.ask(command)
        until = self.clock.monotonic() + self.pace.query_s
        status: Status | None = None
        while (left_s := until - self.clock.monotonic()) > 0:
            apdu = self.hear(left_s)
            if apdu is None:
                continue
            if apdu.command == Command.STATUS:
                status = self._read_status(apdu)
            elif apdu.command == Command.COMPLETION:
                self.say(Command.OK)
                return Ending(apdu.data, status)
            elif apdu.command == Command.ABORTED:
                self.say(Command.OK)
                raise refusal(apdu.data[0] if apdu.data else NOT_POSSIBLE)
            else:
                self.answer(apdu)
        raise DeviceTimeoutError("the terminal began and did not end")

    def answer(self, apdu: Apdu) -> None:
        """80 00 00 to a report, 84 83 00 to what we do not know, nothing to an answer."""
        if not is_answer(apdu.encode()):
            self.say(Command.OK if apdu.command in REPORTS else Command.UNKNOWN)

    def answer_stray(self, apdu: Apdu) -> None:
        """As ``answer``, with an eye on money that moves outside of any payment."""
        if apdu.command != Command.STATUS:
            self.answer(apdu)
            return
        try:
            status = parse_status(apdu.data)
        except DeviceProtocolError:
            self.say(Command.PROTOCOL_ERROR)
            return
        if status.result != APPROVED:
            self.say(Command.OK)
            return
        self._held = status
        self._answer_held()

    def _answer_held(self) -> None:
        if self._held is None:
            return
        if self._holds:
            raise HeldError("an approval of before")
        status, self._held = self._held, None
        self.say(Command.OK if self.is_ours(status) else Command.NOT_ISSUED)

    def _answer(self) -> int | None:
        """The code of 84 code 00, or None for 80 00 00."""
        until = self.clock.monotonic() + self.pace.t3_s
        while (left_s := until - self.clock.monotonic()) > 0:
            apdu = self.hear(left_s)
            if apdu is None:
                continue
            if is_answer(apdu.encode()):
                return None if apdu.command == Command.OK else apdu.command & 0xFF
            self.answer_stray(apdu)
        raise DeviceTimeoutError("the terminal does not answer")

    def _read_status(self, apdu: Apdu) -> Status:
        try:
            status = parse_status(apdu.data)
        except DeviceProtocolError:
            self.say(Command.PROTOCOL_ERROR)
            raise
        self.say(Command.OK)
        return status


def refusal(code: int) -> DeviceRefusedError:
    return DeviceRefusedError(f"{code:02X}", f"the terminal refused: {code:02X}")
