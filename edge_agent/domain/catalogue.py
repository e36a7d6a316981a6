"""What is sold and at what price. The agent computes every amount; a screen never sends one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, get_args

from msgspec import UNSET, Struct, UnsetType, field

from edge_agent.domain import options
from sync_protocol import limits
from sync_protocol.events import Line, LineOption, Method
from sync_protocol.feed import (
    Attendant,
    Brand,
    Category,
    LegalEntity,
    Picture,
    PrivacyKey,
    Service,
    SitePolicy,
    Words,
)

METHODS: tuple[Method, ...] = get_args(Method)


class CatalogueError(Exception):
    """A choice the catalogue does not allow. ``code`` is a problem code, ``detail`` says what to
    do.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Choice(NamedTuple):
    """``options``: ids of what was picked with it, as ``options.arranged`` leaves them."""

    service: str
    quantity: int
    options: tuple[str, ...] = ()


class Catalogue(Struct, frozen=True):
    """One consistent version of everything the feed said."""

    version: int
    brand: Brand
    policy: SitePolicy
    categories: list[Category]
    services: dict[str, Service]
    entities: dict[str, LegalEntity]
    staff: list[Attendant] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)
    privacy: PrivacyKey | None = None


EMPTY = Catalogue(
    version=0,
    brand=Brand("Totem", "#0B6E4F", Words("", "", "")),
    policy=SitePolicy(),
    categories=[],
    services={},
    entities={},
)


class Priced(NamedTuple):
    """Lines and total of a cart by one method."""

    lines: list[Line]
    total_minor: int
    by_entity: Mapping[str, int]


def check_cart(catalogue: Catalogue, cart: Sequence[Choice]) -> None:
    """Raises CatalogueError for an unknown service, a bad quantity, options that do not go together
    or too many lines.
    """
    if len(cart) > limits.LINES_MAX:
        raise CatalogueError("bad-cart", f"A cart holds at most {limits.LINES_MAX} lines.")
    if len({(choice.service, frozenset(choice.options)) for choice in cart}) != len(cart):
        raise CatalogueError("bad-cart", "Each service may stand in the cart once.")
    if sum(len(choice.options) for choice in cart) > limits.CART_OPTIONS_MAX:
        raise CatalogueError("bad-cart", f"At most {limits.CART_OPTIONS_MAX} options in a cart.")
    for choice in cart:
        service = catalogue.services.get(choice.service)
        if service is None or not service.active:
            raise CatalogueError("unknown-service", f"No service {choice.service!r} is sold here.")
        if not 1 <= choice.quantity <= limits.QUANTITY_MAX:
            raise CatalogueError(
                "bad-amount", f"Quantity must be 1 to {limits.QUANTITY_MAX}, not {choice.quantity}."
            )
        _check_options(service, choice.options)


def _check_options(service: Service, picks: tuple[str, ...]) -> None:
    found = options.fault(service, picks)
    if found is not None:
        raise CatalogueError(*found)
    unanswered = options.missing(service, picks)
    if unanswered:
        detail = f"{service.id}: choose first: {', '.join(unanswered)}."
        raise CatalogueError("options-missing", detail)


def price_of(service: Service, method: Method) -> int | None:
    """Minor units by this method; None when the service cannot be paid so. A free service costs
    0.
    """
    if not service.prices or set(service.prices.values()) == {0}:
        return 0
    return service.prices.get(method)


def unit_minor(service: Service, method: Method, picks: Sequence[str] = ()) -> int | None:
    """What one of it costs with these options; None when the method cannot pay for all of it."""
    total = price_of(service, method)
    for option in options.picked(service, picks):
        extra = options.extra_minor(option, method)
        if total is None or extra is None:
            return None
        total += extra
    return total


def units_minor(service: Service, picks: Sequence[str] = ()) -> list[int]:
    """What one of it costs with these options, by each method that can pay for it; lowest first."""
    found = (unit_minor(service, method, picks) for method in METHODS)
    return sorted(unit for unit in found if unit is not None)


def price(catalogue: Catalogue, cart: Sequence[Choice], method: Method) -> Priced | None:
    """The cart by one method; None when some line has no price by it."""
    lines: list[Line] = []
    by_entity: dict[str, int] = {}
    for choice in cart:
        service = catalogue.services[choice.service]
        unit = unit_minor(service, method, choice.options)
        if unit is None:
            return None
        total = unit * choice.quantity
        lines.append(
            Line(
                service.id,
                service.name.pt,
                choice.quantity,
                unit,
                total,
                service.legal_entity,
                options=_line_options(service, method, choice.options),
            )
        )
        by_entity[service.legal_entity] = by_entity.get(service.legal_entity, 0) + total
    total = sum(line.total_minor for line in lines)
    if total > limits.AMOUNT_MINOR_MAX:
        raise CatalogueError("bad-amount", "The total is beyond what one sale may cost.")
    return Priced(lines, total, by_entity)


def _line_options(
    service: Service, method: Method, picks: Sequence[str]
) -> list[LineOption] | UnsetType:
    """As a line freezes them; absent without any, so that such a line is written as ever."""
    found = [
        LineOption(it.id, it.name.pt, options.extra_minor(it, method) or 0)
        for it in options.picked(service, picks)
    ]
    return found or UNSET


def is_free(catalogue: Catalogue, cart: Sequence[Choice]) -> bool:
    """Whether the whole cart costs nothing."""
    return bool(cart) and all(
        unit_minor(catalogue.services[choice.service], "free", choice.options) == 0
        for choice in cart
    )


def ticket_prefix(catalogue: Catalogue, cart: Sequence[Choice]) -> str:
    """The queue a sale's ticket stands in: that of its first line."""
    return catalogue.services[cart[0].service].prefix
