"""Opening hours on good days, on days that lose or gain an hour, and over midnight."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from edge_agent.domain.calendar import Hours, is_open, opens_next, spoken
from sync_protocol.feed import WEEKDAYS

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
NEW_YORK = ZoneInfo("America/New_York")
OFFICE = Hours({day: ["08:00-12:00", "13:00-18:00"] for day in WEEKDAYS[:5]})
NIGHT = Hours({day: ["22:00-02:00"] for day in WEEKDAYS})
ALWAYS = Hours({day: ["00:00-24:00"] for day in WEEKDAYS}, last_ticket_minutes=60)


def at(text: str, zone: ZoneInfo = SAO_PAULO) -> datetime:
    """A local time as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def says(hours: Hours, now: datetime, zone: ZoneInfo = SAO_PAULO) -> str:
    opening = opens_next(hours, zone, now)
    return "" if opening is None else spoken(opening, now.astimezone(zone))


@pytest.mark.parametrize(
    ("moment", "is_it", "reopens"),
    [
        ("2026-11-23T07:59", False, "08:00"),
        ("2026-11-23T08:00", True, "13:00"),
        ("2026-11-23T11:59:59", True, "13:00"),
        ("2026-11-23T12:00", False, "13:00"),
        ("2026-11-23T18:00", False, "tue 08:00"),
        ("2026-11-27T18:00", False, "mon 08:00"),
        ("2026-11-28T10:00", False, "mon 08:00"),
    ],
)
def test_an_office_keeps_its_hours(moment: str, is_it: bool, reopens: str) -> None:
    assert is_open(OFFICE, SAO_PAULO, at(moment)) is is_it
    assert says(OFFICE, at(moment)) == reopens


def test_hours_that_nobody_set_or_nobody_can_read_close_nothing() -> None:
    now = at("2026-11-29T03:00")
    assert is_open(Hours(), SAO_PAULO, now)
    assert is_open(Hours({"sun": ["8h"]}), SAO_PAULO, now)
    assert is_open(Hours({"sun": ["08:00-25:00"]}), SAO_PAULO, now)


def test_a_night_over_midnight_belongs_to_the_day_it_began() -> None:
    friday = Hours({"fri": ["22:00-02:00"]})
    assert is_open(friday, SAO_PAULO, at("2026-11-28T01:59"))
    assert not is_open(friday, SAO_PAULO, at("2026-11-28T02:00"))
    assert not is_open(friday, SAO_PAULO, at("2026-11-27T01:00"))
    assert says(friday, at("2026-11-28T02:00")) == "fri 22:00"
    assert says(friday, at("2026-11-27T21:00")) == "22:00"


def test_the_last_ticket_is_given_before_the_end_of_all_spans_that_touch() -> None:
    hours = Hours({"mon": ["20:00-24:00"], "tue": ["00:00-03:00"]}, last_ticket_minutes=30)
    assert is_open(hours, SAO_PAULO, at("2026-11-23T23:45"))
    assert is_open(hours, SAO_PAULO, at("2026-11-24T02:29"))
    assert not is_open(hours, SAO_PAULO, at("2026-11-24T02:30"))


def test_a_site_that_never_closes_has_no_last_ticket() -> None:
    for hour in range(0, 24 * 8):
        assert is_open(ALWAYS, SAO_PAULO, at("2026-11-23T00:30") + timedelta(hours=hour))


def test_a_holiday_is_closed_and_another_day_has_other_hours() -> None:
    hours = Hours(OFFICE.weekly, {"2026-12-25": [], "2026-12-24": ["08:00-11:00"]})
    assert is_open(hours, SAO_PAULO, at("2026-12-24T10:00"))
    assert not is_open(hours, SAO_PAULO, at("2026-12-24T14:00"))
    assert not is_open(hours, SAO_PAULO, at("2026-12-25T10:00"))
    assert says(hours, at("2026-12-24T14:00")) == "mon 08:00"


def test_exceptions_alone_leave_every_other_day_open() -> None:
    hours = Hours(exceptions={"2026-12-25": []})
    assert is_open(hours, SAO_PAULO, at("2026-12-24T03:00"))
    assert not is_open(hours, SAO_PAULO, at("2026-12-25T10:00"))
    assert says(hours, at("2026-12-25T10:00")) == "sat 00:00"


def test_a_long_pause_is_told_by_its_date_and_an_endless_one_by_nothing() -> None:
    closed: dict[str, list[str]] = {f"2026-12-{day:02}": [] for day in range(1, 32)}
    assert says(Hours(OFFICE.weekly, closed), at("2026-12-02T10:00")) == "01/01 08:00"
    assert says(Hours({"mon": []}), at("2026-12-02T10:00")) == ""


def test_the_night_that_gains_an_hour_is_open_for_five() -> None:
    """New York, 1 November 2026: 02:00 becomes 01:00."""
    began = at("2026-10-31T22:00", NEW_YORK)
    found = [is_open(NIGHT, NEW_YORK, began + timedelta(minutes=it)) for it in range(24 * 60)]
    assert found.count(True) == 5 * 60
    assert all(found[: 5 * 60])
    assert not found[5 * 60]


def test_the_day_that_loses_an_hour_opens_and_closes_by_the_clock_on_the_wall() -> None:
    """New York, 8 March 2026: 02:00 becomes 03:00."""
    hours = Hours({"sun": ["08:00-12:00"]})
    assert not is_open(hours, NEW_YORK, datetime(2026, 3, 8, 11, 59, tzinfo=UTC))
    assert is_open(hours, NEW_YORK, datetime(2026, 3, 8, 12, 0, tzinfo=UTC))
    assert not is_open(hours, NEW_YORK, datetime(2026, 3, 8, 16, 0, tzinfo=UTC))


def test_a_span_that_begins_in_the_lost_hour_still_opens() -> None:
    hours = Hours({"sun": ["02:30-06:00"]})
    assert not is_open(hours, NEW_YORK, at("2026-03-08T01:59", NEW_YORK))
    assert is_open(hours, NEW_YORK, at("2026-03-08T03:30", NEW_YORK))


clocks = st.times().map(lambda it: it.strftime("%H:%M"))
spans = st.tuples(clocks, clocks).filter(lambda it: it[0] != it[1]).map("-".join)
weeks = st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(spans, max_size=3), max_size=7)
zones = st.sampled_from(
    ["America/Sao_Paulo", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC"]
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(
    lambda it: it.replace(tzinfo=UTC)
)


@given(weeks, zones, instants, st.integers(0, 90))
def test_what_is_closed_opens_when_it_says_and_not_a_moment_before(
    week: dict[str, list[str]], name: str, now: datetime, last: int
) -> None:
    hours, zone = Hours(week, last_ticket_minutes=last), ZoneInfo(name)
    opening = opens_next(hours, zone, now)
    if opening is None or is_open(hours, zone, now):
        return
    assert opening > now
    assert is_open(hours, zone, opening)
    for part in (0.25, 0.5, 0.75, 0.999):
        assert not is_open(hours, zone, now + (opening - now) * part)
