"""A page that is never reloaded does not grow: the short form of the day-long soak."""

from tests.browser.soak import WARM, soak

GROWTH_MAX = 0.05


def test_a_page_does_not_grow_from_customer_to_customer(built: None) -> None:
    soaked = soak(2 * WARM)
    assert soaked.growth < GROWTH_MAX
    assert soaked.nodes_end <= soaked.nodes_early * (1 + GROWTH_MAX)
