"""The journal stream, both ends: what the totem sends next, and how central judges a push.

The totem's end is a table ``(state, what happened) -> state``; anything else raises
LocalProtocolError.

    PROBING    nothing exchanged since start: send the probe first
    STREAMING  heads agree: send what follows the ack
    REWOUND    central is behind our ack: send again from what it holds, in the same epoch
    RECOVERING central holds something else: stop pushing until the epoch is settled

Central's end is ``judge``: a pure verdict from the held head, the overlap's hashes and the push.
"""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from sync_protocol import chain
from sync_protocol.errors import LocalProtocolError, RemoteProtocolError
from sync_protocol.messages import Ack, Held, Push


class State(Enum):
    PROBING = "probing"
    STREAMING = "streaming"
    REWOUND = "rewound"
    RECOVERING = "recovering"


class Happened(Enum):
    ACKED = "acked"
    GAP = "gap"
    REFUSED = "refused"
    LOST = "lost"


TABLE: dict[tuple[State, Happened], State] = {
    (State.PROBING, Happened.ACKED): State.STREAMING,
    (State.PROBING, Happened.GAP): State.REWOUND,
    (State.PROBING, Happened.REFUSED): State.RECOVERING,
    (State.PROBING, Happened.LOST): State.PROBING,
    (State.STREAMING, Happened.ACKED): State.STREAMING,
    (State.STREAMING, Happened.GAP): State.REWOUND,
    (State.STREAMING, Happened.REFUSED): State.RECOVERING,
    (State.STREAMING, Happened.LOST): State.PROBING,
    (State.REWOUND, Happened.ACKED): State.STREAMING,
    (State.REWOUND, Happened.GAP): State.REWOUND,
    (State.REWOUND, Happened.REFUSED): State.RECOVERING,
    (State.REWOUND, Happened.LOST): State.PROBING,
    (State.RECOVERING, Happened.REFUSED): State.RECOVERING,
    (State.RECOVERING, Happened.LOST): State.RECOVERING,
}


class Run(NamedTuple):
    """Which events the next push carries: ``size`` of them from ``from_seq``; 0 is the probe."""

    from_seq: int
    size: int


class Uplink:
    """The totem's end of the journal stream for one epoch. Holds no events, only positions."""

    def __init__(self, epoch: int, acked_seq: int) -> None:
        self.epoch = epoch
        self.state = State.PROBING
        self.sent_from = acked_seq + 1
        """First seq that central is not known to hold."""

    def plan(self, head_seq: int, max_events: int) -> Run:
        """The next push, given the journal's head. Raises LocalProtocolError while RECOVERING."""
        if self.state is State.RECOVERING:
            raise LocalProtocolError("no push while the epoch is being settled")
        if self.state is State.PROBING:
            return Run(self.sent_from, 0)
        return Run(self.sent_from, max(0, min(max_events, head_seq - self.sent_from + 1)))

    def acked(self, ack: Ack, hash_at: Callable[[int], bytes | None]) -> None:
        """Central's promise. Raises RemoteProtocolError when it does not fit our own journal."""
        if ack.epoch != self.epoch or (ack.seq and hash_at(ack.seq) != ack.hash):
            raise RemoteProtocolError(f"ack of ({ack.epoch}, {ack.seq}) does not fit this journal")
        self._move(Happened.ACKED)
        self.sent_from = ack.seq + 1

    def gap(self, held: Held, hash_at: Callable[[int], bytes | None]) -> None:
        """Central is behind: rewind when its head is one of ours, else recover."""
        ours = held.epoch == self.epoch and (held.seq == 0 or hash_at(held.seq) == held.hash)
        if not ours:
            self.refused()
            return
        self._move(Happened.GAP)
        self.sent_from = held.seq + 1

    def refused(self) -> None:
        """Fork, closed epoch, broken chain or clone: nothing more is pushed in this epoch."""
        self._move(Happened.REFUSED)

    def lost(self) -> None:
        """No answer: heads must be compared again before anything is streamed."""
        self._move(Happened.LOST)

    def _move(self, happened: Happened) -> None:
        try:
            self.state = TABLE[self.state, happened]
        except KeyError:
            raise LocalProtocolError(
                f"{happened.value} cannot happen while {self.state.value}"
            ) from None


class Judgement(Enum):
    ACCEPT = "accept"
    GAP = "gap"
    FORK = "fork"
    EPOCH_CLOSED = "epoch-closed"
    BAD_CHAIN = "bad-chain"


class Verdict(NamedTuple):
    """``skip`` events of the push are held already, hash for hash; ``hashes`` covers them all."""

    judgement: Judgement
    skip: int
    hashes: list[bytes]


def judge(push: Push, held: Held, hash_at: Callable[[int], bytes | None]) -> Verdict:
    """Central's verdict on a push. ``hash_at`` gives the held hash of a seq (0 is the genesis)."""
    if push.epoch != held.epoch:
        return Verdict(Judgement.EPOCH_CLOSED, 0, [])
    if push.from_seq > held.seq + 1:
        return Verdict(Judgement.GAP, 0, [])
    if hash_at(push.from_seq - 1) != push.prev_hash:
        return Verdict(Judgement.FORK, 0, [])
    hashes = chain.hashes(push.prev_hash, push.events)
    overlap = min(len(hashes), held.seq - push.from_seq + 1)
    if any(hash_at(push.from_seq + place) != hashes[place] for place in range(overlap)):
        return Verdict(Judgement.FORK, 0, [])
    last = hashes[-1] if hashes else push.prev_hash
    if push.head.seq != push.from_seq + len(hashes) - 1 or push.head.hash != last:
        return Verdict(Judgement.BAD_CHAIN, 0, [])
    return Verdict(Judgement.ACCEPT, overlap, hashes)
