"""Cards approved with no acquirer reached: off unless headquarters set limits, then within them to
the cent.
"""

from sync_protocol.feed import SitePolicy

STORED_AGE_MS = 24 * 3_600_000
"""How long a stored payment may wait for the acquirer before no other one is taken."""


def beyond_stored_limits(policy: SitePolicy, stored: tuple[int, int], amount_minor: int) -> str:
    """Words key of the limit one more payment would break; empty when it is within all of them.

    ``stored`` is (count, total in minor units) of what waits to be forwarded.
    """
    count, total_minor = stored
    if policy.stored_count_max == 0:
        return "offline_off"
    if (
        amount_minor > policy.stored_payment_minor_max
        or total_minor + amount_minor > policy.stored_total_minor_max
        or count + 1 > policy.stored_count_max
    ):
        return "limit_reached"
    return ""
