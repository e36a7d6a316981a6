"""What the agent settles at start, before any screen is served.

A card payment that was asked for and not committed moved no money where the reader forwards
nothing by itself: the attempt is closed as declined (approval_discarded) and its sale abandoned.
With any other reader it is UNKNOWN, and the resolver asks; a PIX always is, and central is asked.
A card payment that was being taken back is in doubt: it is owed, and may be tried again.
A ticket whose payment waits for its delivery and whose paper did not come out before the cut is
not printed now: the resolver gives the money back.
A print that was under way may or may not have come out: it is never repeated by itself, a case says
what to do. A print that was only queued is printed now.

After a restore nothing of the time before it is settled until central gave back what was lost: the
payment that looks open here may have been paid.
"""

from collections.abc import Callable
from typing import Literal

from edge_agent.journal.writer import Writing
from edge_agent.services.refunds import doubt_refund
from sync_protocol import events
from sync_protocol.ids import parse_name

Concerns = Callable[[str], bool]
"""Whether what has this name is to be settled."""

TODO_PRINT = (
    "Power or the printer failed while ticket {number} was printing. Look for the paper; if it is "
    "not there, print a second copy (2ª via). The ticket is valid either way."
)


def settle_at_boot(writing: Writing) -> int:
    """The deed; returns how many things it settled. Idempotent: a second run finds nothing."""
    return _settle(writing, lambda _: True, ("SENDING",))


def settle_earlier_epochs(writing: Writing) -> int:
    """The same for what earlier epochs left open, while customers may be served already. What
    they left queued is not printed either: nobody may be there to take it.
    """
    epoch = writing.head.epoch
    return _settle(writing, lambda name: parse_name(name).epoch < epoch, ("QUEUED", "SENDING"))


def _settle(writing: Writing, concerns: Concerns, in_doubt: tuple[str, ...]) -> int:
    return (
        _close_requests(writing, concerns)
        + _doubt_refunds(writing, concerns)
        + _abandon_sales(writing, concerns)
        + _doubt_prints(writing, concerns, in_doubt)
    )


def _close_requests(writing: Writing, concerns: Concerns) -> int:
    found = writing.rows(
        "SELECT payment, sale, confirm, method FROM payments "
        "WHERE state IN ('REQUESTED', 'ACTIVE') ORDER BY payment"
    )
    open_requests = [row for row in found if concerns(row[0])]
    for payment, sale, confirm, method in open_requests:
        if confirm == "none" and method != "pix":
            writing.append(events.PaymentDeclined(payment, sale, "approval_discarded"))
        else:
            writing.append(events.PaymentUnknown(payment, sale, "power_cut"))
    return len(open_requests)


def _doubt_refunds(writing: Writing, concerns: Concerns) -> int:
    found = writing.rows(
        "SELECT payment, sale FROM payments "
        "WHERE state = 'REFUND_REQUESTED' AND method != 'pix' ORDER BY payment"
    )
    under_way = [row for row in found if concerns(row[0])]
    for payment, sale in under_way:
        doubt_refund(writing, payment, sale)
    return len(under_way)


def _abandon_sales(writing: Writing, concerns: Concerns) -> int:
    found = writing.rows(
        "SELECT sale FROM sales WHERE state IN ('OPEN', 'PRICED', 'AWAITING_PAYMENT') "
        "AND NOT EXISTS (SELECT 1 FROM payments WHERE payments.sale = sales.sale "
        "AND payments.state IN ('VOUCHER_ISSUED', 'UNKNOWN', 'AUTHORISED', 'PAID_LATE')) "
        "ORDER BY sale"
    )
    left = [sale for (sale,) in found if concerns(sale)]
    for sale in left:
        writing.append(events.SaleAbandoned(sale, "restart"))
    return len(left)


def _doubt_prints(writing: Writing, concerns: Concerns, states: tuple[str, ...]) -> int:
    found = writing.rows(
        "SELECT job, prints.sale, number, prints.state, sales.state, "
        "document != 'receipt' AND tickets.state != 'CANCELLED' FROM prints "
        "JOIN tickets USING (ticket) JOIN sales ON sales.sale = prints.sale "
        "WHERE prints.state IN ('QUEUED', 'SENDING') ORDER BY queued_seq"
    )
    under_way = [
        row
        for row in found
        if (row[3] in states or row[4] == "AWAITING_DELIVERY") and concerns(row[0])
    ]
    for job, sale, number, state, sale_state, is_wanted in under_way:
        outcome: Literal["unknown", "failed"] = "unknown" if state in states else "failed"
        writing.append(events.PrintFinished(job, outcome, "power_cut"))
        if sale_state != "AWAITING_DELIVERY" and is_wanted:
            todo = TODO_PRINT.format(number=number)
            writing.append(events.CaseOpened(sale, "print_in_doubt", todo))
    return len(under_way)
