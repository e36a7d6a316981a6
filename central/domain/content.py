"""Does a body say what its type promises, beyond its shape? Checked before it is folded.

Shape, amounts and currency are the contract's (sync_protocol.events); here is what only
headquarters can ask: that names are this totem's, that texts fit their columns and that sums add
up. A fault is never a reason to refuse a push: the row is quarantined and the head advances
(PROTOCOL.md §5).
"""

from sync_protocol import accounts
from sync_protocol.errors import BadContentError
from sync_protocol.events import Body, CaseOpened, SalePriced, SaleSettled
from sync_protocol.ids import parse_name

NAMES = ("sale", "payment", "ticket", "job", "case")
LENGTHS = {"number": 16, "kind": 32}
ENTITY_MAX = 32


def check(totem: str, body: Body) -> None:
    """Raises BadContentError saying which field is wrong and how."""
    optional = isinstance(body, CaseOpened)
    for field in NAMES:
        name = getattr(body, field, None)
        if isinstance(name, str) and not own_name(totem, name) and not (optional and not name):
            raise BadContentError(f"{field}: {name!r:.80} does not name an event of {totem}")
    for field, most in LENGTHS.items():
        if len(getattr(body, field, "")) > most:
            raise BadContentError(f"{field}: is longer than {most} characters")
    _check_sums(body)


def own_name(totem: str, name: str) -> bool:
    """Whether ``name`` names an event of this totem: a totem touches only its own rows."""
    try:
        return parse_name(name).totem == totem
    except ValueError:
        return False


def _check_sums(body: Body) -> None:
    if isinstance(body, SalePriced):
        lines_minor = sum(line.total_minor for line in body.lines)
        if lines_minor != body.total_minor:
            raise BadContentError(f"total_minor: the lines add up to {lines_minor}")
    if isinstance(body, SaleSettled):
        if any(len(entity) > ENTITY_MAX for entity in body.by_entity):
            raise BadContentError("by_entity: the name of an entity is too long")
        if sum(leg.amount_minor for leg in accounts.legs(body)):
            raise BadContentError("by_entity: does not add up to total_minor")
