"""Virtual cards and the EMV answers they give. Test numbers only; a cryptogram is a hash of what
it vouches for."""

import hashlib
from random import Random
from typing import Literal

from msgspec import Struct

Kind = Literal["debit", "credit"]

TC, ARQC, AAC = 0x40, 0x80, 0x00
"""9F27, the card's word: approved, ask the issuer, declined."""

LIST_DEFAULT = bytes.fromhex(
    "9F26 9F27 9F10 9F36 9F37 95 9A 9C 5F2A 9F02 9F03 82 9F1A 9F33 9F34 9F35 9F1E 4F 84 50 5F34"
)


class Application(Struct, frozen=True):
    """One way to pay with a card."""

    aid: str
    label: str


class Card(Struct):
    """A card with a debit and a credit application and one transaction counter."""

    brand: str
    pan: str
    applications: dict[Kind, Application]
    expires_yymmdd: str = "311231"
    holder: str = "CLIENTE DE TESTE"
    atc: int = 0

    def masked(self, left: int = 6, right: int = 4) -> str:
        hidden = max(len(self.pan) - left - right, 0)
        return self.pan[:left] + "*" * hidden + self.pan[left + hidden :]


BRANDS: dict[str, tuple[str, dict[Kind, Application]]] = {
    "VISA": (
        "411111",
        {
            "credit": Application("A0000000031010", "VISA CREDITO"),
            "debit": Application("A0000000032010", "VISA DEBITO"),
        },
    ),
    "MASTERCARD": (
        "541333",
        {
            "credit": Application("A0000000041010", "MASTER CREDITO"),
            "debit": Application("A0000000043060", "MAESTRO DEBITO"),
        },
    ),
}


def new_card(random: Random) -> Card:
    brand = random.choice(sorted(BRANDS))
    bin6, applications = BRANDS[brand]
    body = bin6 + "".join(str(random.randrange(10)) for _ in range(9))
    return Card(brand, body + _luhn(body), applications)


def _luhn(body: str) -> str:
    doubled = [int(digit) * (2 if i % 2 == 0 else 1) for i, digit in enumerate(reversed(body))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


class Deal(Struct):
    """One card transaction inside the pinpad, from GCX on. Times are the digits the kiosk sent."""

    card: Card
    kind: Kind
    fate: str
    amount_minor: int
    cashback_minor: int
    currency: str
    date_yymmdd: str
    type_code: int
    way: Literal["chip", "antenna"] = "chip"
    by_phone: bool = False
    stage: Literal["read", "online", "over"] = "read"
    unpredictable: bytes = bytes(4)
    with_pin: bool = False
    offline_forbidden: bool = False

    @property
    def application(self) -> Application:
        return self.card.applications[self.kind]

    @property
    def holder(self) -> str:
        """How its holder was verified, as GOX tells it: signature, PIN, phone."""
        pin = "2" if self.fate == "online_pin" else str(int(self.with_pin))
        return f"{int(self.fate == 'signature')}{pin}{int(self.by_phone)}"

    def cryptogram(self, serial: str, word: int) -> bytes:
        seed = f"{serial}|{self.card.pan}|{self.card.atc}|{self.amount_minor}|{self.currency}|"
        return hashlib.sha256(seed.encode() + self.unpredictable + bytes([word])).digest()[:8]


def emv_tags(deal: Deal, serial: str, word: int) -> dict[str, bytes]:
    """Every tag this pinpad can give, by its name in hex. Never the card number."""
    application = deal.application
    return {
        "4F": bytes.fromhex(application.aid),
        "50": application.label.encode(),
        "82": bytes.fromhex("1C00"),
        "84": bytes.fromhex(application.aid),
        "95": bytes.fromhex("0000008000"),
        "9A": bytes.fromhex(deal.date_yymmdd),
        "9C": bytes([deal.type_code]),
        "5F24": bytes.fromhex(deal.card.expires_yymmdd),
        "5F2A": bytes.fromhex(f"0{deal.currency}"),
        "5F34": bytes(1),
        "9F02": bytes.fromhex(f"{deal.amount_minor:012d}"),
        "9F03": bytes.fromhex(f"{deal.cashback_minor:012d}"),
        "9F10": bytes.fromhex("06010A03A00000"),
        "9F1A": bytes.fromhex("0076"),
        "9F1E": serial[-8:].encode(),
        "9F26": deal.cryptogram(serial, word),
        "9F27": bytes([word]),
        "9F33": bytes.fromhex("E0B0C8"),
        "9F34": bytes.fromhex("410302" if deal.with_pin else "1F0302"),
        "9F35": b"\x25",
        "9F36": deal.card.atc.to_bytes(2, "big"),
        "9F37": deal.unpredictable,
    }


def emv_data(tags: dict[str, bytes], wanted: bytes) -> bytes:
    """The wanted tags that there are, as BER-TLV, in the order of the list."""
    data, rest = b"", wanted
    while rest:
        size = 2 if rest[0] & 0x1F == 0x1F else 1
        name, rest = rest[:size], rest[size:]
        value = tags.get(name.hex().upper())
        if value is not None:
            data += name + bytes([len(value)]) + value
    return data
