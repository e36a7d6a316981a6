"""The part of a catalogue file that says what can be had when: options, stock and opening hours.

Each check raises CatalogueFileError with the field that is wrong.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from central.domain.errors import CatalogueFileError
from central.domain.fields import check_words, require
from sync_protocol import limits
from sync_protocol.feed import SPAN, WEEKDAYS, Option, OptionGroup, Service, SitePolicy

ID = re.compile(r"^[a-z0-9][a-z0-9_-]{0,39}\Z")
NAME_MAX = 40
LAST_TICKET_MINUTES_MAX = 12 * 60


def check_offer(where: str, service: Service, methods: Iterable[str]) -> None:
    """A service's options, stock and hours."""
    known = tuple(methods)
    seen: set[str] = set()
    for place, group in enumerate(service.options):
        at = f"{where}.options[{place}]"
        require(ID.match(group.id) is not None, f"{at}.id", "a-z, 0-9, - and _")
        require(group.id not in seen, f"{at}.id", f"unique: {group.id} is there twice")
        seen.add(group.id)
        _check_group(at, group)
    picks: set[str] = set()
    for at, option in _options(where, service):
        require(ID.match(option.id) is not None, f"{at}.id", "a-z, 0-9, - and _")
        require(option.id not in picks, f"{at}.id", f"unique in its service: {option.id}")
        picks.add(option.id)
        check_words(f"{at}.name", option.name)
        require(len(option.name.pt) <= NAME_MAX, f"{at}.name.pt", f"at most {NAME_MAX} characters")
        _check_extra(f"{at}.extra_minor", option, known)
    most = sum(group.picks_max for group in service.options)
    wanted = f"at most {limits.OPTIONS_MAX} picks in all"
    require(most <= limits.OPTIONS_MAX, f"{where}.options", wanted)
    _check_payable(where, service)
    require(service.stock is None or service.stock >= 0, f"{where}.stock", "0 or more")
    check_weekly(f"{where}.hours", service.hours)


def check_calendar(policy: SitePolicy) -> None:
    """The site's hours and its exceptions."""
    check_weekly("policy.hours", policy.hours)
    for day, spans in policy.exceptions.items():
        at = f"policy.exceptions.{day}"
        require(_is_date(day), at, "named by a date, YYYY-MM-DD")
        _check_spans(at, spans)
    within = 0 <= policy.last_ticket_minutes <= LAST_TICKET_MINUTES_MAX
    wanted = f"0 to {LAST_TICKET_MINUTES_MAX}"
    require(within, "policy.last_ticket_minutes", wanted)


def check_weekly(where: str, weekly: Mapping[str, list[str]]) -> None:
    """Spans by day of the week."""
    for day, spans in weekly.items():
        require(day in WEEKDAYS, f"{where}.{day}", f"one of {', '.join(WEEKDAYS)}")
        _check_spans(f"{where}.{day}", spans)


def check_option_fields(where: str, row: Mapping[str, Any]) -> None:
    """A misspelt field of an option would silently keep its default: name it instead."""
    for place, group in enumerate(row.get("options", [])):
        at = f"{where}.options[{place}]"
        _check_known(at, group, OptionGroup)
        for number, option in enumerate(group["choices"]):
            _check_known(f"{at}.choices[{number}]", option, Option)


def _check_group(at: str, group: OptionGroup) -> None:
    check_words(f"{at}.name", group.name)
    offered = sum(option.active for option in group.choices)
    require(bool(group.choices), f"{at}.choices", "at least one")
    require(group.picks_max >= 1, f"{at}.picks_max", "1 or more")
    require(0 <= group.picks_min <= group.picks_max, f"{at}.picks_min", "0 to picks_max")
    wanted = f"at most the {offered} active choices"
    require(group.picks_min <= offered, f"{at}.picks_min", wanted)


def _check_extra(at: str, option: Option, methods: tuple[str, ...]) -> None:
    extra = option.extra_minor
    by_method = {"": extra} if isinstance(extra, int) else extra
    for method, minor in by_method.items():
        name = f"{at}.{method}" if method else at
        require(not method or method in methods, name, f"one of {', '.join(methods)}")
        within = 0 <= minor <= limits.AMOUNT_MINOR_MAX
        require(within, name, f"0 to {limits.AMOUNT_MINOR_MAX} minor units")


def _check_payable(where: str, service: Service) -> None:
    """Whatever is picked, each method that pays for the service pays for it all."""
    for at, option in _options(where, service):
        extra = option.extra_minor
        if isinstance(extra, int):
            continue
        is_free = not any(service.prices.values())
        require(not is_free, f"{at}.extra_minor", "one amount, as the service itself is free")
        for method in service.prices:
            name = f"{at}.extra_minor.{method}"
            require(method in extra, name, "there: the service can be paid so")


def _options(where: str, service: Service) -> Iterable[tuple[str, Option]]:
    for place, group in enumerate(service.options):
        for number, option in enumerate(group.choices):
            yield f"{where}.options[{place}].choices[{number}]", option


def _check_spans(where: str, spans: list[str]) -> None:
    for place, span in enumerate(spans):
        at = f"{where}[{place}]"
        require(re.match(SPAN, span) is not None, at, "HH:MM-HH:MM")
        opens, closes = span.split("-")
        require(opens != closes, at, "longer than nothing; the whole day is 00:00-24:00")


def _check_known(where: str, row: Mapping[str, Any], shape: type[Struct]) -> None:
    for name in set(row) - set(shape.__struct_fields__):
        raise CatalogueFileError(f"{where}.{name}: there is no such field")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
