"""The ticket: a place in the queue. It is issued in the sale's own transaction, whatever the paper
does.
"""

from edge_agent.domain.machine import Table

TABLE: Table = {
    ("NONE", "TicketIssued"): "ISSUED",
    ("ISSUED", "TicketCancelled"): "CANCELLED",
    ("ISSUED", "TicketConsumed"): "CONSUMED",
}


def number_of(prefix: str, series: str, count: int) -> str:
    """What the customer reads and hears: ``C`` + ``A`` + 42 is ``CA042``."""
    return f"{prefix}{series}{count:03d}"
