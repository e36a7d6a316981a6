"""What a call to central can end in, and what the worker does.

SyncError
├── CentralUnreachableError   no answer: back off, compare heads, try again
└── CentralRefusedError       central said no: do what the problem's verb says
"""

from sync_protocol.errors import CATALOGUE, Verb
from sync_protocol.messages import ProblemDocument


class SyncError(Exception):
    """A call to central that did not succeed."""


class CentralUnreachableError(SyncError):
    """Nobody answered, or not in time, or not in this protocol."""


class CentralRefusedError(SyncError):
    """A problem document. An unknown code is an alarm."""

    def __init__(self, problem: ProblemDocument) -> None:
        super().__init__(f"{problem.code or problem.status}: {problem.detail or problem.title}")
        self.problem = problem
        known = CATALOGUE.get(problem.code)
        self.verb: Verb = known.verb if known else "wait" if problem.status >= 500 else "alarm"
