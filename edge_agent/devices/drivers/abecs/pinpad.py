"""The ABECS 2.12 pinpad as a CardReader (Gertec, Ingenico, PAX, Verifone on a serial port).

Promise: every conversation starts by bringing the pinpad to idle; ``pay`` stops at the decision, so
that the caller commits before ``finish`` lets the customer see it. The pinpad remembers nothing:
after a power cut what the journal does not hold was never charged.

Checklist: probe first (CAN/EOT, OPN, GIX); lost and back are the supervisor's to log; a deadline on
every wait; nothing printed holds card data; emulator twin; blocking, so on the device's own thread;
unplugging ends in DeviceGoneError; a power cut ends in ``recover``.
"""

from collections.abc import Sequence
from contextlib import suppress

from edge_agent.devices.drivers.abecs.keypad import Keypad
from edge_agent.devices.drivers.abecs.link import Link
from edge_agent.devices.drivers.abecs.sale import Sale, Settings
from edge_agent.devices.drivers.abecs.session import Session
from edge_agent.devices.drivers.abecs.tables import load_tables, read_tables
from edge_agent.devices.drivers.abecs.track import TrackKey, read_track_key
from edge_agent.devices.errors import DeviceError, DeviceProtocolError, DeviceRefusedError
from edge_agent.devices.ports import (
    Attempt,
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

WIDTH = 16
TAKE_CARD = "RETIRE O CARTAO"
SWITCHES = ("contactless", "secure")
DIGITS = {"acquirer": 2, "pin_method": 1, "key_index": 2}
FILES = ("track_key", "tables")


class AbecsReader:
    """One pinpad on one wire. ``keypad``: what it can do besides sales."""

    capabilities = ReaderCapabilities(confirm="none", recovery="local_journal", offline=True)

    def __init__(self, settings: Settings, wire: Wire, clock: Clock) -> None:
        self._settings = settings
        self._wire = wire
        self._link = Link(wire, clock)
        self._session = Session(self._link, settings.secure)
        self._held_track_key: TrackKey | None = None
        self.keypad = Keypad(self._session)

    def open(self) -> ReaderInfo:
        """Idle, OPN, GIX, and the EMV tables where they are others. Safe to repeat."""
        self._track_key()
        tables = read_tables(self._settings.tables) if self._settings.tables else None
        self._wire.open()

        def prepare() -> ReaderInfo:
            info = self._session.begin()
            if tables is not None:
                load_tables(self._session, tables)
            return info

        return self._session.again_if_lost(prepare)

    def close(self) -> None:
        self._wire.close()

    def ping(self) -> None:
        self._link.reset()

    def recover(self) -> None:
        """Idle, then CLX: whatever was going on is over and nothing of it is approved."""
        self._link.reset()
        self._session.close()

    def pay(self, intent: CardIntent, talk: Talk) -> CardOutcome:
        """See CardReader.pay. On nonsense from the pinpad it is brought to idle, then
        DeviceProtocolError is raised: nothing is approved.
        """
        try:
            outcome = self._session.again_if_lost(lambda: self._sell(intent, talk))
        except (DeviceProtocolError, DeviceRefusedError):
            self._link.reset()
            raise
        if outcome.kind == "failed":
            self._link.reset()
        return outcome

    def confirm(self, attempt: Attempt) -> None:
        """Nobody is waiting for it: a pinpad holds no money."""

    def undo(self, attempt: Attempt) -> None:
        """What was not committed was never charged."""

    def resolve(self, attempt: Attempt) -> CardOutcome:
        """The journal is the truth: an approval it does not hold moved no money."""
        self.recover()
        return CardOutcome("failed", "approval_discarded")

    def void(self, paid: Attempt, intent: CardIntent, talk: Talk) -> CardOutcome:
        raise DeviceRefusedError("no_void", "a pinpad cannot take a payment back")

    def finish(self, message: str) -> None:
        """Ask for an inserted card back, half a minute at most, then CLX with ``message``. A
        pinpad that does not listen changes nothing any more.
        """
        with suppress(DeviceError):
            if self._session.card_inside:
                shown = two_lines(message).decode("latin-1").splitlines()[:1] or [""]
                self.keypad.remove_card("\n".join((*shown, TAKE_CARD)))
        self._session.card_inside = False
        with suppress(DeviceError):
            self._session.close(two_lines(message))

    def ask(self, question: str, answers: Sequence[str], timeout_s: int) -> int | None:
        """A menu on the display, outside a payment: the place of what was chosen, from 0. Raises
        DeviceError.
        """
        try:
            return self.keypad.choose(answers, question, timeout_s, lambda: False)
        finally:
            self.finish("")

    def show(self, text: str) -> None:
        """Raises DeviceError."""
        self.keypad.show(text)

    def _sell(self, intent: CardIntent, talk: Talk) -> CardOutcome:
        key = self._track_key()
        sale = Sale(self._link, self._settings, self._session.begin(), intent, talk, key)
        try:
            return sale.run()
        finally:
            self._session.card_inside = sale.inserted

    def _track_key(self) -> TrackKey | None:
        if self._held_track_key is None and self._settings.track_key:
            self._held_track_key = read_track_key(self._settings.track_key)
        return self._held_track_key


def two_lines(message: str) -> bytes:
    """At most two lines of 16 for the display; a message without line breaks is cut at 16."""
    lines = message.splitlines() if "\n" in message else [message[:WIDTH], message[WIDTH:]]
    shown = [line.strip()[:WIDTH] for line in lines[:2] if line.strip()]
    return "\r".join(shown).encode("latin-1", "replace")


def build(options: dict[str, str], wire: Wire, clock: Clock) -> CardReader:
    """``acquirer`` (2 digits), ``pin_method`` (1), ``key_index`` (2); ``contactless`` and
    ``secure`` (yes, no); ``track_key`` (PEM file, or modulus of an RSA-2048 key as hex) and
    ``tables`` (TOML or JSON file).
    """
    texts: dict[str, str] = {}
    for name, value in options.items():
        if name in SWITCHES and value not in ("yes", "no"):
            raise ValueError(f"{name} is yes or no, not {value!r}")
        if name in DIGITS and not _has_digits(value, DIGITS[name]):
            raise ValueError(f"{name} has {DIGITS[name]} digits, not {value!r}")
        if name not in (*SWITCHES, *DIGITS, *FILES):
            raise ValueError(f"the abecs driver has no option {name!r}")
        if name not in SWITCHES:
            texts[name] = value
    contactless = options.get("contactless", "yes") == "yes"
    secure = options.get("secure", "no") == "yes"
    return AbecsReader(Settings(**texts, contactless=contactless, secure=secure), wire, clock)


def _has_digits(value: str, count: int) -> bool:
    return value.isascii() and value.isdecimal() and len(value) == count


DRIVER = Driver(id="abecs", kind="card_reader", build=build)
