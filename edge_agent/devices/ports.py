"""What Totem asks of each kind of device. Pure shapes: no I/O here.

Drivers are plain blocking code with a deadline on every call; each runs on its device's one worker
thread (see supervisor), so a driver needs no locks. A driver is found by entry point (see registry)
and is never imported by name.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from msgspec import Struct, field

from edge_agent.devices.paper import (
    Barcode as Barcode,
    Block as Block,
    Cut as Cut,
    Feed as Feed,
    Image as Image,
    Logo as Logo,
    Pair as Pair,
    Paper as Paper,
    Qr as Qr,
    Rule as Rule,
    Text as Text,
)

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


class Folder(Protocol):
    """A directory shared with another program, for protocols that exchange files."""

    name: str
    path: Path

    def open(self) -> None:
        """Raises DeviceGoneError when the directory is not there or cannot be written."""

    def close(self) -> None: ...

    def show(self, way: str, data: bytes) -> None:
        """For support: what was written (>) or found (<), as far as it may be kept."""


class Listener(Protocol):
    """A TCP port where the device calls us. ``close`` also closes what it accepted."""

    name: str

    def open(self) -> None:
        """Raises DeviceGoneError. Opening an open listener is a no-op."""

    def close(self) -> None: ...

    def accept(self, deadline_s: float) -> Wire | None:
        """The next caller as an open wire, or None at the deadline. Raises DeviceGoneError."""


Transport = Literal["stream", "folder", "listener"]


class Clock(Protocol):
    """The only time drivers know. ``monotonic`` in seconds, ``wall_ms`` since 1970."""

    def monotonic(self) -> float: ...

    def wall_ms(self) -> int: ...

    def sleep(self, seconds: float) -> None: ...


# ---- printers
# -------------------------------------------------------------------------------------------


class PrinterStatus(Struct, frozen=True):
    """What the printer says now. ``cause`` is a short code when it cannot print: offline,
    cover_open, paper_end, cutter_error, unrecoverable, overheated, jam; empty otherwise. ``mouth``:
    a paper waits at the presenter. ``tickets_left``: at most about so many, once the roll's sensor
    said near end.
    """

    ready: bool
    paper: Literal["ok", "near_end", "end"]
    cause: str = ""
    mouth: bool = False
    tickets_left: int | None = None


class PrintResult(Struct, frozen=True):
    """``printed``: the printer proved it. ``likely``: no proof possible, no fault seen. ``failed``:
    it said why. ``unknown``: the wire or the printer went silent; never print again without asking
    a person. A presenter's paper that nobody took in time is ``printed`` with cause ``retracted``.
    """

    outcome: Literal["printed", "likely", "failed", "unknown"]
    cause: str = ""


class PrinterProfile(Struct, frozen=True, forbid_unknown_fields=True):
    """A make of printer as data (one file each). ``codec`` is Python's name of the code page,
    ``code_page`` the printer's own number for it. ``near_end_tickets``: how many tickets a roll
    gives after its sensor said near end.
    """

    id: str
    name: str = ""
    dialect: Literal["escpos", "bematech", "daruma", "custom"] = "escpos"
    columns: int = 48
    dots: int = 576
    codec: str = "cp860"
    code_page: int = 3
    proof: Literal["process_id", "sentinel", "status"] = "process_id"
    native_qr: bool = True
    logo: bool = False
    presenter: bool = False
    baud: int = 115200
    near_end_tickets: int = 20


class Reading(Struct, frozen=True):
    """One thing a technician may want to see: what was asked, the raw answer as hex, in words."""

    asked: str
    raw: str
    meaning: str


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

    def recover(self) -> None:
        """After a fault: whatever is left in the printer's buffer is thrown away, so that nothing
        of an old paper comes out in front of the next. Raises DeviceError.
        """

    def describe(self) -> dict[str, str]:
        """Maker, model, firmware, serial, proof: for technicians. May be empty strings."""

    def examine(self) -> list[Reading]:
        """Every status the printer can be asked for, raw and in words. Raises DeviceError."""

    def store_logo(self) -> None:
        """Keep the owner's picture, where the settings name one, in the printer's own memory.
        Raises DeviceRefusedError where there is no picture or no such memory.
        """


# ---- card readers
# ---------------------------------------------------------------------------------------

CardStep = Literal["insert_card", "reading", "enter_pin", "authorising", "remove_card"]


CardKind = Literal["debit", "credit", "voucher"]


class CardIntent(Struct, frozen=True):
    """One payment attempt. ``attempt`` is the payment's name, ``number`` a decimal number of at
    most 9 digits that no other attempt of this totem had; wall_ms feeds the reader's date fields.
    """

    attempt: str
    amount_minor: int
    currency: str
    kind: CardKind
    timeout_s: int
    allow_offline: bool
    wall_ms: int
    utc_offset_min: int = -180
    instalments: int = 1
    number: int = 0


class CardData(Struct, frozen=True):
    """What the reader returned. Never a card number: masked PAN (first 6, last 4) only. ``par`` is
    the payment account reference (tag 9F24), ``slip`` the customer's receipt as the host wrote it.
    ``sealed_track`` is the track encrypted under a random key, ``sealed_key`` that key encrypted to
    the acquirer's public key, both hex: only the acquirer can open them.
    """

    masked_pan: str = ""
    brand: str = ""
    aid: str = ""
    cryptogram: str = ""
    atc: str = ""
    reader_serial: str = ""
    emv: str = ""
    holder: str = ""
    auth_code: str = ""
    nsu: str = ""
    acquirer: str = ""
    par: str = ""
    sealed_track: str = ""
    sealed_key: str = ""
    slip: tuple[str, ...] = ()


OutcomeKind = Literal[
    "approved_offline", "authorised", "approved", "declined", "cancelled", "failed", "unknown"
]


class CardOutcome(Struct, frozen=True):
    """How an attempt stands.

    ``approved_offline`` (confirm none): the card said yes, nobody else was asked.
    ``authorised`` (host_two_phase): money is held until ``confirm`` or ``undo``.
    ``approved``: final. All three carry data.
    ``declined`` / ``cancelled`` / ``failed`` carry a reason code: card_declined, host_declined,
    go_online, card_removed, timeout, customer_cancelled, we_cancelled, card_unsupported,
    card_error, reader_error, reversed, wrong_amount. ``failed`` means certainly not approved and
    the reader was brought to idle.
    ``unknown``: nobody can say yet; ``resolve`` is asked again later.
    ``amount_minor`` is what the far end says it charged, 0 where it does not say.
    """

    kind: OutcomeKind
    reason: str = ""
    data: CardData | None = None
    amount_minor: int = 0


class Attempt(Struct, frozen=True):
    """An attempt as the journal has it: what was asked, and everything the driver kept (``notes``
    of all calls merged, later ones win).
    """

    intent: CardIntent
    notes: dict[str, str] = field(default_factory=dict)


class Talk(Protocol):
    """What a driver may say while a payment runs. All from the device's thread."""

    def tell(self, step: CardStep, text: str) -> None:
        """Progress; ``text`` is what the reader shows."""

    def cancelled(self) -> bool:
        """Whether the customer or the agent gave up; asked at least five times a second."""

    def keep(self, notes: Mapping[str, str]) -> None:
        """Committed to disk on return: what must be known after a power cut before the next byte
        goes out. Never card data. Raises DeviceError when it could not be written: do not go on.
        """

    def authorised(self, outcome: CardOutcome) -> None:
        """An authorisation, committed on return: for readers that want it stored before they are
        acknowledged. Raises DeviceError when it could not be written: do not acknowledge.
        """


class ReaderInfo(Struct, frozen=True):
    serial: str
    model: str
    maker: str
    spec_version: str
    contactless: bool


class ReaderCapabilities(Struct, frozen=True):
    """``confirm``: how a payment becomes final (payments: host_two_phase, ack_then_final, none).
    ``recovery``: who knows the truth after a power cut. ``offline``: approves with nobody reached.
    ``void``: can undo a confirmed payment of the same day with the card present. ``heartbeat_s``:
    how long it may be left alone when idle.
    """

    confirm: Literal["host_two_phase", "ack_then_final", "none"]
    recovery: Literal["query_last", "peer_asks_us", "local_journal"]
    offline: bool
    void: bool = False
    kinds: frozenset[CardKind] = frozenset({"debit", "credit"})
    instalments: bool = False
    heartbeat_s: float = 10.0


class CardReader(Protocol):
    """A card reader or pinpad. ``pay`` blocks; everything it learns on the way goes to ``talk``."""

    capabilities: ReaderCapabilities

    def open(self) -> ReaderInfo:
        """Open the wire, bring the reader to idle, read who it is. Raises DeviceError."""

    def close(self) -> None: ...

    def ping(self) -> None:
        """Prove that it answers, when idle. Raises DeviceError."""

    def pay(self, intent: CardIntent, talk: Talk) -> CardOutcome:
        """Run one card payment up to the decision. Does NOT finish the conversation: the caller
        commits the outcome first, then calls confirm or undo (host_two_phase), then finish. Raises
        DeviceTimeoutError or DeviceGoneError when the reader vanished: with recovery local_journal
        nothing is approved then, with the others the outcome is unknown.
        """

    def confirm(self, attempt: Attempt) -> None:
        """Make an authorised attempt final. Safe to repeat, also after a restart. Raises
        DeviceError when the far end cannot be known to have heard it: try again later.
        DeviceRefusedError: the far end undid it meanwhile.
        """

    def undo(self, attempt: Attempt) -> None:
        """Give an authorised or unknown attempt back. Repeats and errors as in confirm."""

    def resolve(self, attempt: Attempt) -> CardOutcome:
        """What became of an attempt whose end nobody saw, also after a restart: never starts a
        payment. ``unknown`` when it cannot be said yet. Raises DeviceError.
        """

    def void(self, paid: Attempt, intent: CardIntent, talk: Talk) -> CardOutcome:
        """Take back a confirmed payment, with ``intent`` as the attempt of its own. ``approved``
        is final. Raises DeviceRefusedError where capabilities say it cannot.
        """

    def finish(self, message: str) -> None:
        """Close the conversation and show ``message`` (2 lines of 16); best effort after a
        commit.
        """

    def recover(self) -> None:
        """Bring the reader to idle after a cut, starting nothing new. Raises DeviceError."""


# ---- scanners
# --------------------------------------------------------------------------------------------


class Scanner(Protocol):
    """A barcode and QR reader that sends each code as one line."""

    def open(self) -> dict[str, str]:
        """Open the wire; facts for technicians. Raises DeviceError."""

    def close(self) -> None: ...

    def ping(self) -> None:
        """Prove that the wire is there. Raises DeviceError."""

    def read(self, deadline_s: float) -> str:
        """The next code, or an empty string at the deadline. Raises DeviceError."""


# ---- drivers
# --------------------------------------------------------------------------------------------

Device = Printer | CardReader | Scanner


class Driver(Struct, frozen=True):
    """What an entry point of group ``totem.drivers`` holds. ``build(options, transport, clock)``
    makes the device; it does no I/O. ``options`` come from settings, unknown ones raise ValueError.
    ``transport`` is what build is given: a Wire, a Folder or a Listener. ``profiles`` are the makes
    a printer driver knows, for its option of that name.
    """

    id: str
    kind: Literal["printer", "card_reader", "scanner"]
    build: Callable[[dict[str, str], Any, Clock], Device]
    transport: Transport = "stream"
    profiles: tuple[PrinterProfile, ...] = ()
    api: int = 1
