"""A sliding window of attempts per key, so that passwords cannot be guessed by trying.

Time comes in as seconds of a monotonic clock. The window lives in memory: one process, one window.
"""

from collections import deque
from math import ceil

KEYS_MAX = 10_000


class RateLimit:
    """At most ``most`` attempts per key within ``window_s``."""

    def __init__(self, most: int, window_s: float) -> None:
        self._most = most
        self._window_s = window_s
        self._attempts: dict[str, deque[float]] = {}

    def wait_s(self, key: str, now_s: float) -> int:
        """Whole seconds until another attempt is allowed; 0 when it is allowed now."""
        attempts = self._attempts.get(key)
        if attempts is None:
            return 0
        self._expire(attempts, now_s)
        if len(attempts) < self._most:
            return 0
        return max(1, ceil(attempts[0] + self._window_s - now_s))

    def count(self, key: str, now_s: float) -> None:
        """An attempt is being made."""
        if len(self._attempts) >= KEYS_MAX:
            self._forget_idle(now_s)
        self._attempts.setdefault(key, deque()).append(now_s)

    def uncount(self, key: str) -> None:
        """The latest attempt was a legitimate one: it does not count."""
        attempts = self._attempts.get(key)
        if attempts:
            attempts.pop()

    def _expire(self, attempts: deque[float], now_s: float) -> None:
        while attempts and now_s - attempts[0] >= self._window_s:
            attempts.popleft()

    def _forget_idle(self, now_s: float) -> None:
        for key, attempts in list(self._attempts.items()):
            self._expire(attempts, now_s)
            if not attempts:
                del self._attempts[key]
