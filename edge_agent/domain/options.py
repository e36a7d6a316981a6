"""The options of a service: what may be picked together, and what it adds to the price of each.

A pick is an option's id. Picks stand in the catalogue's order, so that the same choice is the same
line whatever was touched first.
"""

from collections.abc import Iterable

from sync_protocol.events import Method
from sync_protocol.feed import Option, OptionGroup, Service


def offered(group: OptionGroup) -> list[Option]:
    """The group's choices that are on sale."""
    return [option for option in group.choices if option.active]


def picked(service: Service, picks: Iterable[str]) -> list[Option]:
    """The options behind these picks, in the catalogue's order; unknown ones are left out."""
    wanted = set(picks)
    return [it for group in service.options for it in offered(group) if it.id in wanted]


def arranged(service: Service, picks: Iterable[str]) -> tuple[str, ...]:
    """The picks in the catalogue's order, each once. Where a question takes one answer, the newest
    stands. An unknown pick stays, at the end, for ``fault`` to name.
    """
    newest = list(dict.fromkeys(reversed(list(picks))))
    kept: list[str] = []
    for group in service.options:
        ours = {option.id for option in offered(group)}
        mine = [pick for pick in newest if pick in ours]
        chosen = set(mine[:1] if group.picks_max == 1 else mine)
        kept += [option.id for option in offered(group) if option.id in chosen]
        newest = [pick for pick in newest if pick not in ours]
    return (*kept, *reversed(newest))


def missing(service: Service, picks: Iterable[str]) -> list[str]:
    """Ids of the questions that still need an answer."""
    wanted = set(picks)
    return [group.id for group in service.options if _count(group, wanted) < group.picks_min]


def fault(service: Service, picks: tuple[str, ...]) -> tuple[str, str] | None:
    """(problem code, what to do) of picks that cannot stand; unanswered questions are no fault
    here.
    """
    known = {option.id for option in picked(service, picks)}
    for pick in picks:
        if pick not in known:
            return "unknown-option", f"{service.id} has no option {pick!r}."
    for group in service.options:
        if _count(group, known) > group.picks_max:
            return "too-many-options", f"{group.id}: at most {group.picks_max} of them."
    return None


def extra_minor(option: Option, method: Method) -> int | None:
    """What it adds by this method, minor units; None when the method cannot pay for it."""
    extra = option.extra_minor
    if isinstance(extra, int):
        return extra
    return extra.get(method) if any(extra.values()) else 0


def _count(group: OptionGroup, picks: set[str]) -> int:
    return sum(option.id in picks for option in offered(group))
