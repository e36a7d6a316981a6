"""Who is served when everybody comes at once: shed from the bottom, so that live sales get through.

Probes and epochs always; live sales up to a queue that is short; a backlog and snapshots only while
there is room to spare. Who is shed comes again after a pause that is not everybody's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from random import randint

from central.metrics import Metrics
from central.services.refusals import RefusalError
from sync_protocol import limits
from sync_protocol.messages import Push

WAIT_S = (2, 15)


class Kind(Enum):
    """What a totem wants, the most urgent first."""

    PROBE = "probe"
    LIVE = "live"
    BACKLOG = "backlog"
    SNAPSHOT = "snapshot"


def kind_of(push: Push) -> Kind:
    """A push that leaves more than another full one behind it is of a backlog."""
    if not push.events:
        return Kind.PROBE
    left = push.declared.seq - push.head.seq
    return Kind.BACKLOG if left > limits.PUSH_EVENTS_MAX else Kind.LIVE


class Admission:
    """Counts what is under way in one instance; ``room`` is what its database serves at once."""

    def __init__(self, room: int, metrics: Metrics) -> None:
        self._room = room
        self.metrics = metrics
        self._busy = 0
        self._most = {
            Kind.LIVE: 4 * room,
            Kind.BACKLOG: max(1, room // 2),
            Kind.SNAPSHOT: max(1, room // 4),
        }

    @contextmanager
    def admitted(self, kind: Kind) -> Iterator[None]:
        """For the length of the work. Raises RefusalError overloaded."""
        if self._busy >= self._most.get(kind, self._busy + 1):
            self.metrics.shed.labels(kind.value).inc()
            raise RefusalError("overloaded", "Others go first. Nothing was lost.", wait_s=_pause())
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1

    def max_events(self) -> int:
        """How large the next push may be: less while the database has no room to spare."""
        full = self._busy > self._room
        return limits.PUSH_EVENTS_STEP if full else limits.PUSH_EVENTS_MAX


def _pause() -> int:
    return randint(*WAIT_S)
