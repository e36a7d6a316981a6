"""How a totem is doing, judged from its last contact and what it holds back."""

from datetime import UTC, datetime, timedelta

import pytest

from central.domain.health import health

NOON = datetime(2026, 6, 10, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("contact_s", "posted_s", "backlog", "expected"),
    [
        (None, None, 0, "never"),
        (120, 900, 0, "online"),
        (5, 60, 40, "online"),
        (5, 121, 40, "late"),
        (121, 121, 0, "late"),
        (601, 601, 0, "silent"),
    ],
)
def test_health_follows_contact_and_backlog(
    contact_s: int | None, posted_s: int | None, backlog: int, expected: str
) -> None:
    contact, posted = (
        None if ago is None else NOON - timedelta(seconds=ago) for ago in (contact_s, posted_s)
    )
    assert health(NOON, contact, posted, backlog) == expected
