"""What a power cut left, as the screen draws it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from edge_agent.api.schemas import RecoveredView
from edge_agent.domain.catalogue import Catalogue
from edge_agent.services.recovered import Remains
from sync_protocol.events import Line
from sync_protocol.feed import Words


def view_of(remains: Remains, catalogue: Catalogue, late_left_s: float) -> RecoveredView:
    return RecoveredView(
        number=remains.number,
        kind=remains.kind,
        services=[_name(line, catalogue) for line in remains.lines],
        total_minor=remains.total_minor,
        case=remains.case,
        state=remains.standing,
        at=local_time(remains.opened_ms, catalogue.policy.timezone),
        cause=remains.cause,
        returns_in_s=round(late_left_s) if remains.standing == "late" else 0,
    )


def _name(line: Line, catalogue: Catalogue) -> Words:
    service = catalogue.services.get(line.service)
    return service.name if service else Words(line.name, line.name, line.name)


def local_time(at_ms: int, timezone: str) -> str:
    """HH:MM."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.astimezone(ZoneInfo(timezone)).strftime("%H:%M")
