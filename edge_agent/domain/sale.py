"""The sale: from the first choice to the end. Paper is not its business: see print_job."""

from edge_agent.domain.machine import Table

TABLE: Table = {
    ("NONE", "SaleOpened"): "OPEN",
    ("OPEN", "SalePriced"): "PRICED",
    ("PRICED", "SalePriced"): "PRICED",
    ("PRICED", "PaymentRequested"): "AWAITING_PAYMENT",
    ("PRICED", "SaleSettled"): "SETTLED",
    ("AWAITING_PAYMENT", "SalePriced"): "PRICED",
    ("AWAITING_PAYMENT", "SaleSettled"): "SETTLED",
    ("SETTLED", "SaleFulfilled"): "FULFILLED",
    ("FULFILLED", "SaleClosed"): "CLOSED",
    ("OPEN", "SaleCancelled"): "CANCELLED",
    ("PRICED", "SaleCancelled"): "CANCELLED",
    ("AWAITING_PAYMENT", "SaleCancelled"): "CANCELLED",
    ("OPEN", "SaleAbandoned"): "ABANDONED",
    ("PRICED", "SaleAbandoned"): "ABANDONED",
    ("AWAITING_PAYMENT", "SaleAbandoned"): "ABANDONED",
}

FINAL = frozenset({"CLOSED", "CANCELLED", "ABANDONED"})
