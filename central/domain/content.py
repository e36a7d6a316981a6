"""Does a body say what its type promises? Checked before anything is folded, so that a projection
always fits.

Fields of the same name mean the same in every event, so the rules are one table by field name. A
fault is
never a reason to refuse a push: the row is quarantined and the head advances (protocol.md 4.5).
"""

import re
from collections.abc import Callable
from typing import Any

from sync_protocol import accounts, limits
from sync_protocol.errors import BadContentError
from sync_protocol.events import TYPES, Body, CaseOpened, SalePriced, SaleSettled
from sync_protocol.ids import parse_name

_CURRENCY = re.compile(r"^[A-Z]{3}$")
_NUL = b"\\u0000"


def check(totem: str, body: Body, raw: bytes) -> None:
    """Raises BadContentError saying which field is wrong and how."""
    if _NUL in raw:
        raise BadContentError("a text holds the NUL character")
    for name, rule in _RULES_OF[type(body)]:
        fault = rule(totem, getattr(body, name))
        if fault and not (name == "sale" and isinstance(body, CaseOpened) and body.sale == ""):
            raise BadContentError(f"{name}: {fault}")
    _check_sums(body)


def own_name(totem: str, value: object) -> bool:
    """Whether ``value`` names an event of this totem: a totem touches only its own rows."""
    try:
        return isinstance(value, str) and parse_name(value).totem == totem
    except ValueError:
        return False


def _names(totem: str, value: Any) -> str:
    return "" if own_name(totem, value) else f"{value!r:.80} does not name an event of {totem}"


def _currency(_: str, value: Any) -> str:
    return "" if _CURRENCY.match(value) else f"{value!r:.20} is not a currency"


def _amount(_: str, value: Any) -> str:
    within = 0 <= value <= limits.AMOUNT_MINOR_MAX
    return "" if within else f"{value} is not between 0 and {limits.AMOUNT_MINOR_MAX}"


def _short(most: int) -> Callable[[str, Any], str]:
    def rule(_: str, value: Any) -> str:
        return "" if len(value) <= most else f"is longer than {most} characters"

    return rule


def _check_sums(body: Body) -> None:
    if isinstance(body, SalePriced):
        if len(body.lines) > limits.LINES_MAX:
            raise BadContentError(f"lines: {len(body.lines)}, {limits.LINES_MAX} allowed")
        if sum(line.total_minor for line in body.lines) != body.total_minor:
            raise BadContentError("total_minor: is not the sum of the lines")
    if isinstance(body, SaleSettled):
        if any(len(who) > 32 or minor < 0 for who, minor in body.by_entity.items()):
            raise BadContentError("by_entity: an entity is too long or an amount negative")
        if sum(leg.amount_minor for leg in accounts.legs(body)):
            raise BadContentError("by_entity: is not the sum of total_minor")


_RULES: dict[str, Callable[[str, Any], str]] = {
    "sale": _names,
    "ticket": _names,
    "job": _names,
    "case": _names,
    "currency": _currency,
    "total_minor": _amount,
    "amount_minor": _amount,
    "number": _short(16),
    "kind": _short(32),
}
_RULES_OF: dict[type[Body], list[tuple[str, Callable[[str, Any], str]]]] = {
    kind: [(name, _RULES[name]) for name in kind.__struct_fields__ if name in _RULES]
    for kind in TYPES.values()
}
