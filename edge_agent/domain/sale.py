"""The sale: from the first choice to the end. Paper is not its business: see print_job."""

from edge_agent.domain.machine import Table

TABLE: Table = {
    ("NONE", "SaleOpened"): "OPEN",
    ("OPEN", "SalePriced"): "PRICED",
    ("PRICED", "SalePriced"): "PRICED",
    ("PRICED", "PaymentRequested"): "AWAITING_PAYMENT",
    ("PRICED", "SaleSettled"): "SETTLED",
    ("AWAITING_PAYMENT", "SalePriced"): "PRICED",
    ("AWAITING_PAYMENT", "PaymentAuthorised"): "AWAITING_DELIVERY",
    ("AWAITING_DELIVERY", "PaymentUndone"): "AWAITING_PAYMENT",
    ("AWAITING_DELIVERY", "SaleSettled"): "SETTLED",
    ("AWAITING_PAYMENT", "SaleSettled"): "SETTLED",
    ("SETTLED", "SaleFulfilled"): "FULFILLED",
    ("FULFILLED", "SaleClosed"): "CLOSED",
    ("PRICED", "PixHonoured"): "AWAITING_PAYMENT",
    ("AWAITING_PAYMENT", "PixHonoured"): "AWAITING_PAYMENT",
    ("CANCELLED", "PixHonoured"): "AWAITING_PAYMENT",
    ("ABANDONED", "PixHonoured"): "AWAITING_PAYMENT",
    ("SETTLED", "RefundRequested"): "REFUND_DUE",
    ("FULFILLED", "RefundRequested"): "REFUND_DUE",
    ("CLOSED", "RefundRequested"): "REFUND_DUE",
    ("REFUND_DUE", "PaymentRefunded"): "REFUNDED",
    ("OPEN", "SaleCancelled"): "CANCELLED",
    ("PRICED", "SaleCancelled"): "CANCELLED",
    ("AWAITING_PAYMENT", "SaleCancelled"): "CANCELLED",
    ("OPEN", "SaleAbandoned"): "ABANDONED",
    ("PRICED", "SaleAbandoned"): "ABANDONED",
    ("AWAITING_PAYMENT", "SaleAbandoned"): "ABANDONED",
    ("AWAITING_DELIVERY", "SaleAbandoned"): "ABANDONED",
}

FINAL = frozenset({"CLOSED", "CANCELLED", "ABANDONED", "REFUNDED"})
TAKEN = frozenset({"SETTLED", "FULFILLED", "CLOSED", "REFUND_DUE", "REFUNDED"})
"""The sale was settled once, whatever came after."""
