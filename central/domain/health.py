"""How a totem is doing, judged from what headquarters last heard of it.

never    it has not been heard from since it was created
silent   not heard from for more than 10 minutes
late     not heard from for 2 to 10 minutes, or holding back events for more than 2 minutes
online   everything else
"""

from datetime import datetime, timedelta
from typing import Literal

Health = Literal["online", "late", "silent", "never"]

LATE_AFTER = timedelta(seconds=120)
SILENT_AFTER = timedelta(minutes=10)


def health(
    now: datetime, contact_at: datetime | None, posted_at: datetime | None, backlog: int
) -> Health:
    """Judge a totem by its last contact, its last posted event and what it still holds back."""
    if contact_at is None:
        return "never"
    if now - contact_at > SILENT_AFTER:
        return "silent"
    stuck = backlog > 0 and posted_at is not None and now - posted_at > LATE_AFTER
    return "late" if stuck or now - contact_at > LATE_AFTER else "online"
