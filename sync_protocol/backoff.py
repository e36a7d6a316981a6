"""When to try central again: full jitter, a floor from Retry-After, state that the totem keeps."""

from msgspec import Struct

from sync_protocol import limits


class Backoff(Struct, frozen=True):
    """Failures in a row; persisted, so that a restart does not start a storm."""

    failures: int = 0


def failed(state: Backoff) -> Backoff:
    return Backoff(min(state.failures + 1, 32))


def delay_ms(state: Backoff, draw: float, retry_after_ms: int = 0) -> int:
    """Milliseconds to wait: ``draw`` in [0, 1) spreads over min(cap, base * 2^(failures - 1)).

    Retry-After is a floor.
    """
    if state.failures == 0:
        return retry_after_ms
    ceiling = min(limits.BACKOFF_CAP_MS, limits.BACKOFF_BASE_MS << min(state.failures - 1, 20))
    return max(retry_after_ms, int(draw * ceiling))


def smaller(max_events: int) -> int:
    """After a timeout or 413."""
    return max(limits.PUSH_EVENTS_MIN, max_events // 2)


def larger(max_events: int) -> int:
    """After a success."""
    return min(limits.PUSH_EVENTS_MAX, max_events + limits.PUSH_EVENTS_STEP)
