"""Dialects of the exchange as data: how amounts are written and which fields a manager wants."""

from typing import Final

from msgspec import Struct

from edge_agent.devices.drivers.tef import fields as f


class Profile(Struct, frozen=True):
    """``comma``: amounts as ``260,70`` instead of cents. ``identified``: every command names the
    application, every sale the company. ``closing``: the fields of the approval that its
    confirmation and undo carry. ``pending_notice``: a denial with a control code tells of an
    earlier transaction left open. ``names_card``: 040 is the card's name.
    """

    id: str
    closing: tuple[str, ...]
    comma: bool = False
    identified: bool = False
    pending_notice: bool = False
    names_card: bool = True


PROFILES: Final = {
    profile.id: profile
    for profile in (
        Profile(id="paygo", closing=(f.NETWORK, f.CONTROL), identified=True, pending_notice=True),
        Profile(
            id="sitef",
            closing=(f.DOCUMENT, f.NETWORK, f.NSU, f.CONTROL),
            comma=True,
            names_card=False,
        ),
        Profile(id="classic", closing=(f.DOCUMENT, f.NETWORK, f.NSU, f.CONTROL)),
    )
}


def profile_named(profile_id: str) -> Profile:
    """The profile, or ValueError with the names there are: a dialect is never guessed."""
    try:
        return PROFILES[profile_id]
    except KeyError:
        names = ", ".join(sorted(PROFILES))
        raise ValueError(f"the tef driver needs a profile out of {names}") from None


def written_amount(profile: Profile, minor: int) -> str:
    """``minor`` centavos as the profile writes money."""
    return f"{minor // 100},{minor % 100:02d}" if profile.comma else str(minor)


def read_amount(profile: Profile, text: str) -> int:
    """Centavos. Raises ValueError for anything but the profile's own way to write them."""
    text = text.strip()
    whole, comma, cents = text.partition(",")
    fits = len(cents) == 2 if profile.comma else not comma
    digits = whole + cents
    if not (fits and whole and digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        raise ValueError("an amount of another dialect")
    return int(digits)
