"""One card sale on an ABECS pinpad: GCX (card), GOX (card's decision), FCX (no host), the outcome.

What flows through: a CardIntent in, a CardOutcome out. Promise: *approved* is said only when the
pinpad says so and the card proves it for this very amount; every other way out is not approved.
No money moves here: only the caller's commit makes a sale.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from edge_agent.devices.drivers.abecs.emv import (
    TAGLIST,
    card_data,
    masked,
    parse_emv,
    proves_approval,
)
from edge_agent.devices.drivers.abecs.link import CallEndedError, Link, Watch
from edge_agent.devices.drivers.abecs.tlv import OK, Ask, Field, Response, Said, command
from edge_agent.devices.drivers.abecs.track import TrackKey, gtk, sealed_track
from edge_agent.devices.errors import DeviceProtocolError
from edge_agent.devices.ports import CardIntent, CardOutcome, CardStep, ReaderInfo, Talk

GRACE_S = 10
TIMEOUT_MAX_S = 255
TAPS_MAX = 6
CURRENCIES = {"BRL": b"986"}
APPTYPES = {"credit": b"01", "debit": b"02"}
CHIP_CARDS = (b"03", b"06")
INSERTED = b"03"
TRY_CHIP = frozenset(("082", "083", "084", "085", "087"))
TAP_AGAIN = frozenset(("080", "081"))
LOOK_AT_PHONE = "086"
GOXRES_DIGITS = 6
APPROVED, DECLINED = "0", "1"
CHIP_TROUBLE = frozenset(("060", "061", "067", "068", "069", "070", "071", "076", "079"))

Kind = Literal["declined", "cancelled", "failed"]
ENDINGS: dict[str, tuple[Kind, str]] = {
    "012": ("cancelled", "timeout"),
    "013": ("cancelled", "customer_cancelled"),
    "041": ("failed", "card_error"),
    "043": ("failed", "card_removed"),
    "060": ("failed", "card_error"),
    "061": ("failed", "card_error"),
    "067": ("failed", "card_error"),
    "068": ("failed", "card_error"),
    "069": ("failed", "card_error"),
    "070": ("failed", "card_unsupported"),
    "071": ("failed", "card_unsupported"),
    "076": ("failed", "card_error"),
    "079": ("declined", "card_declined"),
    "080": ("failed", "card_error"),
    "081": ("failed", "card_error"),
    "082": ("failed", "card_error"),
    "083": ("failed", "card_error"),
    "084": ("failed", "card_unsupported"),
    "085": ("failed", "card_unsupported"),
    "086": ("failed", "card_error"),
    "087": ("failed", "card_error"),
}
"""STAT to how the sale ends; what is not here is the reader's own trouble."""


class Settings(Struct, frozen=True):
    """What the acquirer's contract fixes: its index, PIN method, key slot, the key its tracks are
    sealed with and the file of its EMV tables.
    """

    acquirer: str = "00"
    pin_method: str = "3"
    key_index: str = "00"
    contactless: bool = True
    secure: bool = False
    track_key: str = ""
    tables: str = ""


class GoxResult(Struct, frozen=True):
    """The card's verdict, and what it wants verified beyond itself. A PIN the card verified
    stays in the card; one for the host could only be stored, and nobody is here to compare a
    signature: with either of them nothing is approved offline.
    """

    verdict: str
    signature: bool
    online_pin: bool

    @classmethod
    def read(cls, said: bytes) -> "GoxResult":
        """Raises DeviceProtocolError for anything but a result of GOX."""
        digits = said.decode("latin-1")
        known = len(digits) == GOXRES_DIGITS and digits.isascii() and digits.isdecimal()
        if not known or digits[0] not in "012" or digits[2] not in "012":
            raise DeviceProtocolError("GOX: no verdict")
        return cls(digits[0], digits[1] != "0", digits[2] == "2")


class EndedError(Exception):
    """The sale is over before an approval; ``outcome`` says how."""

    def __init__(self, outcome: CardOutcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


class Sale(Struct):
    """One run. Build it, call ``run`` once, after OPN and GIX. ``inserted``: afterwards a chip card
    may still be in the slot. ``track_key``: seal the track of an approved card with it.
    """

    link: Link
    settings: Settings
    info: ReaderInfo
    intent: CardIntent
    talk: Talk
    track_key: TrackKey | None = None
    step: CardStep = "insert_card"
    inserted: bool = False
    card: dict[int, bytes] = field(default_factory=dict)

    def run(self) -> CardOutcome:
        """The outcome. Raises DeviceTimeoutError, DeviceGoneError, DeviceProtocolError."""
        try:
            pan = self._read_card()
            return self._conclude(self._ask_card(), pan)
        except EndedError as end:
            return end.outcome
        except CallEndedError as end:
            return CardOutcome("cancelled", end.reason)

    def _read_card(self) -> str:
        """GCX until a card is read. Returns its masked number; keeps the answer's fields."""
        self._at("insert_card")
        response = self._present()
        self.inserted = response.status in CHIP_TROUBLE
        self.card = self._need_ok(response).fields()
        self.inserted = self.card.get(Said.CARDTYPE) == INSERTED
        self._at("reading")
        pan = masked(self.card.get(Said.PAN, b""))
        if self.card.get(Said.CARDTYPE) not in CHIP_CARDS:
            raise EndedError(CardOutcome("failed", "card_unsupported"))
        return pan

    def _present(self) -> Response:
        """GCX with the contactless rules: try once more, then by chip, never for ever."""
        contactless = self.settings.contactless and self.info.contactless
        tapped_again = False
        for _ in range(TAPS_MAX):
            response = self._call(gcx(self.intent, self.settings, contactless))
            if response.status == LOOK_AT_PHONE:
                self.talk.tell("insert_card", "SIGA AS INSTRUCOES NO TELEFONE")
            elif contactless and response.status in TAP_AGAIN and not tapped_again:
                tapped_again = True
            elif contactless and response.status in TRY_CHIP | TAP_AGAIN:
                contactless = False
                self.talk.tell("insert_card", "INSIRA OU PASSE O CARTAO")
            else:
                return response
        return response

    def _ask_card(self) -> dict[str, bytes]:
        """GOX, and FCX when the card wants a host. Returns the evidence when both say approved."""
        response = self._need_ok(self._call(gox(self.intent, self.settings, self._acquirer())))
        fields = response.fields()
        evidence = parse_emv(fields.get(Said.EMVDATA, b""))
        result = GoxResult.read(fields.get(Said.GOXRES, b""))
        if result.verdict == DECLINED:
            raise EndedError(CardOutcome("declined", "card_declined"))
        if result.signature:
            raise EndedError(CardOutcome("declined", "card_unsupported"))
        if result.online_pin or Said.PINBLK in fields:
            raise EndedError(CardOutcome("declined", "go_online"))
        if result.verdict == APPROVED:
            return evidence
        if not self.intent.allow_offline:
            raise EndedError(CardOutcome("declined", "go_online"))
        return evidence | self._without_host()

    def _without_host(self) -> dict[str, bytes]:
        """FCX: nobody online; the card decides. Returns its last word when approved."""
        self._at("authorising")
        fields = self._need_ok(self._call(fcx())).fields()
        verdict = fields.get(Said.FCXRES, b"")[:1]
        if verdict == b"1":
            raise EndedError(CardOutcome("declined", "go_online"))
        if verdict != b"0":
            raise DeviceProtocolError("FCX: no verdict")
        return parse_emv(fields.get(Said.EMVDATA, b""))

    def _conclude(self, evidence: dict[str, bytes], pan: str) -> CardOutcome:
        allowed = self.intent.allow_offline
        if not (allowed and proves_approval(evidence, self.intent.amount_minor)):
            return CardOutcome("failed", "reader_error")
        track, key = self._read_track()
        if self.inserted:
            self._at("remove_card")
        data = card_data(self.card, evidence, pan, self.info.serial)
        return CardOutcome(
            "approved_offline", data=replace(data, sealed_track=track, sealed_key=key)
        )

    def _read_track(self) -> tuple[str, str]:
        """The sealed track and its key. An approval the acquirer could not collect is none: where
        a track key is set, a pinpad that cannot seal ends the sale.
        """
        if self.track_key is None:
            return "", ""
        return sealed_track(self._need_ok(self.link.exchange(gtk(self.track_key))))

    def _acquirer(self) -> str:
        """The acquirer of the application the card chose, else the configured one."""
        chosen = self.card.get(Said.AIDTABINFO, b"")[:2]
        return chosen.decode() if len(chosen) == 2 and chosen.isdigit() else self.settings.acquirer

    def _call(self, data: bytes) -> Response:
        if self.talk.cancelled():
            raise CallEndedError("we_cancelled")
        watch = Watch(self.intent.timeout_s + GRACE_S, self.talk.cancelled, self._shown)
        return self.link.exchange(data, watch)

    def _need_ok(self, response: Response) -> Response:
        if response.status == OK:
            return response
        kind, reason = ENDINGS.get(response.status, ("failed", "reader_error"))
        raise EndedError(CardOutcome(kind, reason))

    def _shown(self, text: str) -> None:
        """The pinpad shows ``text``: pass it on; its words tell when the PIN is asked for."""
        if "SENHA" in text.upper() and self.step != "insert_card":
            self.step = "enter_pin"
        self.talk.tell(self.step, text)

    def _at(self, step: CardStep) -> None:
        self.step = step
        self.talk.tell(step, "")


def gcx(intent: CardIntent, settings: Settings, contactless: bool) -> bytes:
    """Wait for a card. Raises ValueError for a currency or amount the pinpad cannot take."""
    local = datetime.fromtimestamp(intent.wall_ms / 1000, UTC) + timedelta(
        minutes=intent.utc_offset_min
    )
    fields: list[Field] = [
        (Ask.AMOUNT, _amount(intent)),
        (Ask.TRNDATE, local.strftime("%y%m%d").encode()),
        (Ask.TRNTIME, local.strftime("%H%M%S").encode()),
        (Ask.GCXOPT, b"10000" if contactless else b"00000"),
        (Ask.TRNCURR, _currency(intent)),
        (Ask.PANMASK, b"0604"),
        (Ask.TIMEOUT, _timeout(intent)),
        (Ask.ACQREF, settings.acquirer.encode()),
        (Ask.APPTYPE, APPTYPES[intent.kind]),
    ]
    return command("GCX", fields)


def gox(intent: CardIntent, settings: Settings, acquirer: str) -> bytes:
    """Let the card decide. The floor limit is just above the amount when offline is allowed: the
    caller's own limits have let it through already.
    """
    allow = intent.allow_offline
    floor = intent.amount_minor + 1 if allow else 0
    fields: list[Field] = [
        (Ask.ACQREF, acquirer.encode()),
        (Ask.MTHDPIN, settings.pin_method.encode()),
        (Ask.KEYIDX, settings.key_index.encode()),
        (Ask.AMOUNT, _amount(intent)),
        (Ask.GOXOPT, b"00100" if allow else b"01100"),
        (Ask.TRMPAR, floor.to_bytes(4, "big") + bytes(6)),
        (Ask.TAGLIST, TAGLIST),
        (Ask.TIMEOUT, _timeout(intent)),
    ]
    return command("GOX", fields)


def fcx() -> bytes:
    """Tell the card that no host can be reached."""
    return command("FCX", [(Ask.FCXOPT, b"2000"), (Ask.TAGLIST, TAGLIST)])


def _amount(intent: CardIntent) -> bytes:
    if not 0 < intent.amount_minor < 10**9:
        raise ValueError(f"amount {intent.amount_minor} is outside what a pinpad takes")
    return b"%012d" % intent.amount_minor


def _currency(intent: CardIntent) -> bytes:
    if intent.currency not in CURRENCIES:
        raise ValueError(f"currency {intent.currency} is not known to the pinpad")
    return CURRENCIES[intent.currency]


def _timeout(intent: CardIntent) -> bytes:
    return bytes((min(max(intent.timeout_s, 1), TIMEOUT_MAX_S),))
