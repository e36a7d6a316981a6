"""The business day: the site's local date, counted from its cut-over hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def business_day(wall_ms: int, timezone: str, cutover: str) -> str:
    """ISO date of the business day at this wall time; ``cutover`` is ``HH:MM`` local."""
    hours, minutes = (int(part) for part in cutover.split(":"))
    local = datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone(ZoneInfo(timezone))
    return (local - timedelta(hours=hours, minutes=minutes)).date().isoformat()
