"""Headquarters' word to totems: items of the feed, and the catalogue they carry.

A scope (``org``, ``site:<id>``, ``totem:<id>``) has a dense version; each item says which version
it follows in its scope, so that a hole is seen.
"""

from typing import Literal

from msgspec import Struct, field, json

Kind = Literal["put", "del", "command"]
Role = Literal["attendant", "technician"]
"""``attendant`` serves and takes money; ``technician`` looks after the machine as well."""

Question = Literal["name", "cpf", "phone"]
"""What a customer may be asked to say of themselves, always with a way round it."""


class FeedItem(Struct, frozen=True):
    """One change. ``body`` is JSON bytes (empty for ``del``); ``hash`` its SHA-256."""

    scope: str
    version: int
    prev_version: int
    kind: Kind
    key: str
    body: bytes
    hash: bytes


class FeedPage(Struct, frozen=True):
    """Items in order. ``cursor`` maps scope -> version after this page.

    ``complete`` when nothing follows. ``server_gen`` counts how often central was restored: a
    cursor of another generation means other versions.
    """

    items: list[FeedItem]
    cursor: dict[str, int]
    complete: bool
    server_gen: int = 0


class Words(Struct, frozen=True):
    """One text in the three languages of the screens."""

    pt: str
    en: str
    es: str


class Category(Struct, frozen=True):
    """Feed key ``category/<id>``."""

    id: str
    name: Words
    position: int = 0


class Option(Struct, frozen=True):
    """One thing that can be had with a service. ``extra_minor`` is what it adds to the price of
    each: one amount, or minor units by method; a method that is not named cannot pay for it.
    """

    id: str
    name: Words
    extra_minor: int | dict[str, int] = 0
    active: bool = True


class OptionGroup(Struct, frozen=True):
    """A question about a service with its answers: from ``picks_min`` (1 or more: an answer is
    required) to ``picks_max`` of them may be picked. Ids of choices are unique in their service.
    """

    id: str
    name: Words
    choices: list[Option]
    picks_min: int = 0
    picks_max: int = 1


Weekly = dict[str, list[str]]
"""Local hours by day of the week (``mon`` .. ``sun``), spans of ``HH:MM-HH:MM``; one that ends
before it begins goes on after midnight. No day at all: always open; else a day not named: closed.
"""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)\Z"


class Service(Struct, frozen=True):
    """Feed key ``service/<id>``. Prices are minor units by method.

    A method that is not named cannot pay for it. ``stock`` is how many of it this totem may sell
    in a business day (None: no end to it); ``hours`` its own, within those of the site.
    """

    id: str
    category: str
    name: Words
    description: Words
    icon: str
    prefix: str
    legal_entity: str
    prices: dict[str, int]
    minutes: int = 0
    position: int = 0
    active: bool = True
    picture: str = ""
    """The id of a Picture; the icon stands in."""

    options: list[OptionGroup] = field(default_factory=list)
    stock: int | None = None
    hours: Weekly = field(default_factory=dict)


class LegalEntity(Struct, frozen=True):
    """Feed key ``entity/<cnpj>``: who sells, as printed on every receipt."""

    cnpj: str
    name: str
    address: str
    phone: str = ""
    refund: Words | None = None
    """The rule for getting money back, as customers read it."""


PictureKind = Literal["svg", "png", "jpeg", "webp"]


class Picture(Struct, frozen=True):
    """Feed key ``picture/<id>``: an image the screens may show, base64. Its size is bounded in
    limits.
    """

    id: str
    kind: PictureKind
    data: str


class Slide(Struct, frozen=True):
    """One image of the first screen. ``picture`` is the id of a Picture."""

    picture: str
    caption: Words


class Welcome(Struct, frozen=True):
    """What the first screen says instead of the tagline."""

    title: Words
    sub: Words


class Brand(Struct, frozen=True):
    """Feed key ``brand``: the owner's name, colours and words on the first screen. ``logo`` is the
    id of a Picture, ``accent`` the colour of attention.
    """

    name: str
    primary: str
    tagline: Words
    accent: str = ""
    logo: str = ""
    welcome: Welcome | None = None
    slides: list[Slide] = []


class SitePolicy(Struct, frozen=True):
    """Feed key ``policy``: what this site allows. Stored-card limits of 0 mean no offline cards;
    ``stored_per_card_max`` of 0 means no limit per card, and it holds only for cards whose reader
    tells them apart by a token (PAR). Credit may be split into ``instalments_max`` parts, none
    below ``instalment_minor_min``. ``phone`` is the site's own; ``help`` says whether an attendant
    here is told when a customer calls, or the customer rings the phone. ``priority``: preferential
    service is not offered, offered beside the services, or asked first. ``identify``: what is asked
    before payment, where a PrivacyKey says how to keep it. A visit begins
    only within ``hours``; ``exceptions`` are the spans of single dates (``YYYY-MM-DD``), none for
    a closed one; ``last_ticket_minutes`` before a closing hour the last visit begins.
    """

    currency: str = "BRL"
    timezone: str = "America/Sao_Paulo"
    day_cutover: str = "04:00"
    stored_payment_minor_max: int = 0
    stored_total_minor_max: int = 0
    stored_count_max: int = 0
    stored_per_card_max: int = 0
    instalments_max: int = 1
    instalment_minor_min: int = 500
    phone: str = ""
    help: Literal["attendant", "phone"] = "phone"
    priority: Literal["off", "offer", "ask"] = "off"
    identify: list[Question] = []
    hours: Weekly = field(default_factory=dict)
    exceptions: dict[str, list[str]] = field(default_factory=dict)
    last_ticket_minutes: int = 0


class PrivacyKey(Struct, frozen=True):
    """Feed key ``privacy``: headquarters' X25519 key that totems seal private records to."""

    key_id: str
    public_key: bytes


ATTENDS: tuple[Role, ...] = ("attendant",)


class Attendant(Struct, frozen=True):
    """Feed key ``staff/<id>``: who may open the corner here, and as what. ``pin_hash`` and
    ``badge_hash`` as in pins; an empty one opens nothing.
    """

    id: str
    name: str
    pin_hash: str
    badge_hash: str = ""
    active: bool = True
    roles: list[Role] = field(default_factory=lambda: list(ATTENDS))


class Command(Struct, frozen=True):
    """Feed key ``command/<id>``, kind ``command``: something to do, at most once.

    It holds for the epoch it was given in: a totem that was set back does not do it again.
    """

    id: str
    effect: str
    epoch: int
    expires_ms: int


ITEM_TYPES: dict[str, type[Struct]] = {
    "category": Category,
    "service": Service,
    "entity": LegalEntity,
    "picture": Picture,
    "brand": Brand,
    "policy": SitePolicy,
    "staff": Attendant,
    "privacy": PrivacyKey,
}
"""First part of a key -> what its body holds."""

_encoder = json.Encoder(order="deterministic")


def encode_item(value: Struct) -> bytes:
    """The JSON bytes that travel and are hashed."""
    return _encoder.encode(value)


def decode_item(key: str, body: bytes) -> Struct | None:
    """Read an item's body by its key; None for a key this build does not know.

    Raises msgspec.DecodeError for a body that does not fit its key.
    """
    kind = ITEM_TYPES.get(key.partition("/")[0])
    return None if kind is None else json.decode(body, type=kind)
