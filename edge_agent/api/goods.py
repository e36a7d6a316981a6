"""From the catalogue and what is left of it to what the screen draws: services, options, cart."""

from collections.abc import Callable, Sequence

from edge_agent.api.looks import picture_url
from edge_agent.api.schemas import (
    CartLine,
    ChoosingView,
    OptionGroupView,
    OptionView,
    PaysView,
    ServiceView,
)
from edge_agent.domain import options
from edge_agent.domain.catalogue import METHODS, Catalogue, Choice, units_minor
from edge_agent.services.offer import Counts, Offer
from edge_agent.services.stock import wanted
from edge_agent.services.visit import Visit
from sync_protocol.events import Method
from sync_protocol.feed import Option, Service

_CARDS: frozenset[Method] = frozenset({"debit", "credit", "voucher"})


def service_views(catalogue: Catalogue, offer: Offer, counts: Counts) -> list[ServiceView]:
    """Everything on sale, in the catalogue's order."""
    policy = catalogue.policy
    return [
        _service(
            catalogue,
            it,
            offer.off(it, policy, counts),
            counts.wait_minutes(it.prefix, it.minutes),
        )
        for it in catalogue.services.values()
    ]


def pays_view(catalogue: Catalogue, off: Callable[[Method, int], str]) -> PaysView:
    """The methods that anything here has a price for; ``off`` says why one does not work now."""
    sold = [it for it in METHODS if any(one.prices.get(it) for one in catalogue.services.values())]
    live = [it for it in sold if not off(it, 0)]
    return PaysView(live, bool(_CARDS.intersection(sold)) and _CARDS.isdisjoint(live))


def cart_lines(catalogue: Catalogue, cart: Sequence[Choice], counts: Counts) -> list[CartLine]:
    """Each line at the lowest of its prices."""
    total = wanted(cart)
    return [
        _cart_line(
            catalogue.services[it.service],
            it,
            is_sold_out=total[it.service] > counts.left.get(it.service, total[it.service]),
        )
        for it in cart
    ]


def choosing_view(visit: Visit) -> ChoosingView | None:
    """The page of options as far as the customer is."""
    choice = visit.choosing
    if choice is None:
        return None
    service = visit.catalogue.services[choice.service]
    units = units_minor(service, choice.options) or [0]
    return ChoosingView(
        service=_service(visit.catalogue, service),
        quantity=choice.quantity,
        options=list(choice.options),
        missing=options.missing(service, choice.options),
        total_minor=units[0] * choice.quantity,
        is_from=units[0] != units[-1],
    )


def _service(
    catalogue: Catalogue, service: Service, off: str = "", estimate_minutes: int = 0
) -> ServiceView:
    return ServiceView(
        id=service.id,
        category=service.category,
        name=service.name,
        description=service.description,
        icon=service.icon,
        minutes=service.minutes,
        from_minor=min(service.prices.values(), default=0),
        prices=service.prices,
        picture=picture_url(catalogue, service.picture),
        off=off,
        options=[
            OptionGroupView(
                group.id,
                group.name,
                group.picks_min,
                group.picks_max,
                [_option(it) for it in options.offered(group)],
            )
            for group in service.options
        ],
        estimate_minutes=estimate_minutes,
    )


def _cart_line(service: Service, choice: Choice, *, is_sold_out: bool) -> CartLine:
    unit = next(iter(units_minor(service, choice.options)), 0)
    return CartLine(
        service=choice.service,
        name=service.name,
        quantity=choice.quantity,
        unit_minor=unit,
        total_minor=unit * choice.quantity,
        options=[_option(it) for it in options.picked(service, choice.options)],
        off="sold_out" if is_sold_out else "",
    )


def _option(option: Option) -> OptionView:
    extras = (options.extra_minor(option, method) for method in METHODS)
    return OptionView(option.id, option.name, min(it for it in extras if it is not None))
