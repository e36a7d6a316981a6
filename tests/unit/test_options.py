"""Options of a service: which go together, what they cost, and how a sale freezes them."""

from typing import Any

import pytest
from hypothesis import assume, given, strategies as st
from msgspec import structs

from edge_agent.domain import options
from edge_agent.domain.catalogue import (
    METHODS,
    Catalogue,
    CatalogueError,
    Choice,
    check_cart,
    is_free,
    price,
    unit_minor,
    units_minor,
)
from sync_protocol import limits
from sync_protocol.events import Line, LineOption, SalePriced, decode_body, encode_body
from sync_protocol.feed import Option, OptionGroup, Service
from tests.support.offer_bench import KIT, offering, words

OTHER = "98.765.432/0001-10"
PAID: list[str] = [method for method in METHODS if method != "free"]
minors = st.integers(1, 50_000)
extras = st.one_of(
    st.just(0), minors, st.dictionaries(st.sampled_from(PAID), minors, min_size=1, max_size=4)
)


@st.composite
def services(draw: st.DrawFn, name: str) -> Service:
    groups = []
    for place in range(draw(st.integers(0, 3))):
        choices = [
            Option(f"{name}-{place}-{number}", words(f"op {number}"), draw(extras))
            for number in range(draw(st.integers(1, 4)))
        ]
        most = draw(st.integers(1, len(choices)))
        least = draw(st.integers(0, most))
        groups.append(OptionGroup(f"g{place}", words("q"), choices, least, most))
    prices: dict[str, int] = draw(
        st.one_of(st.just({"free": 0}), st.dictionaries(st.sampled_from(PAID), minors, min_size=1))
    )
    entity = draw(st.sampled_from([KIT.legal_entity, OTHER]))
    return structs.replace(KIT, id=name, prices=prices, options=groups, legal_entity=entity)


@st.composite
def baskets(draw: st.DrawFn) -> tuple[Catalogue, list[Choice]]:
    """A cart that the catalogue allows."""
    chosen = [draw(services(f"s{place}")) for place in range(draw(st.integers(1, 4)))]
    cart = []
    for service in chosen:
        picks: list[str] = []
        for group in service.options:
            count = draw(st.integers(group.picks_min, group.picks_max))
            ids = [it.id for it in group.choices]
            picks += draw(st.permutations(ids))[:count]
        cart.append(Choice(service.id, draw(st.integers(1, 5)), options.arranged(service, picks)))
    return offering(*chosen), cart


@given(baskets(), st.sampled_from(METHODS))
def test_lines_add_up_to_the_total_and_to_their_entities(
    basket: tuple[Catalogue, list[Choice]], method: Any
) -> None:
    catalogue, cart = basket
    check_cart(catalogue, cart)
    priced = price(catalogue, cart, method)
    assume(priced is not None)
    assert priced is not None
    assert sum(line.total_minor for line in priced.lines) == priced.total_minor
    assert sum(priced.by_entity.values()) == priced.total_minor
    for line, choice in zip(priced.lines, cart, strict=True):
        service = catalogue.services[line.service]
        frozen = [] if not isinstance(line.options, list) else line.options
        assert [it.id for it in frozen] == list(choice.options)
        bare = unit_minor(service, method)
        assert bare is not None
        assert line.unit_minor == bare + sum(it.minor for it in frozen)
        assert line.total_minor == line.unit_minor * choice.quantity
    body = SalePriced("s", 1, method, "BRL", priced.total_minor, priced.lines)
    assert decode_body("SalePriced", 1, encode_body(body)) == body


@given(baskets())
def test_a_cart_is_free_exactly_when_nothing_in_it_costs_anything(
    basket: tuple[Catalogue, list[Choice]],
) -> None:
    catalogue, cart = basket
    units = [units_minor(catalogue.services[it.service], it.options) for it in cart]
    costs_nothing = all(unit and unit[-1] == 0 for unit in units)
    assert is_free(catalogue, cart) == costs_nothing


def test_a_method_an_option_does_not_name_cannot_pay_for_it() -> None:
    assert unit_minor(KIT, "debit", ("coffee", "cake")) == 2_090
    assert unit_minor(KIT, "credit", ("coffee", "cake")) == 2_140
    assert unit_minor(KIT, "voucher", ("coffee",)) is None
    named = {"debit": 600}
    only_debit = Option("cake", words("Bolo"), named)
    kit = structs.replace(KIT, options=[OptionGroup("more", words("Mais"), [only_debit])])
    assert unit_minor(kit, "counter", ("cake",)) is None
    assert units_minor(kit, ("cake",)) == [2_090]


def test_an_option_that_costs_makes_a_free_service_payable_and_not_free() -> None:
    more = OptionGroup("more", words("Mais"), [Option("copy", words("Cópia"), 200)])
    result = structs.replace(KIT, id="copies", prices={"free": 0}, options=[more])
    catalogue = offering(result)
    assert is_free(catalogue, [Choice("copies", 1)])
    assert not is_free(catalogue, [Choice("copies", 1, ("copy",))])
    priced = price(catalogue, [Choice("copies", 2, ("copy",))], "counter")
    assert priced is not None
    assert priced.total_minor == 400


@pytest.mark.parametrize(
    ("picks", "code"),
    [
        ((), "options-missing"),
        (("cake",), "options-missing"),
        (("tea",), "unknown-option"),
        (("coffee", "wine"), "unknown-option"),
        (("coffee", "juice"), "too-many-options"),
        (("coffee", "cake", "yoghurt", "granola"), "too-many-options"),
    ],
)
def test_picks_that_do_not_go_together_are_refused_by_name(
    picks: tuple[str, ...], code: str
) -> None:
    with pytest.raises(CatalogueError) as refused:
        check_cart(offering(KIT), [Choice("kit", 1, picks)])
    assert refused.value.code == code


def test_one_service_stands_twice_only_with_other_options() -> None:
    catalogue = offering(KIT)
    check_cart(catalogue, [Choice("kit", 1, ("coffee",)), Choice("kit", 2, ("juice",))])
    with pytest.raises(CatalogueError):
        check_cart(
            catalogue, [Choice("kit", 1, ("coffee", "cake")), Choice("kit", 1, ("cake", "coffee"))]
        )


def test_the_newest_answer_stands_where_one_is_asked_for() -> None:
    assert options.arranged(KIT, ["coffee", "juice"]) == ("juice",)
    assert options.arranged(KIT, ["juice", "coffee", "granola", "cake"]) == (
        "coffee",
        "cake",
        "granola",
    )
    assert options.arranged(KIT, ["wine", "coffee", "wine"]) == ("coffee", "wine")
    assert options.missing(KIT, ["cake"]) == ["drink"]
    assert options.missing(KIT, ["cake", "juice"]) == []


def test_a_line_without_options_is_written_as_ever() -> None:
    priced = price(offering(), [Choice("blood", 1)], "debit")
    assert priced is not None
    body = encode_body(SalePriced("s", 1, "debit", "BRL", 4_500, priced.lines))
    assert b"options" not in body


def test_the_fullest_price_fits_one_event() -> None:
    picks = limits.CART_OPTIONS_MAX // limits.LINES_MAX
    option = LineOption("o" * 40, "ã" * 40, limits.AMOUNT_MINOR_MAX)
    line = Line(
        "s" * 40, "ç" * 60, 99, 10**8, 10**8, "11.222.333/0001-81", options=[option] * picks
    )
    body = SalePriced("s" * 40, 9_999, "counter", "BRL", 10**8, [line] * limits.LINES_MAX)
    assert len(encode_body(body)) <= limits.BODY_BYTES_MAX
