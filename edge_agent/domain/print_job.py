"""One document on its way to paper. UNKNOWN is never printed again by itself."""

from edge_agent.domain.machine import Table

TABLE: Table = {
    ("NONE", "PrintQueued"): "QUEUED",
    ("QUEUED", "PrintStarted"): "SENDING",
    ("QUEUED", "failed"): "FAILED",
    ("QUEUED", "unknown"): "UNKNOWN",
    ("SENDING", "printed"): "PRINTED",
    ("SENDING", "likely"): "LIKELY",
    ("SENDING", "failed"): "FAILED",
    ("SENDING", "unknown"): "UNKNOWN",
    ("FAILED", "shown"): "SHOWN",
    ("UNKNOWN", "shown"): "SHOWN",
}

DONE = frozenset({"PRINTED", "LIKELY"})
DELIVERED = DONE | {"SHOWN"}
IN_DOUBT = frozenset({"FAILED", "UNKNOWN"})
