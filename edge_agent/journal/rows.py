"""Journal rows as events and back: one order of columns for ``journal`` and ``foreign_events``."""

from typing import Any

from sync_protocol.events import Event, Origin

EVENT_COLUMNS = (
    "seq, type, tver, wall_ms, boot_id, mono_ms, business_day, body, "
    "origin_epoch, origin_seq, origin_hash"
)


def event_of(row: tuple[Any, ...]) -> Event:
    """The event of a row selected as EVENT_COLUMNS."""
    seq, kind, tver, wall_ms, boot_id, mono_ms, day, body, epoch, at, digest = row[:11]
    origin = None if epoch is None else Origin(epoch, at, bytes(digest))
    return Event(seq, kind, tver, wall_ms, boot_id, mono_ms, day, bytes(body), origin)


def values_of(event: Event) -> tuple[Any, ...]:
    """The values of an event in the order of both tables behind (epoch, seq, hash)."""
    origin = event.origin
    return (
        event.type,
        event.tver,
        event.wall_ms,
        event.boot_id,
        event.mono_ms,
        event.business_day,
        event.body,
        origin.epoch if origin else None,
        origin.seq if origin else None,
        origin.hash if origin else None,
    )
