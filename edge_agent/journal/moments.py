"""When a named event was written: here, or as central gave it back to a new or restored disk."""

from typing import Any

from edge_agent.journal.connection import Connection
from sync_protocol.ids import crockford, parse_name

_AT = """
SELECT hash, wall_ms FROM journal WHERE epoch = ?1 AND seq = ?2 UNION ALL
SELECT hash, wall_ms FROM foreign_events WHERE epoch = ?1 AND seq = ?2 UNION ALL
SELECT origin_hash, wall_ms FROM journal WHERE origin_epoch = ?1 AND origin_seq = ?2 UNION ALL
SELECT origin_hash, wall_ms FROM foreign_events WHERE origin_epoch = ?1 AND origin_seq = ?2
"""


def wall_ms_of(connection: Connection, name: str) -> int:
    """Milliseconds since 1970 by the wall clock of then. Two machines may have written the same
    place: the name's own hash decides. Raises KeyError.
    """
    place = parse_name(name)
    rows: list[tuple[Any, ...]] = connection.execute(_AT, (place.epoch, place.seq)).fetchall()
    for digest, wall_ms in rows:
        if crockford(bytes(digest)[:5]) == place.h:
            return int(wall_ms)
    raise KeyError(name)
