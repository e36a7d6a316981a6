"""Names. An event is named by where it was first written; what it opened is named after it.

A name reads ``totem-epoch-seq-h``: h is the first 40 bits of the event's hash in Crockford base 32,
so two clones that write the same seq never share a sale's name.
"""

import re
from typing import NamedTuple

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOTEM_ID = re.compile(r"^[A-Z0-9]{3,16}\Z")
_NAME = re.compile(
    r"^([A-Z0-9]{3,16})-([1-9][0-9]{0,9})-([1-9][0-9]{0,15})-([0-9A-HJKMNP-TV-Z]{8})\Z"
)


class Name(NamedTuple):
    """A parsed event name."""

    totem: str
    epoch: int
    seq: int
    h: str


def crockford(data: bytes) -> str:
    """Crockford base 32 of ``data``, most significant bits first, without padding characters."""
    bits = len(data) * 8
    width = -(-bits // 5)
    number = int.from_bytes(data, "big") << (width * 5 - bits)
    return "".join(CROCKFORD[(number >> (5 * place)) & 31] for place in reversed(range(width)))


def name_of(totem: str, epoch: int, seq: int, event_hash: bytes) -> str:
    """The name of the event at (totem, epoch, seq) with this 32-byte hash."""
    return f"{totem}-{epoch}-{seq}-{crockford(event_hash[:5])}"


def parse_name(name: str) -> Name:
    """Take a name apart; raises ValueError when it is not one."""
    match = _NAME.match(name)
    if match is None:
        raise ValueError(f"not an event name: {name!r}")
    return Name(match[1], int(match[2]), int(match[3]), match[4])
