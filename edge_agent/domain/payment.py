"""One attempt to pay. A sale has at most one attempt that is not final.

REQUESTED is committed before the device is asked. What leaves it depends on the reader's capability
``confirm``. none: STORED_OFFLINE (approved by the card, no acquirer reached). ack_then_final:
AUTHORISED before the reader is acknowledged, CONFIRMED at its final answer. host_two_phase:
AUTHORISED, then the ticket is delivered, then CONFIRMED or UNDONE. UNKNOWN is left by the far end's
answer only, or to a person: the statement will tell (MANUAL_REVIEW). A PIX is ACTIVE while its QR
may be seen; money that comes when the attempt is over is PAID_LATE, and ends as a ticket or a
refund.
"""

from edge_agent.domain.machine import Table

TABLE: Table = {
    ("NONE", "PaymentRequested"): "REQUESTED",
    ("REQUESTED", "PaymentStoredOffline"): "STORED_OFFLINE",
    ("REQUESTED", "PaymentAuthorised"): "AUTHORISED",
    ("REQUESTED", "PaymentDeclined"): "DECLINED",
    ("REQUESTED", "PaymentCancelled"): "CANCELLED",
    ("REQUESTED", "PaymentUnknown"): "UNKNOWN",
    ("REQUESTED", "VoucherIssued"): "VOUCHER_ISSUED",
    ("AUTHORISED", "PaymentConfirmed"): "CONFIRMED",
    ("AUTHORISED", "PaymentUndone"): "UNDONE",
    ("AUTHORISED", "PaymentUnknown"): "UNKNOWN",
    ("UNKNOWN", "PaymentAuthorised"): "AUTHORISED",
    ("UNKNOWN", "PaymentDeclined"): "DECLINED",
    ("UNKNOWN", "PaymentCancelled"): "CANCELLED",
    ("UNKNOWN", "PaymentUndone"): "UNDONE",
    ("UNKNOWN", "ReviewRequested"): "MANUAL_REVIEW",
    ("STORED_OFFLINE", "PaymentForwarding"): "FORWARDING",
    ("FORWARDING", "PaymentForwarded"): "CONFIRMED",
    ("FORWARDING", "PaymentDeclinedLate"): "DECLINED_LATE",
    ("DECLINED_LATE", "PaymentRecovered"): "RECOVERED",
    ("DECLINED_LATE", "PaymentWrittenOff"): "WRITTEN_OFF",
    ("VOUCHER_ISSUED", "VoucherSettled"): "COUNTER_SETTLED",
    ("REQUESTED", "PixActivated"): "ACTIVE",
    ("REQUESTED", "PixExpired"): "EXPIRED",
    ("ACTIVE", "PixConfirmed"): "CONFIRMED",
    ("ACTIVE", "PixExpired"): "EXPIRED",
    ("ACTIVE", "PaymentCancelled"): "CANCELLED",
    ("ACTIVE", "PaymentUnknown"): "UNKNOWN",
    ("UNKNOWN", "PixConfirmed"): "CONFIRMED",
    ("UNKNOWN", "PixExpired"): "EXPIRED",
    ("UNKNOWN", "PixPaidLate"): "PAID_LATE",
    ("EXPIRED", "PixPaidLate"): "PAID_LATE",
    ("CANCELLED", "PixPaidLate"): "PAID_LATE",
    ("DECLINED", "PixPaidLate"): "PAID_LATE",
    ("PAID_LATE", "PixHonoured"): "HONOURED",
    ("PAID_LATE", "PixRefundRequested"): "REFUND_REQUESTED",
    ("CONFIRMED", "RefundRequested"): "REFUND_REQUESTED",
    ("REFUND_REQUESTED", "PaymentRefunded"): "REFUNDED",
    ("REFUND_REQUESTED", "RefundFailed"): "REFUND_FAILED",
    ("REFUND_FAILED", "PaymentRefunded"): "REFUNDED",
}

UNDECIDED = frozenset({"REQUESTED", "ACTIVE", "AUTHORISED", "UNKNOWN"})
"""Money may move yet: the sale takes no other attempt."""

AT_RISK = frozenset({"STORED_OFFLINE", "FORWARDING"})
"""A card said yes and no acquirer did."""

PAID_BY_CARD = frozenset(
    {"AUTHORISED", "CONFIRMED", "DECLINED_LATE", "RECOVERED", "WRITTEN_OFF", *AT_RISK}
)
"""A card stands behind the ticket."""

PAID = PAID_BY_CARD | {"COUNTER_SETTLED", "HONOURED"}
"""Money stands behind the ticket."""
