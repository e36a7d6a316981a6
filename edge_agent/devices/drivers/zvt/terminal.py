"""The ZVT card terminal as a CardReader (PA00P015), by serial line or TCP.

Promise: the terminal's last transaction is kept before each payment, its approval is stored before
it is acknowledged, and what became of a payment that was cut is read from the terminal itself. It
reverses by itself what we did not acknowledge.

Checklist: probe first (registration); lost and back are the supervisor's to log; a deadline on
every wait; nothing kept or logged holds a card number; blocking, so on the device's own thread;
unplugging ends in DeviceGoneError; a power cut ends in ``resolve``.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from msgspec import Struct

from edge_agent.devices.drivers.zvt.apdu import Apdu, parse_bmps, read_var
from edge_agent.devices.drivers.zvt.conversation import (
    BUSY,
    Command,
    Conversation,
    HeldError,
    nobodys,
)
from edge_agent.devices.drivers.zvt.link import Pace, SerialLink, TcpLink
from edge_agent.devices.drivers.zvt.payment import Order, Payment
from edge_agent.devices.drivers.zvt.recovery import LAST, REVERSED, evidence_of, snapshot
from edge_agent.devices.drivers.zvt.results import failed
from edge_agent.devices.drivers.zvt.status import Mark, Status, noted
from edge_agent.devices.errors import (
    DeviceError,
    DeviceProtocolError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import (
    Attempt,
    CardData,
    CardIntent,
    CardOutcome,
    CardReader,
    Clock,
    Driver,
    ReaderCapabilities,
    ReaderInfo,
    Talk,
    Wire,
)

AMOUNT_BMP: Final = b"\x04"
CURRENCY_BMP: Final = b"\x49"
RECEIPT_BMP: Final = b"\x87"
SERVICE: Final = b"\x03\x03"
"""Service byte: send the status-information, print nothing."""
MOST_MINOR: Final = 10**12
CURRENCIES: Final = {"0986": "BRL", "0978": "EUR"}
READY: Final = 0x00
NOT_REGISTERED: Final = "6B"
WORKS: Final = frozenset((READY, BUSY, 0xCC, 0xDC))
"""Ready, busy, its printer (we print), a card left in it."""


class Settings(Struct, frozen=True):
    """``password``: 3 bytes; ``config``: the registration's configuration byte; ``currency``: four
    digits.
    """

    password: bytes = bytes(3)
    config: int = 0xBE
    currency: str = "0986"


class ZvtTerminal:
    """One terminal on one wire."""

    capabilities = ReaderCapabilities(
        confirm="ack_then_final", recovery="query_last", offline=False, void=True
    )

    def __init__(self, settings: Settings, wire: Wire, clock: Clock, pace: Pace) -> None:
        self._settings = settings
        self._wire = wire
        self._clock = clock
        self._pace = pace
        is_serial = wire.name.startswith("serial:")
        link = SerialLink(wire, clock, pace) if is_serial else TcpLink(wire, clock, pace)
        self._line = Conversation(link, clock, pace)
        self._is_open = False
        self._info: ReaderInfo | None = None
        self._log = structlog.get_logger("zvt")

    def open(self) -> ReaderInfo:
        """Registration. Safe to repeat. An approval that comes meanwhile is left unanswered for the
        next call to decide, and so is the registration.
        """
        with self._closing():
            self._begin()
            try:
                with self._line.holding():
                    return self._register()
            except HeldError:
                return _identity(b"")

    def close(self) -> None:
        self._is_open = False
        self._info = None
        self._wire.close()

    def ping(self) -> None:
        """Status enquiry. Raises DeviceRefusedError when the terminal cannot take payments."""
        with self._closing():
            self._ready()
            state = self._state()
        if state not in WORKS:
            raise DeviceRefusedError(f"{state:02X}", f"the terminal reports state {state:02X}")

    def recover(self) -> None:
        """Until the terminal is idle; approvals that come by themselves are not issued. Raises
        DeviceTimeoutError while it is busy.
        """
        with self._closing():
            self._ready()
            if not self._is_idle_soon():
                raise DeviceTimeoutError("the terminal stays busy")

    def pay(self, intent: CardIntent, talk: Talk) -> CardOutcome:
        """See CardReader.pay. ``unknown`` when an acknowledged approval did not end in a
        completion.
        """
        if not self._can_be_asked(intent):
            return failed("reader_error")
        until = self._clock.monotonic() + intent.timeout_s + self._pace.t4_s
        try:
            with self._closing():
                self._ready()
                notes = snapshot(self._last())
        except DeviceError as error:
            self._log.warning("not_ready", reason=str(error))
            return failed("reader_error")
        talk.keep(notes)
        order = Order(
            Apdu(Command.AUTHORISATION, self._amount(intent)),
            intent,
            self._settings.currency,
            noted(notes, LAST) or Mark(),
        )
        with self._closing():
            return Payment(self._line, order, talk, until).run()

    def confirm(self, attempt: Attempt) -> None:
        """An approved payment is final since the terminal completed it."""

    def undo(self, attempt: Attempt) -> None:
        raise DeviceRefusedError("final", "a payment is final or reversed; a void takes it back")

    def resolve(self, attempt: Attempt) -> CardOutcome:
        """See CardReader.resolve: from the terminal's last transaction, once it is idle. This
        attempt's approval, should it come only now, is acknowledged: the terminal is its witness.
        """
        evidence = evidence_of(attempt, self._settings.currency)
        if evidence is None:
            return failed("not_sent")
        with self._closing(), self._expecting(evidence.is_ours):
            self._ready()
            return evidence.judge(self._last()) if self._is_idle_soon() else CardOutcome("unknown")

    def void(self, paid: Attempt, intent: CardIntent, talk: Talk) -> CardOutcome:
        """Reversal of the whole payment by its receipt number; many terminals take back their last
        one only. Also ``approved`` when it was reversed before. Raises DeviceRefusedError when the
        payment cannot be named, DeviceTimeoutError and DeviceGoneError as ``pay``.
        """
        receipt = paid.notes.get("receipt", "")
        if not receipt or intent.amount_minor != paid.intent.amount_minor:
            raise DeviceRefusedError("not_named", "only a whole payment with a receipt number")
        until = self._clock.monotonic() + intent.timeout_s + self._pace.t4_s
        asked = self._settings.password + RECEIPT_BMP + bytes.fromhex(receipt)
        order = Order(Apdu(Command.REVERSAL, asked), intent, self._settings.currency, stores=False)
        with self._closing():
            self._ready()
            outcome = Payment(self._line, order, talk, until).run()
        if outcome == REVERSED:
            return CardOutcome("approved", data=CardData(), amount_minor=intent.amount_minor)
        return outcome

    def finish(self, message: str) -> None:
        """The terminal ended the conversation itself and owns its display: nothing to do."""

    @contextmanager
    def _closing(self) -> Iterator[None]:
        """After any fault the wire is opened and the terminal registered anew."""
        try:
            yield
        except DeviceRefusedError as refused:
            if refused.code == NOT_REGISTERED:
                self._info = None
            raise
        except DeviceError:
            self.close()
            raise

    @contextmanager
    def _expecting(self, is_ours: Callable[[Status], bool]) -> Iterator[None]:
        self._line.is_ours = is_ours
        try:
            yield
        finally:
            self._line.is_ours = nobodys

    def _begin(self) -> None:
        if not self._is_open:
            self._wire.open()
            self._line.reset()
            self._is_open = True

    def _ready(self) -> None:
        self._begin()
        if self._info is None:
            self._register()

    def _register(self) -> ReaderInfo:
        settings = self._settings
        asked = settings.password + bytes((settings.config,)) + bytes.fromhex(settings.currency)
        ending = self._line.query(Apdu(Command.REGISTRATION, asked))
        self._info = _identity(ending.data)
        return self._info

    def _state(self) -> int:
        """The terminal's state; a version may stand in front of it."""
        data = self._line.query(Apdu(Command.ENQUIRY)).data
        after = read_var(data, 3)[1] if len(data) > 3 else data
        return after[0] if after else READY

    def _is_idle_soon(self) -> bool:
        until = self._clock.monotonic() + self._pace.query_s
        try:
            while self._state() == BUSY:
                if self._clock.monotonic() >= until:
                    return False
                self._line.listen(self._pace.busy_s)
        except DeviceRefusedError as refused:
            if refused.code != f"{BUSY:02X}":
                raise
            return False
        return True

    def _last(self) -> Status | None:
        """The last transaction, or None where there is none. Raises DeviceRefusedError when the
        terminal cannot say it now.
        """
        asked = self._settings.password + SERVICE
        try:
            return self._line.query(Apdu(Command.REPEAT_RECEIPT, asked)).status
        except DeviceRefusedError as refused:
            if refused.code in (NOT_REGISTERED, f"{BUSY:02X}"):
                raise
            return None

    def _amount(self, intent: CardIntent) -> bytes:
        amount = bytes.fromhex(f"{intent.amount_minor:012d}")
        return AMOUNT_BMP + amount + CURRENCY_BMP + bytes.fromhex(self._settings.currency)

    def _can_be_asked(self, intent: CardIntent) -> bool:
        return (
            intent.currency == CURRENCIES[self._settings.currency]
            and 0 < intent.amount_minor < MOST_MINOR
            and intent.kind in self.capabilities.kinds
            and intent.instalments == 1
        )


def _identity(data: bytes) -> ReaderInfo:
    """From the registration's completion, whatever of it can be read."""
    try:
        terminal = parse_bmps(data).get(0x29, b"").hex()
    except DeviceProtocolError:
        terminal = ""
    return ReaderInfo(serial=terminal, model="ZVT", maker="", spec_version="", contactless=True)


_PATTERNS: Final = {
    "password": "[0-9]{6}",
    "config": "[0-9A-Fa-f]{2}",
    "currency": "|".join(CURRENCIES),
}


def build(options: dict[str, str], wire: Wire, clock: Clock) -> CardReader:
    """``password`` (6 digits, 000000), ``config`` (hex byte of the registration, BE) and
    ``currency`` (0986 or 0978). A serial line is framed, a TCP stream is not.
    """
    for name, value in options.items():
        if name not in _PATTERNS:
            raise ValueError(f"the zvt driver has no option {name!r}")
        if not re.fullmatch(_PATTERNS[name], value):
            raise ValueError(f"{name} cannot be {value!r}")
    if not wire.name.startswith(("serial:", "tcp:")):
        raise ValueError(f"the zvt driver needs serial: or tcp:, not {wire.name}")
    settings = Settings(
        password=bytes.fromhex(options.get("password", "000000")),
        config=int(options.get("config", "BE"), 16),
        currency=options.get("currency", "0986"),
    )
    return ZvtTerminal(settings, wire, clock, Pace())


DRIVER = Driver(id="zvt", kind="card_reader", build=build)
