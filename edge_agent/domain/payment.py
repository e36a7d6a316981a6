"""One attempt to pay. A sale has at most one attempt that is not final.

REQUESTED is committed before the device is asked. A reader whose capability ``confirm`` is ``none``
leaves it by STORED_OFFLINE (approved by the card, no acquirer reached), DECLINED or CANCELLED.
"""

from edge_agent.domain.machine import Table

TABLE: Table = {
    ("NONE", "PaymentRequested"): "REQUESTED",
    ("REQUESTED", "PaymentStoredOffline"): "STORED_OFFLINE",
    ("REQUESTED", "PaymentDeclined"): "DECLINED",
    ("REQUESTED", "PaymentCancelled"): "CANCELLED",
    ("REQUESTED", "VoucherIssued"): "VOUCHER_ISSUED",
}

FINAL = frozenset({"STORED_OFFLINE", "DECLINED", "CANCELLED", "VOUCHER_ISSUED"})
