"""Whether one more card may be approved with no acquirer reached: the same word for the menu, and
for the deed that commits the intent.
"""

from edge_agent.domain.stored_cards import STORED_AGE_MS, beyond_stored_limits
from edge_agent.journal.connection import Connection
from edge_agent.journal.moments import wall_ms_of
from sync_protocol.feed import SitePolicy


def stored_off(connection: Connection, policy: SitePolicy, amount_minor: int, wall_ms: int) -> str:
    """Words key of why not; empty when it may. To the cent, attempts under way included."""
    count, total_minor = connection.execute(
        "SELECT count, total_minor FROM stored_cards"
    ).fetchone()
    asked, asked_minor = connection.execute(
        "SELECT count(*), coalesce(sum(amount_minor), 0) FROM payments "
        "WHERE state = 'REQUESTED' AND confirm = 'none' AND method NOT IN ('counter', 'pix')"
    ).fetchone()
    taken = (count + asked, total_minor + asked_minor)
    reason = beyond_stored_limits(policy, taken, amount_minor)
    if not reason and _is_stale(connection, wall_ms):
        return "stored_too_long"
    return reason


def _is_stale(connection: Connection, wall_ms: int) -> bool:
    """Whether the oldest stored payment has waited for the acquirer longer than allowed."""
    waiting = connection.execute(
        "SELECT payment FROM payments WHERE state IN ('STORED_OFFLINE', 'FORWARDING')"
    ).fetchall()
    oldest_ms = min((wall_ms_of(connection, it) for (it,) in waiting), default=wall_ms)
    return wall_ms - oldest_ms > STORED_AGE_MS
