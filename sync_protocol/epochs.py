"""Who may write the next epoch: central's verdict on a totem that asks to begin again.

An epoch is leave for one machine to write one chain. A totem asks for a new one when the chain at
central is not its own: restored from a backup, moved to another board, forked, or closed. The
verdict must bring back every honest totem, and must never let two machines close each other's
epochs in turn.
"""

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from sync_protocol import limits
from sync_protocol.messages import EpochRequest, Grant, Held


class Standing(Struct, frozen=True):
    """What central knows of a totem's epochs.

    ``grants`` oldest first, the open epoch's last. ``held_seq`` is how much of the open epoch came.
    ``silent_ms`` is how long ago its machine was last heard, ``lately`` how many epochs were
    granted in the last day without an operator. ``leave`` names the machine an operator chose.
    """

    grants: Sequence[Grant]
    held_seq: int
    silent_ms: int
    lately: int
    leave: str = ""
    is_revoked: bool = False

    @property
    def open(self) -> Grant:
        return self.grants[-1]


class Decision(Enum):
    """``GRANT`` opens a new epoch, ``REPEAT`` gives the open one's grant again, ``STALE`` answers a
    question of long ago: ask anew. ``CLONE`` and ``REVOKED`` refuse: the journal goes to the
    forensic intake.
    """

    GRANT = "grant"
    REPEAT = "repeat"
    STALE = "stale"
    CLONE = "clone"
    REVOKED = "revoked"


def unknown_grants(standing: Standing, request: EpochRequest) -> list[Grant]:
    """Grants that the totem shows and central forgot: it was restored. Signatures are the
    caller's to check. They are adopted before the verdict.
    """
    return [grant for grant in request.grants if grant.epoch > standing.open.epoch]


def decide(standing: Standing, request: EpochRequest) -> Decision:
    """The verdict on a request, once every grant it shows has been adopted."""
    if standing.is_revoked:
        return Decision.REVOKED
    if request.nonce in {grant.nonce for grant in standing.grants}:
        is_unused = request.nonce == standing.open.nonce and standing.held_seq == 0
        return Decision.REPEAT if is_unused else Decision.STALE
    same_machine = request.instance_id == standing.open.instance_id
    if same_machine and _is_settled(standing, request):
        return Decision.REPEAT
    if standing.leave:
        return Decision.GRANT if standing.leave == request.instance_id else Decision.CLONE
    if same_machine:
        return Decision.GRANT if standing.lately < limits.EPOCHS_A_DAY_MAX else Decision.CLONE
    is_silent = standing.silent_ms >= limits.INSTANCE_SILENCE_MS
    return Decision.GRANT if is_silent else Decision.CLONE


def next_grant(
    standing: Standing, request: EpochRequest, held: Sequence[Held], series: str, generation: int
) -> Grant:
    """The grant that follows, not signed yet. Its parents are the ends of all that is held."""
    return Grant(
        standing.open.totem,
        request.instance_id,
        standing.open.epoch + 1,
        parents_of(held),
        series,
        generation,
        request.nonce,
        "",
        b"",
    )


def parents_of(held: Sequence[Held]) -> list[str]:
    """How a grant names the ends of what is held."""
    return [f"{it.epoch}:{it.seq}:{it.hash.hex()}" for it in held]


def _is_settled(standing: Standing, request: EpochRequest) -> bool:
    """The open epoch is the asker's already: central had only forgotten its grant."""
    shown = request.grants[-1] if request.grants else None
    return shown == standing.open and request.reason == "epoch-closed"
