"""What a totem says next on the journal stream, and what each answer means. No HTTP, no clock.

The worker carries requests and answers; every decision is here, so that a simulator can make them
with no network at all. Order of what is said: an epoch is settled first, then the journal goes up,
then what was lost comes down.
"""

from typing import Literal, NamedTuple

from edge_agent.sync.errors import CentralRefusedError
from edge_agent.sync.pushing import DivergedError, Pushing
from edge_agent.sync.recovering import Pull, Recovering
from sync_protocol import limits
from sync_protocol.errors import LocalProtocolError, RemoteProtocolError
from sync_protocol.messages import (
    EpochAnswer,
    EpochReason,
    EpochRequest,
    ForensicReceipt,
    JournalPage,
    Push,
    PushAnswer,
)
from sync_protocol.uplink import State

Pause = Literal["none", "asked", "backoff"]
"""``none`` go on at once, ``asked`` as long as central said, ``backoff`` a failure more."""

_REASONS: dict[str, EpochReason] = {
    "fork": "fork",
    "epoch-closed": "epoch-closed",
    "bad-chain": "bad-chain",
    "clone": "clone",
}


class Forensic(NamedTuple):
    """A run that central keeps without posting it: this machine's word against another's."""

    push: Push


Request = Push | EpochRequest | Pull | Forensic
Answer = PushAnswer | EpochAnswer | JournalPage | ForensicReceipt


class Outcome(NamedTuple):
    """How to go on. ``incident`` is (kind, words) for a technician."""

    pause: Pause
    floor_ms: int = 0
    incident: tuple[str, str] | None = None
    is_acked: bool = False
    left: int = 0


class Conversation:
    """The totem's end of the journal stream. One request under way at a time."""

    def __init__(self, pushing: Pushing, recovering: Recovering) -> None:
        self._pushing = pushing
        self._recovering = recovering
        self._is_forensic_turn = False

    @property
    def state(self) -> State:
        return self._pushing.state

    @property
    def acked_seq(self) -> int:
        return self._pushing.acked_seq

    @property
    def barred(self) -> str:
        """Why this machine may not sell: ``copy`` until a person decides, ``restored`` until
        central grants an epoch; else empty.
        """
        if self._recovering.is_refused:
            return "copy"
        return "restored" if self._recovering.must_wait else ""

    def lose_epoch(self, reason: EpochReason) -> None:
        """This machine knows by itself that it may not go on in its epoch."""
        self._recovering.reason, self._recovering.must_wait = reason, True
        self._pushing.refuse()

    def next(self, is_probe_due: bool) -> Request | None:
        """What to say now; None when there is nothing."""
        if self._pushing.is_recovering():
            return self._plead()
        self._recovering.come_home()
        push = self._pushing.compose(is_probe_due)
        return push if push is not None else self._recovering.pull()

    def answered(self, request: Request, answer: Answer) -> Outcome:
        """Raises nothing: an answer that cannot be believed is an outcome like any other."""
        try:
            match request, answer:
                case Push(), PushAnswer():
                    return self._acked(request, answer)
                case EpochRequest(), EpochAnswer():
                    return self._granted(answer)
                case Pull(), JournalPage():
                    self._recovering.pulled(answer)
                    return Outcome("none")
                case Forensic(), ForensicReceipt():
                    self._pushing.kept_aside(request.push.epoch, answer.seq)
                    return Outcome("none")
        except DivergedError as error:
            self._recovering.reason = "fork"
            return Outcome("none", incident=("fork", str(error)))
        except RemoteProtocolError as error:
            self._pushing.lose()
            return Outcome("backoff", incident=("bad-answer", str(error)))
        raise LocalProtocolError(f"{type(answer).__name__} is no answer to what was asked")

    def refused(self, request: Request, error: CentralRefusedError) -> Outcome:
        """Do what the problem's verb says."""
        problem, words = error.problem, str(error)
        match error.verb:
            case "rewind" if isinstance(request, Push):
                return self._rewound(error)
            case "recover" | "alarm" if isinstance(request, EpochRequest | Forensic):
                return self._pleaded_in_vain(request, error)
            case "recover":
                self._pushing.refuse()
                self._recovering.reason = _REASONS.get(problem.code, "fork")
                return Outcome("none", incident=(problem.code, words))
            case "halve":
                self._pushing.halve()
            case "alarm" | "continue" | "snapshot" | "rewind":
                self._pushing.lose()
                floor_ms = max(problem.retry_after_ms, limits.BACKOFF_CAP_MS)
                return Outcome("backoff", floor_ms, (problem.code or "refused", words))
            case "re-sign" | "wait":
                pass
        self._pushing.lose()
        return Outcome("backoff", problem.retry_after_ms)

    def shrink(self, request: Request, error: LocalProtocolError) -> None:
        """The run broke a limit of size or compression. Raises ``error`` when one event does."""
        self._pushing.shrink()
        if not isinstance(request, Push) or len(request.events) < 2:
            raise error

    def lost(self, is_timeout: bool) -> Outcome:
        """No answer: compare heads before anything else."""
        self._pushing.lose()
        if is_timeout:
            self._pushing.halve()
        return Outcome("backoff")

    def _plead(self) -> Request:
        """Ask for an epoch; while a person has to decide, what is here goes to central in turn."""
        self._is_forensic_turn = self._recovering.is_refused and not self._is_forensic_turn
        aside = self._pushing.aside() if self._is_forensic_turn else None
        return Forensic(aside) if aside is not None else self._recovering.ask()

    def _acked(self, push: Push, answer: PushAnswer) -> Outcome:
        pushed = self._pushing.accept(push, answer)
        if self._recovering.is_outdated(answer.ack.server_gen):
            self._pushing.refuse()
            self._recovering.reason = "epoch-closed"
        incident = None
        if pushed.quarantined:
            detail = f"central could not read events {pushed.quarantined[:20]}"
            incident = ("quarantined", detail)
        for seal in pushed.mismatches:
            incident = ("seal-mismatch", f"the seal at {seal.epoch}/{seal.seq}: {seal.detail}")
        return Outcome("asked", pushed.delay_ms, incident, is_acked=True, left=pushed.left)

    def _granted(self, answer: EpochAnswer) -> Outcome:
        self._recovering.begin(answer)
        self._pushing.restart()
        epoch = answer.grant.epoch
        words = f"epoch {epoch} was granted ({self._recovering.reason}): comparing what was written"
        return Outcome("none", incident=("epoch", words))

    def _rewound(self, error: CentralRefusedError) -> Outcome:
        held, was_rewound = error.problem.held, self._pushing.state is State.REWOUND
        if held is None:
            self._pushing.refuse()
            self._recovering.reason = "fork"
            return Outcome("none", incident=("gap", f"{error}, and does not say what is held"))
        self._pushing.rewind(held)
        if self._pushing.is_recovering():
            self._recovering.reason = "fork"
            return Outcome("none", incident=("fork", f"{error}: what central holds is not ours"))
        incident = None
        if held.seq < self._pushing.acked_seq:
            detail = f"central holds {held.seq}, it had promised {self._pushing.acked_seq}"
            incident = ("central-behind", detail)
        return Outcome("backoff" if was_rewound else "none", incident=incident)

    def _pleaded_in_vain(
        self, request: EpochRequest | Forensic, error: CentralRefusedError
    ) -> Outcome:
        """A person decides; until then every question waits long, our journal goes aside."""
        code = error.problem.code
        if isinstance(request, EpochRequest) and code == "epoch-closed":
            self._recovering.forget()
            return Outcome("none")
        if isinstance(request, EpochRequest) and code in ("clone", "totem-revoked"):
            pause: Pause = "none" if self._recovering.refused() else "backoff"
            return Outcome(pause, limits.BACKOFF_CAP_MS, (code, str(error)))
        floor_ms = max(error.problem.retry_after_ms, limits.BACKOFF_CAP_MS)
        return Outcome("backoff", floor_ms, (code or "refused", str(error)))
