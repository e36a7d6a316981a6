"""How much longer work takes on this box just now than it would with the box to itself."""

import threading
import time
from types import TracebackType

PIECE_S = 0.002
REST_S = 0.02


class Stretch:
    """Used as ``with``: small pieces of work all along, wall time against their own CPU time. A
    process that merely waits, or is blocked by its own fault, does not raise it. ``stopped_s`` is
    the longest time in which nothing went on here at all.
    """

    def __init__(self) -> None:
        self._wall_s = self._work_s = 0.0
        self.stopped_s = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Stretch":
        self._thread.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def factor(self) -> float:
        """At least 1."""
        return max(1.0, self._wall_s / self._work_s) if self._work_s else 1.0

    def _run(self) -> None:
        rested_s = time.monotonic()
        while not self._over.wait(REST_S):
            begun_s, end_s = time.monotonic(), time.thread_time() + PIECE_S
            self.stopped_s = max(self.stopped_s, begun_s - rested_s - REST_S)
            while time.thread_time() < end_s:
                pass
            rested_s = time.monotonic()
            self._wall_s += rested_s - begun_s
            self._work_s += PIECE_S
