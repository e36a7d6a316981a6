"""What central counts about itself, for Prometheus. One registry per app, so that tests do not
share counts.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_LATENCY_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """Every metric of the sync side."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.pushes = Counter(
            "totem_central_pushes", "Pushes, by verdict", ["verdict"], registry=self.registry
        )
        self.events = Counter(
            "totem_central_events", "Events taken, by status", ["status"], registry=self.registry
        )
        self.duplicates = Counter(
            "totem_central_duplicate_events", "Events held already", registry=self.registry
        )
        self.ack_latency_s = Histogram(
            "totem_central_ack_seconds",
            "From a push's last byte to its signed ack",
            registry=self.registry,
            buckets=_LATENCY_S,
        )
        self.refusals = Counter(
            "totem_central_refusals", "Problem answers, by code", ["code"], registry=self.registry
        )
        self.shed = Counter(
            "totem_central_shed", "Requests put off under load", ["kind"], registry=self.registry
        )
        self.enrolments = Counter(
            "totem_central_enrolments", "Totems enrolled", registry=self.registry
        )
        self.feed_waiters = Gauge(
            "totem_central_feed_waiters", "Long polls waiting now", registry=self.registry
        )
        self.feed_items = Counter(
            "totem_central_feed_items", "Feed items served", registry=self.registry
        )

    def exposition(self) -> bytes:
        """The text format that Prometheus scrapes."""
        return generate_latest(self.registry)
