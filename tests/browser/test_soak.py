"""A page that is never reloaded does not grow: the short form of the day-long soak."""

from tests.browser.soak import WARM, soak

GROWTH_MAX = 0.03


def test_a_page_does_not_grow_from_customer_to_customer(built: None) -> None:
    soaked = soak(WARM + WARM // 2)
    assert soaked.growth < GROWTH_MAX
    assert soaked.nodes[-1] <= soaked.nodes[0] * (1 + GROWTH_MAX)
