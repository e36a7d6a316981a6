"""Walk a journal as one who trusts nothing: chain, central's grants, and central's acks.

The first event that does not fit is named; what stands behind it is not believed.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec import json

from edge_agent.journal.connection import Connection
from edge_agent.journal.rows import EVENT_COLUMNS, event_of
from sync_protocol import chain
from sync_protocol.events import Event, Origin
from sync_protocol.ids import name_of
from sync_protocol.messages import Ack, Grant

VerifyGrant = Callable[[Grant], bool]
VerifyAck = Callable[[Ack], bool]


class BrokenJournalError(Exception):
    """The message names the first thing that does not fit."""


class Link(NamedTuple):
    """One event as it stands in the chain, named by where it was first written."""

    name: str
    hash: bytes
    event: Event


class Verified(NamedTuple):
    """What was walked without a fault. ``acked`` is (epoch, seq) of the newest ack."""

    totem: str
    epochs: int
    events: int
    acks: int
    acked: tuple[int, int]


def grants_of(connection: Connection) -> list[Grant]:
    rows = connection.execute("SELECT grant_json FROM epochs ORDER BY epoch").fetchall()
    return [json.decode(row[0], type=Grant) for row in rows]


def walk(connection: Connection, grant: Grant) -> Iterator[Link]:
    """One epoch from its grant on. Raises BrokenJournalError at the first event that is not as
    written.
    """
    sql = f"SELECT {EVENT_COLUMNS}, hash FROM journal WHERE epoch = ? ORDER BY seq"
    digest = chain.genesis(grant)
    for place, row in enumerate(connection.execute(sql, (grant.epoch,)), start=1):
        event = event_of(row)
        digest = chain.event_hash(digest, event)
        if event.seq != place:
            raise BrokenJournalError(f"event {grant.epoch}/{place} is missing")
        if digest != row[11]:
            raise BrokenJournalError(
                f"event {grant.epoch}/{place} ({event.type}) is not as it was written"
            )
        first = event.origin or Origin(grant.epoch, event.seq, digest)
        yield Link(name_of(grant.totem, first.epoch, first.seq, first.hash), digest, event)


def verify(connection: Connection, is_grant: VerifyGrant, is_ack: VerifyAck) -> Verified:
    """All of it. Raises BrokenJournalError."""
    grants = grants_of(connection)
    if not grants:
        raise BrokenJournalError("there is no epoch: this totem was never enrolled")
    events = 0
    for grant in grants:
        if not is_grant(grant):
            raise BrokenJournalError(f"the grant of epoch {grant.epoch} is not central's")
        events += sum(1 for _ in walk(connection, grant))
    acks = [Ack(*row) for row in connection.execute(_ACKS)]
    for ack in acks:
        _check_ack(connection, ack, is_ack)
    newest = max(((ack.epoch, ack.seq) for ack in acks), default=(grants[-1].epoch, 0))
    return Verified(grants[0].totem, len(grants), events, len(acks), newest)


_ACKS = "SELECT epoch, seq, hash, server_gen, key_id, sig FROM acks ORDER BY epoch, seq, server_gen"


def _check_ack(connection: Connection, ack: Ack, is_ack: VerifyAck) -> None:
    if not is_ack(ack):
        raise BrokenJournalError(f"the ack of {ack.epoch}/{ack.seq} is not signed by central")
    row = connection.execute(
        "SELECT hash FROM journal WHERE epoch = ? AND seq = ?", (ack.epoch, ack.seq)
    ).fetchone()
    if ack.seq and (row is None or row[0] != ack.hash):
        raise BrokenJournalError(f"event {ack.epoch}/{ack.seq} is not the one that central acked")
