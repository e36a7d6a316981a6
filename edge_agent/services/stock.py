"""How much of a service this totem may still sell today, counted from the journal's own tables.

Taken is what a sale under way asks for and what a valid ticket stands for; a sale that was given up
or given back frees it. Counted again inside the sale's own deed, by the journal's one pen: two
sales never take the last one, and a restart forgets nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from edge_agent.domain.catalogue import Catalogue, Choice
from edge_agent.journal.writer import Writing
from edge_agent.services.errors import RefusedError

Execute = Callable[[str, Sequence[object]], Any]

_TAKEN = """
SELECT line.value ->> '$.service', sum(line.value ->> '$.quantity')
FROM sales, json_each(sales.lines) AS line
WHERE sales.business_day = ? AND sales.sale != ? AND (
  sales.state IN ('PRICED', 'AWAITING_PAYMENT', 'AWAITING_DELIVERY') OR EXISTS (
    SELECT 1 FROM tickets WHERE tickets.sale = sales.sale AND tickets.state != 'CANCELLED'))
GROUP BY 1
"""


def left(execute: Execute, catalogue: Catalogue, day: str, but: str = "") -> dict[str, int]:
    """Service -> how many are left on this business day, for those that have an end; ``but`` the
    sale that asks.
    """
    limited = {it.id: it.stock for it in catalogue.services.values() if it.stock is not None}
    if not limited:
        return {}
    taken: dict[str, int] = dict(execute(_TAKEN, (day, but)).fetchall())
    return {service: max(0, stock - taken.get(service, 0)) for service, stock in limited.items()}


def wanted(cart: Sequence[Choice]) -> dict[str, int]:
    """Service -> how many of it, over all lines."""
    total: dict[str, int] = {}
    for choice in cart:
        total[choice.service] = total.get(choice.service, 0) + choice.quantity
    return total


def take(writing: Writing, catalogue: Catalogue, cart: Sequence[Choice], sale: str) -> None:
    """Whether this sale may have what it asks for. Raises RefusedError, before any money."""
    remaining = left(writing.db.execute, catalogue, writing.stamp.business_day, sale)
    for service, count in wanted(cart).items():
        if count > remaining.get(service, count):
            raise RefusedError("sold-out", f"Only {remaining[service]} of {service!r} are left.")
