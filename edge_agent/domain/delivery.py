"""Two-phase payments: the far end holds the money until we say whether the customer got the ticket.

One table for the running totem and for the boot after a power cut, where nobody can be asked: what
is decided follows from what is committed, so that a decision cut short is taken again the same way.
"""

from collections.abc import Sequence
from typing import Literal

from edge_agent.domain.print_job import DELIVERED, IN_DOUBT

Decision = Literal["confirm", "undo", "revoke", "wait"]
"""``revoke``: the ticket is cancelled first, in a commit of its own, then the payment is undone."""


def decide(ticket: str, copies: Sequence[str], is_customer_there: bool) -> Decision:
    """What becomes of an authorised payment: states of its ticket and of the ticket's copies, the
    newest last. One copy that came out is a ticket delivered, whatever became of the others.

    A customer who is still there may accept the number from the screen or ask for a second copy.
    """
    if ticket == "CANCELLED":
        return "undo"
    if ticket == "CONSUMED" or any(it in DELIVERED for it in copies):
        return "confirm"
    if copies and copies[-1] in IN_DOUBT:
        return "wait" if is_customer_there else "revoke"
    return "wait"
