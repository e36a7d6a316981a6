"""Two-phase payments: the far end holds the money until we say whether the customer got the ticket.

One table for the running totem and for the boot after a power cut, where nobody can be asked: what
is decided follows from what is committed, so that a decision cut short is taken again the same way.
"""

from typing import Literal

from edge_agent.domain.print_job import DELIVERED, IN_DOUBT

Decision = Literal["confirm", "undo", "revoke", "wait"]
"""``revoke``: the ticket is cancelled first, in a commit of its own, then the payment is undone."""


def decide(ticket: str, newest_print: str, is_customer_there: bool) -> Decision:
    """What becomes of an authorised payment: states of its ticket and of the ticket's newest copy.

    A customer who is still there may accept the number from the screen or ask for a second copy.
    """
    if ticket == "CANCELLED":
        return "undo"
    if ticket == "CONSUMED" or newest_print in DELIVERED:
        return "confirm"
    if newest_print in IN_DOUBT:
        return "wait" if is_customer_there else "revoke"
    return "wait"
