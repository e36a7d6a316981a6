"""What Totem asks of each kind of device. Pure shapes: no I/O here.

Drivers are plain blocking code with a deadline on every call; each runs on its device's one worker
thread (see supervisor), so a driver needs no locks. A driver is found by entry point (see registry)
and is never imported by name.
"""

from collections.abc import Callable
from typing import Literal, Protocol

from msgspec import Struct

# ---- the wire
# -------------------------------------------------------------------------------------------


class Wire(Protocol):
    """A byte stream with deadlines. Deadlines are seconds from now. ``close`` is idempotent."""

    name: str

    def open(self) -> None:
        """Raises DeviceGoneError. Opening an open wire is a no-op."""

    def close(self) -> None: ...

    def write(self, data: bytes, deadline_s: float) -> None:
        """All of ``data`` or an error: DeviceTimeoutError, DeviceGoneError."""

    def read(self, most: int, deadline_s: float) -> bytes:
        """1 to ``most`` bytes as soon as any are there; ``b""`` at the deadline. Raises
        DeviceGoneError.
        """


class Clock(Protocol):
    """The only time drivers know. ``monotonic`` in seconds;"""

    def monotonic(self) -> float: ...

    def wall_ms(self) -> int: ...

    def sleep(self, seconds: float) -> None: ...


# ---- printers
# -------------------------------------------------------------------------------------------


class Text(Struct, frozen=True, tag="text"):
    """One paragraph; the driver wraps it by words to the paper's columns. ``size`` 1 to 8
    multiplies both ways.
    """

    text: str
    size: int = 1
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"
    invert: bool = False


class Pair(Struct, frozen=True, tag="pair"):
    """Left text and right text on one line, filled with spaces; the left one gives way by
    wrapping.
    """

    left: str
    right: str
    bold: bool = False


class Rule(Struct, frozen=True, tag="rule"):
    """A separator over the whole width."""

    style: Literal["solid", "dashed"] = "solid"


class Qr(Struct, frozen=True, tag="qr"):
    """A QR code, centred, at least ``millimetres`` wide, error correction M."""

    data: str
    millimetres: int = 30


class Feed(Struct, frozen=True, tag="feed"):
    lines: int = 1


class Cut(Struct, frozen=True, tag="cut"):
    """Feed past the cutter and cut."""


Block = Text | Pair | Rule | Qr | Feed | Cut
Paper = list[Block]
"""A document as data, top to bottom. Text may hold any pt-BR, en or es character."""


class PrinterStatus(Struct, frozen=True):
    """What the printer says now. ``cause`` is a short code when it cannot print: offline,
    cover_open, paper_end, cutter_error, unrecoverable, overheated; empty otherwise.
    """

    ready: bool
    paper: Literal["ok", "near_end", "end"]
    cause: str = ""


class PrintResult(Struct, frozen=True):
    """``printed``: the printer proved it. ``likely``: no proof possible, no fault seen. ``failed``:
    it said why. ``unknown``: the wire or the printer went silent; never print again without asking
    a person.
    """

    outcome: Literal["printed", "likely", "failed", "unknown"]
    cause: str = ""


class PrinterProfile(Struct, frozen=True):
    """A make of printer as data. ``code_page``: Python codec and the printer's own ``ESC t``
    number.
    """

    id: str
    columns: int = 48
    dots: int = 576
    codec: str = "cp860"
    code_page: int = 3
    proof: Literal["process_id", "sentinel", "status"] = "process_id"
    native_qr: bool = True
    baud: int = 115200


class Printer(Protocol):
    """A receipt printer. Every call raises DeviceError; print never does once bytes may have been
    sent.
    """

    def open(self) -> None:
        """Open the wire, reset, probe what proof of print it can give."""

    def close(self) -> None: ...

    def status(self) -> PrinterStatus: ...

    def print(self, paper: Paper, process_id: str) -> PrintResult:
        """Check, send, wait for proof. ``process_id`` is 4 characters 20h to 7Eh, new for every
        job. Raises DeviceError only when nothing was sent; afterwards the result says what is
        known.
        """

    def describe(self) -> dict[str, str]:
        """Maker, model, firmware, serial, proof: for technicians. May be empty strings."""


# ---- card readers
# ---------------------------------------------------------------------------------------

CardStep = Literal["insert_card", "reading", "enter_pin", "authorising", "remove_card"]


class CardIntent(Struct, frozen=True):
    """One payment attempt. ``attempt`` is the payment's name; wall_ms feeds the reader's date
    fields.
    """

    attempt: str
    amount_minor: int
    currency: str
    kind: Literal["debit", "credit"]
    timeout_s: int
    allow_offline: bool
    wall_ms: int
    utc_offset_min: int = -180


class CardData(Struct, frozen=True):
    """What the reader returned. Never a card number: masked PAN (first 6, last 4) only."""

    masked_pan: str
    brand: str
    aid: str
    cryptogram: str
    atc: str
    reader_serial: str
    emv: str
    holder: str = ""


class CardOutcome(Struct, frozen=True):
    """``approved_offline`` carries data. ``declined`` / ``cancelled`` / ``failed`` carry a reason
    code: card_declined, go_online, card_removed, timeout, customer_cancelled, we_cancelled,
    card_unsupported, card_error, reader_error. ``failed`` means certainly not approved and the
    reader was brought to idle.
    """

    kind: Literal["approved_offline", "declined", "cancelled", "failed"]
    reason: str = ""
    data: CardData | None = None


class ReaderInfo(Struct, frozen=True):
    serial: str
    model: str
    maker: str
    spec_version: str
    contactless: bool


class ReaderCapabilities(Struct, frozen=True):
    """``confirm``: how a payment becomes final (payments: host_two_phase, ack_then_final, none).
    ``recovery``: who knows the truth after a power cut."""

    confirm: Literal["host_two_phase", "ack_then_final", "none"]
    recovery: Literal["query_last", "peer_asks_us", "local_journal"]
    offline: bool


class CardReader(Protocol):
    """A card reader or pinpad. ``pay`` blocks; everything it learns on the way goes to ``tell``."""

    capabilities: ReaderCapabilities

    def open(self) -> ReaderInfo:
        """Open the wire, bring the reader to idle, read who it is. Raises DeviceError."""

    def close(self) -> None: ...

    def ping(self) -> None:
        """Prove that it answers, when idle. Raises DeviceError."""

    def pay(
        self,
        intent: CardIntent,
        tell: Callable[[CardStep, str], None],
        cancelled: Callable[[], bool],
    ) -> CardOutcome:
        """Run one card payment up to the decision. ``tell(step, text)`` reports progress, ``text``
        is what the reader shows. ``cancelled`` is asked at least five times a second. Does NOT
        finish the conversation: the caller commits the outcome first, then calls finish. Raises
        DeviceTimeoutError or DeviceGoneError when the reader vanished: with recovery local_journal
        nothing is approved then.
        """

    def finish(self, message: str) -> None:
        """Close the conversation and show ``message`` (2 lines of 16); best effort after a
        commit.
        """

    def recover(self) -> None:
        """Bring the reader to idle after a cut: whatever it was doing is over. Raises
        DeviceError.
        """


# ---- drivers
# --------------------------------------------------------------------------------------------


class Driver(Struct, frozen=True):
    """What an entry point of group ``totem.drivers`` holds. ``build(options, wire, clock)`` makes
    the device; it does no I/O. ``options`` come from settings, unknown ones raise ValueError.
    """

    id: str
    kind: Literal["printer", "card_reader"]
    build: Callable[[dict[str, str], Wire, Clock], Printer | CardReader]
    api: int = 1
