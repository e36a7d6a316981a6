"""The only place where central asks what time it is. Order never comes from here: it is
(epoch, seq).
"""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """This instant, aware, UTC."""
    return datetime.now(UTC)


def epoch_ms() -> int:
    """Milliseconds since 1970, for nonces."""
    return time.time_ns() // 1_000_000


def monotonic_s() -> float:
    """Seconds that never jump, for limits on attempts and for measuring."""
    return time.monotonic()
