"""A page that is never reloaded keeps nothing of a customer: the short form of the day-long soak,
interpreted, so that the heap holds no machine code and six hundred bytes a visit are seen.
"""

from tests.browser.soak import LISTED, soak

GROWTH_MAX = 0.002


def test_a_page_does_not_grow_from_customer_to_customer(built: None) -> None:
    soaked = soak(LISTED + LISTED // 4, is_interpreted=True)
    assert soaked.growth < GROWTH_MAX
    assert soaked.nodes[-1] <= soaked.nodes[0]
