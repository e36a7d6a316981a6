"""What a call to central can end in, and what the worker does.

SyncError
├── CentralUnreachableError   no answer of central's: back off, compare heads, try again
│   └── CentralTimeoutError   it took too long: the same, and send less next time
├── CentralRefusedError       central said no: do what the problem's verb says
└── IdentityError             this machine cannot say who it is: the message tells a technician
"""

from sync_protocol.errors import CATALOGUE, Verb
from sync_protocol.messages import ProblemDocument


class SyncError(Exception):
    """A call to central that did not succeed."""


class CentralUnreachableError(SyncError):
    """Nobody answered, or something that is not central did."""

    def __init__(self, reason: str, retry_after_ms: int = 0) -> None:
        super().__init__(reason)
        self.retry_after_ms = retry_after_ms


class CentralTimeoutError(CentralUnreachableError):
    """The deadline passed: whether central took the request is unknown."""


class CentralRefusedError(SyncError):
    """A problem document. An unknown code is an alarm."""

    def __init__(self, problem: ProblemDocument) -> None:
        super().__init__(f"{problem.code or problem.status}: {problem.detail or problem.title}")
        self.problem = problem
        known = CATALOGUE.get(problem.code)
        self.verb: Verb = known.verb if known else "alarm"


class IdentityError(SyncError):
    """The key is missing, unreadable or open to others, or the machine has no fingerprint."""
