"""The business day: a site's local date, counted from its cut-over hour."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sync_protocol.feed import SitePolicy


def business_day(now: datetime, policy: SitePolicy) -> str:
    """ISO date of the business day that ``now`` belongs to at a site with this policy."""
    hours, minutes = (int(part) for part in policy.day_cutover.split(":"))
    local = now.astimezone(ZoneInfo(policy.timezone))
    return (local - timedelta(hours=hours, minutes=minutes)).date().isoformat()
