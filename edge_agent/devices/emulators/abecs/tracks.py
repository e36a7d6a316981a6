"""A card's whole number and stripe: what of it may be seen, and how it is packed and sealed."""

from collections.abc import Callable

from msgspec import Struct

from edge_agent.devices.emulators.abecs.cards import Card
from edge_agent.devices.emulators.abecs.ciphers import BLOCK

WITH_CHIP = "201"
DISCRETIONARY = "0000001234567"
PART_AFTER_SEPARATOR = 7
PART_WITHOUT = 19
SYMBOLS = "0123456789:;<=>?"
"""A symbol of track 2 is a nibble: its place here."""

Encrypt = Callable[[bytes], bytes]


class Tracks(Struct, frozen=True):
    """What was read of a card. ``pan`` is empty for a stripe, ``first`` for a chip."""

    pan: str
    first: str
    second: str

    @property
    def number(self) -> str:
        return self.pan or self.second.partition("=")[0]


def of_stripe(card: Card) -> Tracks:
    valid = card.expires_yymmdd[:4]
    first = f"B{card.pan}^{card.holder}^{valid}{WITH_CHIP}{DISCRETIONARY}"
    return Tracks("", first, f"{card.pan}={valid}{WITH_CHIP}{DISCRETIONARY}")


def of_chip(card: Card) -> Tracks:
    return Tracks(card.pan, "", of_stripe(card).second)


def part(track: str, separators: tuple[str, int], mask: tuple[int, int]) -> bytes:
    """The beginning of a track, to seven places behind its n-th separator, its number masked but
    for some digits left and right."""
    separator, count = separators
    pieces = track.split(separator)
    head = separator.join(pieces[:count]) + separator
    shown = (
        head + separator.join(pieces[count:])[:PART_AFTER_SEPARATOR]
        if len(pieces) > count
        else track[:PART_WITHOUT]
    )
    return _masked(shown, mask).encode("latin-1")


def part_of_first(track: str, mask: tuple[int, int]) -> bytes:
    return part(track, ("^", 2), mask)


def part_of_second(track: str, mask: tuple[int, int]) -> bytes:
    return part(track, ("=", 1), mask)


def packed(symbols: str) -> bytes:
    """Digits and separators as nibbles, filled with F."""
    nibbles = "".join(f"{SYMBOLS.index(symbol):X}" for symbol in symbols)
    return bytes.fromhex(nibbles + "F" * (len(nibbles) % 2))


def sealed_digits(symbols: str, open_digits: int, encrypt: Encrypt) -> bytes:
    """The number or track 2: the first digits in clear, the rest encrypted."""
    data = packed(symbols)
    return _sealed(data, open_digits // 2, encrypt, b"\xff")


def sealed_text(track: str, open_digits: int, encrypt: Encrypt) -> bytes:
    """Track 1: its format letter and the first digits in clear, the rest encrypted."""
    return _sealed(track.encode("latin-1"), open_digits and open_digits + 1, encrypt, b"\0")


def _sealed(data: bytes, clear: int, encrypt: Encrypt, filler: bytes) -> bytes:
    secret = data[clear:]
    return data[:clear] + encrypt(secret + filler * (-len(secret) % BLOCK))


def _masked(shown: str, mask: tuple[int, int]) -> str:
    """Stars for the middle digits of the first run of digits, blanks within it aside."""
    places = []
    for at, symbol in enumerate(shown):
        if symbol.isdigit():
            places.append(at)
        elif places and symbol != " ":
            break
    left, right = mask
    if left + right > len(places):
        return shown
    hidden = {*places[left : len(places) - right]}
    return "".join("*" if at in hidden else symbol for at, symbol in enumerate(shown))
