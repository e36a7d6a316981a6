"""The ABECS 2.12 pinpad as a CardReader (Gertec, Ingenico, PAX, Verifone on a serial port).

Promise: every conversation starts by bringing the pinpad to idle; ``pay`` stops at the decision, so
that the caller commits before ``finish`` lets the customer see it. The pinpad remembers nothing:
after a power cut what the journal does not hold was never charged.

Checklist: probe first (CAN/EOT, OPN, GIX); lost and back are the supervisor's to log; a deadline on
every wait; nothing printed holds card data; emulator twin; blocking, so on the device's own thread;
unplugging ends in DeviceGoneError; a power cut ends in ``recover``.
"""

from contextlib import suppress

from edge_agent.devices.drivers.abecs.link import Link
from edge_agent.devices.drivers.abecs.sale import OK, Sale, Settings
from edge_agent.devices.drivers.abecs.tlv import Ask, Response, Said, command
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
IDENTITY = (Said.SERNUM, Said.MODEL, Said.MNNAME, Said.CAPAB, Said.SPECVER)


class AbecsReader:
    """One pinpad on one wire."""

    capabilities = ReaderCapabilities(confirm="none", recovery="local_journal", offline=True)

    def __init__(self, settings: Settings, wire: Wire, clock: Clock) -> None:
        self._settings = settings
        self._wire = wire
        self._link = Link(wire, clock)

    def open(self) -> ReaderInfo:
        """Idle, OPN, GIX. Safe to repeat."""
        self._wire.open()
        return self._begin()

    def close(self) -> None:
        self._wire.close()

    def ping(self) -> None:
        self._link.reset()

    def recover(self) -> None:
        """Idle, then CLX: whatever was going on is over and nothing of it is approved."""
        self._link.reset()
        _accepted(self._link.exchange(command("CLX")))

    def pay(self, intent: CardIntent, talk: Talk) -> CardOutcome:
        """See CardReader.pay. On nonsense from the pinpad it is brought to idle, then
        DeviceProtocolError is raised: nothing is approved.
        """
        try:
            sale = Sale(self._link, self._settings, self._begin(), intent, talk)
            outcome = sale.run()
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
        """CLX with ``message``. A pinpad that does not listen changes nothing any more."""
        with suppress(DeviceError):
            self._link.exchange(command("CLX", [(Ask.DSPMSG, two_lines(message))]))

    def _begin(self) -> ReaderInfo:
        self._link.reset()
        _accepted(self._link.exchange(command("OPN")))
        wanted = b"".join(ident.to_bytes(2, "big") for ident in IDENTITY)
        return _identity(_accepted(self._link.exchange(command("GIX", [(Ask.IDLIST, wanted)]))))


def _accepted(response: Response) -> Response:
    if response.command == "ERR" or response.status != OK:
        code = response.command + response.status
        raise DeviceRefusedError(code, f"the reader refused: {code}")
    return response


def _identity(response: Response) -> ReaderInfo:
    fields = response.fields()

    def text(ident: Said) -> str:
        return fields.get(ident, b"").decode("latin-1").strip()

    return ReaderInfo(
        serial=text(Said.SERNUM),
        model=text(Said.MODEL),
        maker=text(Said.MNNAME),
        spec_version=text(Said.SPECVER),
        contactless=not text(Said.CAPAB).startswith("0"),
    )


def two_lines(message: str) -> bytes:
    """At most two lines of 16 for the display; a message without line breaks is cut at 16."""
    lines = message.splitlines() if "\n" in message else [message[:WIDTH], message[WIDTH:]]
    shown = [line.strip()[:WIDTH] for line in lines[:2] if line.strip()]
    return "\r".join(shown).encode("latin-1", "replace")


def build(options: dict[str, str], wire: Wire, clock: Clock) -> CardReader:
    """``acquirer`` (2 digits), ``pin_method`` (1), ``key_index`` (2), ``contactless`` (yes, no)."""
    contactless = options.get("contactless", "yes")
    if contactless not in ("yes", "no"):
        raise ValueError(f"contactless is yes or no, not {contactless!r}")
    digits = {"acquirer": 2, "pin_method": 1, "key_index": 2}
    for name, value in options.items():
        if name == "contactless":
            continue
        if name not in digits:
            raise ValueError(f"the abecs driver has no option {name!r}")
        if not (value.isascii() and value.isdecimal() and len(value) == digits[name]):
            raise ValueError(f"{name} has {digits[name]} digits, not {value!r}")
    chosen = {name: value for name, value in options.items() if name in digits}
    return AbecsReader(Settings(**chosen, contactless=contactless == "yes"), wire, clock)


DRIVER = Driver(id="abecs", kind="card_reader", build=build)
