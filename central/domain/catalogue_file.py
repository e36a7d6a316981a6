"""A catalogue file becomes feed items, or is refused whole with the field that is wrong.

The file is an object (JSON or TOML) of ``brand``, ``policy``, ``entities``, ``categories``,
``services``, ``staff`` and ``pictures``; their shapes are those of sync_protocol.feed. Prices are
minor units per method; a method that is not named cannot pay for the service.
"""

import re
from collections.abc import Iterable
from typing import get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct, ValidationError, convert, field

from central.domain.branding import check_branding, check_phone, check_pictures
from central.domain.catalogue_offer import check_calendar, check_offer, check_option_fields
from central.domain.errors import CatalogueFileError
from central.domain.fields import check_words as _check_words, require as _require
from sync_protocol import limits
from sync_protocol.events import Method
from sync_protocol.feed import (
    Attendant,
    Brand,
    Category,
    LegalEntity,
    Picture,
    Service,
    SitePolicy,
    encode_item,
)

METHODS: tuple[str, ...] = get_args(Method)
_ID = re.compile(r"^[a-z0-9][a-z0-9_-]{0,39}$")
_PREFIX = re.compile(r"^[A-Z]{1,3}$")
_COLOUR = re.compile(r"^#[0-9A-Fa-f]{6}$")
_CURRENCY = re.compile(r"^[A-Z]{3}$")
_CUTOVER = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
_CNPJ = re.compile(r"^[0-9A-Z]{12}[0-9]{2}$")


class Catalogue(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    brand: Brand
    policy: SitePolicy
    entities: list[LegalEntity]
    services: list[Service]
    categories: list[Category] = field(default_factory=list)
    staff: list[Attendant] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def items_of(document: object) -> dict[str, bytes]:
    """Feed key -> body for everything in the file. Raises CatalogueFileError."""
    try:
        catalogue = convert(document, Catalogue)
    except ValidationError as error:
        raise CatalogueFileError(str(error)) from error
    _check_known(document)
    _check_names(catalogue)
    _check_policy(catalogue.policy)
    _check_look(catalogue)
    for place, service in enumerate(catalogue.services):
        _check_service(f"services[{place}] ({service.id})", service, catalogue)
    keyed: list[tuple[str, Struct]] = [("brand", catalogue.brand), ("policy", catalogue.policy)]
    keyed += [(f"entity/{entity.cnpj}", entity) for entity in catalogue.entities]
    keyed += [(f"category/{category.id}", category) for category in catalogue.categories]
    keyed += [(f"service/{service.id}", service) for service in catalogue.services]
    keyed += [(f"staff/{attendant.id}", attendant) for attendant in catalogue.staff]
    keyed += [(f"picture/{picture.id}", picture) for picture in catalogue.pictures]
    return {key: encode_item(value) for key, value in keyed}


def _check_look(catalogue: Catalogue) -> None:
    _check_unique("pictures", (picture.id for picture in catalogue.pictures))
    check_pictures(catalogue.pictures)
    pictures = {picture.id: picture for picture in catalogue.pictures}
    check_branding(catalogue.brand, pictures)
    check_phone(catalogue.policy)
    for place, entity in enumerate(catalogue.entities):
        if entity.refund is not None:
            _check_words(f"entities[{place}].refund", entity.refund)
    for place, service in enumerate(catalogue.services):
        is_there = not service.picture or service.picture in pictures
        _require(is_there, f"services[{place}].picture", "the id of a picture")


def _check_names(catalogue: Catalogue) -> None:
    _check_unique("entities", (entity.cnpj for entity in catalogue.entities))
    _check_unique("categories", (category.id for category in catalogue.categories))
    _check_unique("services", (service.id for service in catalogue.services))
    _check_unique("staff", (attendant.id for attendant in catalogue.staff))
    for place, attendant in enumerate(catalogue.staff):
        _require(bool(_ID.match(attendant.id)), f"staff[{place}].id", "a-z, 0-9, - and _")
        _require(bool(attendant.name.strip()), f"staff[{place}].name", "a name")
        is_hash = attendant.pin_hash.startswith("scrypt$")
        _require(is_hash, f"staff[{place}].pin_hash", "made by totem-central catalogue pin")
        has_roles = 0 < len(attendant.roles) == len({*attendant.roles})
        _require(has_roles, f"staff[{place}].roles", "attendant, technician or both, each once")
    _require(bool(_COLOUR.match(catalogue.brand.primary)), "brand.primary", "#RRGGBB")
    _require(bool(catalogue.brand.name.strip()), "brand.name", "a name")
    for place, entity in enumerate(catalogue.entities):
        plain = re.sub(r"[./-]", "", entity.cnpj)
        _require(bool(_CNPJ.match(plain)), f"entities[{place}].cnpj", "14 characters")
        _require(bool(entity.name.strip()), f"entities[{place}].name", "a name")
    for place, category in enumerate(catalogue.categories):
        _require(bool(_ID.match(category.id)), f"categories[{place}].id", "a-z, 0-9, - and _")
        _check_words(f"categories[{place}].name", category.name)


def _check_service(where: str, service: Service, catalogue: Catalogue) -> None:
    _require(bool(_ID.match(service.id)), f"{where}.id", "a-z, 0-9, - and _")
    categories = {category.id for category in catalogue.categories}
    _require(service.category in categories, f"{where}.category", "the id of a category")
    entities = {entity.cnpj for entity in catalogue.entities}
    _require(service.legal_entity in entities, f"{where}.legal_entity", "the cnpj of an entity")
    _require(bool(_PREFIX.match(service.prefix)), f"{where}.prefix", "1 to 3 letters A to Z")
    _require(service.minutes >= 0, f"{where}.minutes", "0 or more")
    _check_words(f"{where}.name", service.name)
    _require(bool(service.prices), f"{where}.prices", "at least one method")
    for method, minor in service.prices.items():
        _require(method in METHODS, f"{where}.prices.{method}", f"one of {', '.join(METHODS)}")
        within = 0 <= minor <= limits.AMOUNT_MINOR_MAX
        _require(within, f"{where}.prices.{method}", f"0 to {limits.AMOUNT_MINOR_MAX} minor units")
        free = method == "free"
        _require(free == (minor == 0), f"{where}.prices.{method}", "0 for free, else more than 0")
    check_offer(where, service, METHODS)


def _check_policy(policy: SitePolicy) -> None:
    _require(bool(_CURRENCY.match(policy.currency)), "policy.currency", "an ISO 4217 code")
    _require(bool(_CUTOVER.match(policy.day_cutover)), "policy.day_cutover", "HH:MM")
    try:
        ZoneInfo(policy.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        _require(False, "policy.timezone", "an IANA time zone")
    for name in SitePolicy.__struct_fields__:
        if name.startswith("stored_"):
            _require(getattr(policy, name) >= 0, f"policy.{name}", "0 or more")
    once = len(set(policy.identify)) == len(policy.identify)
    _require(once, "policy.identify", "a list that names each question once")
    _require(policy.instalment_minor_min > 0, "policy.instalment_minor_min", "more than 0")
    within = 1 <= policy.instalments_max <= limits.INSTALMENTS_MAX
    _require(within, "policy.instalments_max", f"1 to {limits.INSTALMENTS_MAX}")
    check_calendar(policy)


def _check_unique(where: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        _require(name not in seen, f"{where}[{place}]", f"unique: {name} is there twice")
        seen.add(name)


def _check_known(document: object) -> None:
    """A misspelt field would silently keep its default: name it instead."""
    if not isinstance(document, dict):
        return
    shapes: dict[str, type[Struct]] = {
        "brand": Brand,
        "policy": SitePolicy,
        "entities": LegalEntity,
        "categories": Category,
        "services": Service,
        "staff": Attendant,
        "pictures": Picture,
    }
    for part, shape in shapes.items():
        value = document.get(part, [])
        rows = value if isinstance(value, list) else [value]
        for place, row in enumerate(rows):
            where = f"{part}[{place}]" if isinstance(value, list) else part
            for name in set(row) - set(shape.__struct_fields__):
                raise CatalogueFileError(f"{where}.{name}: there is no such field")
            if part == "services":
                check_option_fields(where, row)
