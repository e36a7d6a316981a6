"""What Prometheus can ask an agent. One registry of our own, so that no library adds to it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

REGISTRY = CollectorRegistry()
PAYMENTS = Counter("totem_payments", "Payment attempts ended", ["outcome"], registry=REGISTRY)
PRINTS = Counter("totem_prints", "Print jobs ended", ["outcome"], registry=REGISTRY)
TICKETS = Counter("totem_tickets_issued", "Tickets issued", ["kind"], registry=REGISTRY)
SYNC_ROUNDS = Counter("totem_sync_rounds", "Sync rounds", ["result"], registry=REGISTRY)
OUTBOX = Gauge("totem_outbox_events", "Events central does not hold yet", registry=REGISTRY)
ONLINE = Gauge("totem_online", "1 while central answers", registry=REGISTRY)
LAST_ACK = Gauge("totem_last_ack_timestamp_seconds", "When central last acked", registry=REGISTRY)
BACKOFF_FAILURES = Gauge(
    "totem_sync_backoff_failures", "Failed sync rounds in a row", registry=REGISTRY
)
DEVICE_UP = Gauge("totem_device_up", "1 while the device works", ["device"], registry=REGISTRY)
HELP_CALLS = Counter("totem_help_calls", "Customers who called a person", registry=REGISTRY)
HELP_WANTED = Gauge("totem_help_wanted", "1 while a customer waits for a person", registry=REGISTRY)
WORK_DEATHS = Counter(
    "totem_work_deaths", "Background works that died", ["work"], registry=REGISTRY
)
PAN_REDACTED = Counter(
    "totem_pan_redacted", "Card numbers kept out of the logs: each is a defect", registry=REGISTRY
)


def exposition() -> bytes:
    """The text format."""
    return generate_latest(REGISTRY)
