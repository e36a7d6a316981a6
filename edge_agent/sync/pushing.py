"""One push from the totem's side: what to send, and what an answer means for the uplink.

Blocking and without HTTP or time, so that the worker runs it in a thread and a test by hand. An ack
counts only when central signed it, it covers what was sent and its hash is our own.
"""

from typing import NamedTuple

from edge_agent.sync.identity import Identity, acked_by
from edge_agent.sync.ports import SyncJournal
from sync_protocol import backoff, chain, limits
from sync_protocol.errors import RemoteProtocolError
from sync_protocol.messages import Ack, EnrolAnswer, Head, Held, Push, PushAnswer, SealAnswer
from sync_protocol.uplink import Run, State, Uplink

MAX_EVENTS_FIRST = 250
RUN_BYTES = limits.PUSH_WIRE_BYTES_MAX - 64 * 1024
"""Fits the wire even when it does not compress."""

RUN_BYTES_SURE = limits.INFLATE_BYTES_FREE - 16 * 1024
"""Is taken however well it compresses."""

assert limits.BODY_BYTES_MAX < RUN_BYTES_SURE < RUN_BYTES


class DivergedError(RemoteProtocolError):
    """Central holds, under its own signature, what this journal does not: recover."""


class Pushed(NamedTuple):
    """A round that central acknowledged. ``left`` events are still to send."""

    left: int
    delay_ms: int
    quarantined: list[int]
    mismatches: list[SealAnswer]


class Pushing:
    """The uplink of the current epoch with its journal. One caller at a time."""

    def __init__(self, journal: SyncJournal, identity: Identity, record: EnrolAnswer) -> None:
        self._journal = journal
        self._identity = identity
        self._record = record
        self._uplink: Uplink | None = None
        self._run_bytes = RUN_BYTES
        self.max_events = MAX_EVENTS_FIRST
        self.acked_seq = 0
        self._kept_aside: dict[int, int] = {}

    @property
    def state(self) -> State:
        return self._uplink.state if self._uplink else State.PROBING

    def compose(self, is_probe_due: bool) -> Push | None:
        """The next push; None when there is nothing to say, or no saying it (RECOVERING)."""
        uplink = self._open()
        if uplink.state is State.RECOVERING:
            return None
        run = uplink.plan(self._journal.head()[0], self.max_events)
        if run.size or uplink.state is State.PROBING or is_probe_due:
            return self._push(uplink.epoch, run)
        return None

    def accept(self, push: Push, answer: PushAnswer) -> Pushed:
        """Keep the ack. Raises RemoteProtocolError for one that cannot be believed, DivergedError
        for one that is true and not of this journal.
        """
        uplink, ack = self._open(), answer.ack
        self._check_signature(ack)
        if ack.epoch == uplink.epoch and ack.seq < push.head.seq:
            raise RemoteProtocolError(f"seq {push.head.seq} was sent, the ack ends at {ack.seq}")
        try:
            uplink.acked(ack, self._journal.hash_at)
        except RemoteProtocolError as error:
            uplink.refused()
            raise DivergedError(str(error)) from error
        self._journal.store_ack(ack)
        if answer.quarantined:
            self._journal.keep_set_aside(ack.epoch, answer.quarantined)
        if answer.seals:
            self._journal.keep_seal_answers(answer.seals)
        self.acked_seq = ack.seq
        self._run_bytes = RUN_BYTES
        self.max_events = max(
            limits.PUSH_EVENTS_MIN,
            min(answer.next.max_events, backoff.larger(self.max_events)),
        )
        left = self._journal.head()[0] - ack.seq
        mismatches = [seal for seal in answer.seals if seal.verdict == "mismatch"]
        return Pushed(left, answer.next.delay_ms, answer.quarantined, mismatches)

    def rewind(self, held: Held) -> None:
        """Central is behind: send again from what it holds, or recover when that is not ours."""
        self._open().gap(held, self._journal.hash_at)

    def refuse(self) -> None:
        """Nothing more is pushed in this epoch."""
        self._open().refused()

    def lose(self) -> None:
        """No answer: compare heads before anything else. While RECOVERING nothing changes."""
        self._open().lost()

    def halve(self) -> None:
        """Fewer events next time: central or the line found them too many."""
        self.max_events = backoff.smaller(self.max_events)

    def shrink(self) -> None:
        """The run broke a limit of size or compression: send so little that none can."""
        self._run_bytes = RUN_BYTES_SURE

    def is_recovering(self) -> bool:
        """Whether nothing may be pushed before an epoch is settled."""
        return self._open().state is State.RECOVERING

    def restart(self) -> None:
        """The epoch is settled: probe first, from the newest ack."""
        self._uplink = None

    def aside(self) -> Push | None:
        """The next run for central's forensic intake, over every epoch written here; None when all
        of it is there. Whatever an ack once said: the one who acked may have been set back.
        """
        for epoch, head_seq in self._journal.epochs():
            from_seq = self._kept_aside.get(epoch, 0) + 1
            if from_seq <= head_seq:
                return self._push(epoch, Run(from_seq, self.max_events))
        return None

    def kept_aside(self, epoch: int, seq: int) -> None:
        """The forensic intake holds everything of this epoch up to ``seq``."""
        self._kept_aside[epoch] = seq

    def _open(self) -> Uplink:
        _, epoch = self._journal.identity()
        if self._uplink is None or self._uplink.epoch != epoch:
            self.acked_seq = self._journal.acked_seq()
            self._uplink = Uplink(epoch, self.acked_seq)
        return self._uplink

    def _push(self, epoch: int, run: Run) -> Push:
        journal, totem = self._journal, self._record.totem
        events = journal.run(epoch, run, self._run_bytes) if run.size else []
        prev_hash = journal.hash_in(epoch, run.from_seq - 1)
        assert prev_hash is not None, "an ack is never ahead of its journal"
        last_hash = chain.hashes(prev_hash, events)[-1] if events else prev_hash
        last_seq = run.from_seq + len(events) - 1
        declared = journal.declared()
        signed = chain.head_bytes(totem, epoch, last_seq, last_hash, declared)
        head = Head(last_seq, last_hash, self._identity.key_id(totem), self._identity.sign(signed))
        return Push(
            epoch, run.from_seq, prev_hash, events, head, declared, applied=journal.applied()
        )

    def _check_signature(self, ack: Ack) -> None:
        if not acked_by(self._record.server_keys, self._record.totem)(ack):
            raise RemoteProtocolError(f"the ack of seq {ack.seq} is not signed by central")
