"""The lease: how long a totem may take money without a word from headquarters, in running time."""

from typing import Literal

from sync_protocol import limits

DAY_MS = 24 * 3600 * 1000
Standing = Literal["good", "warning", "over"]


def standing(unheard_ms: int) -> Standing:
    """``over``: no new sale for money; free tickets, reprints and claims go on."""
    days = unheard_ms / DAY_MS
    if days >= limits.LEASE_DAYS:
        return "over"
    return "warning" if days >= limits.LEASE_WARNING_DAYS else "good"


def days_left(unheard_ms: int) -> int:
    """Whole days until the lease is over; 0 once it is."""
    return max(0, (limits.LEASE_DAYS * DAY_MS - unheard_ms) // DAY_MS)
