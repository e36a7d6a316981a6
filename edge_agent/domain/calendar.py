"""Opening hours: whether a place is open at an instant, and when it opens again.

Hours are wall-clock spans in the site's time zone. They are turned into instants day by day, so
that a day that loses or gains an hour is right: a span begins at the first of two equal wall times
and ends at the last. Spans that touch are one: a night over midnight has no closing hour in it.
What cannot be read, and hours nobody set, never close anything.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from sync_protocol.feed import SPAN, WEEKDAYS

DAYS_AHEAD = 370
"""How far the next opening is looked for."""

_WHOLE_DAY = ("00:00-24:00",)
_NEAR = 3


class Hours(Struct, frozen=True):
    """``weekly`` and ``exceptions`` as in feed.SitePolicy; ``last_ticket_minutes`` before its end a
    span takes nobody in any more.
    """

    weekly: Mapping[str, Sequence[str]] = field(default_factory=dict)
    exceptions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    last_ticket_minutes: int = 0

    def is_set(self) -> bool:
        """Whether there is anything to keep to, and all of it can be read."""
        days = [*self.weekly.values(), *self.exceptions.values()]
        return bool(days) and all(re.match(SPAN, span) for spans in days for span in spans)


class Opening(NamedTuple):
    """From an instant to another, UTC."""

    opens: datetime
    closes: datetime


def is_open(hours: Hours, zone: ZoneInfo, now: datetime) -> bool:
    """Whether somebody may come in at ``now``, an aware instant."""
    if not hours.is_set():
        return True
    last = timedelta(minutes=hours.last_ticket_minutes)
    return any(it.opens <= now < it.closes - last for it in _around(hours, zone, now, _NEAR))


def opens_next(hours: Hours, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The local time of the next opening after ``now``; None when there is none for a year."""
    last = timedelta(minutes=hours.last_ticket_minutes)
    for days in (_NEAR, DAYS_AHEAD):
        for it in _around(hours, zone, now, days):
            if now < it.opens < it.closes - last:
                return it.opens.astimezone(zone)
    return None


def spoken(opening: datetime, now: datetime) -> str:
    """What the screen says of an opening: ``08:00`` today, ``mon 08:00`` within a week,
    ``28/12 08:00`` later. Both are times of the same zone.
    """
    days = (opening.date() - now.date()).days
    clock = opening.strftime("%H:%M")
    if days == 0:
        return clock
    if days < len(WEEKDAYS):
        return f"{WEEKDAYS[opening.weekday()]} {clock}"
    return f"{opening:%d/%m} {clock}"


def _around(hours: Hours, zone: ZoneInfo, now: datetime, ahead: int) -> list[Opening]:
    """Openings from the day before ``now`` on, in order, those that touch put together. The last
    may be cut off at the end of the days that were looked at.
    """
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=count) for count in range(-1, ahead + 1)]
    found = sorted(it for day in days for it in _of_day(hours, zone, day))
    joined: list[Opening] = []
    for opening in found:
        if joined and opening.opens <= joined[-1].closes:
            closes = max(joined[-1].closes, opening.closes)
            joined[-1] = Opening(joined[-1].opens, closes)
        else:
            joined.append(opening)
    return joined


def _of_day(hours: Hours, zone: ZoneInfo, day: date) -> Iterable[Opening]:
    """The spans that begin on this local date."""
    usual = hours.weekly.get(WEEKDAYS[day.weekday()], ()) if hours.weekly else _WHOLE_DAY
    for span in hours.exceptions.get(day.isoformat(), usual):
        opens, closes = span.split("-")
        goes_on = closes <= opens
        until = day + timedelta(days=1) if goes_on else day
        yield Opening(
            _instant(day, opens, zone, is_end=False), _instant(until, closes, zone, is_end=True)
        )


def _instant(day: date, clock: str, zone: ZoneInfo, *, is_end: bool) -> datetime:
    """A wall time as an instant. One that comes twice begins at the first and ends at the last."""
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    local = datetime.combine(day, time.fromisoformat(clock), zone)
    first = local.astimezone(UTC)
    return max(first, local.replace(fold=1).astimezone(UTC)) if is_end else first
