"""The only place where the agent reads a clock."""

import time


class SystemClock:
    """Monotonic seconds for waiting, wall milliseconds for telling."""

    def monotonic(self) -> float:
        return time.monotonic()

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
