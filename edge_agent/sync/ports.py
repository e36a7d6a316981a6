"""What sync needs of the journal. Every call blocks: the worker calls it from a thread."""

from typing import Protocol

from sync_protocol.backoff import Backoff
from sync_protocol.events import Event
from sync_protocol.feed import FeedPage
from sync_protocol.messages import (
    Ack,
    Applied,
    Declared,
    EpochAnswer,
    Grant,
    Held,
    JournalPage,
    PrivateRecord,
    SealAnswer,
)
from sync_protocol.uplink import Run


class SyncJournal(Protocol):
    """One totem's journal in its current epoch."""

    def identity(self) -> tuple[str, int]:
        """(totem, epoch)."""

    def head(self) -> tuple[int, bytes]:
        """Seq and hash of the newest committed event; 0 and the genesis before the first."""

    def acked_seq(self) -> int:
        """The newest ack of this epoch, 0 before the first."""

    def hash_at(self, seq: int) -> bytes | None:
        """The hash of an event; of 0 the genesis; None where there is none."""

    def hash_in(self, epoch: int, seq: int) -> bytes | None:
        """The same in any epoch written here."""

    def epochs(self) -> list[tuple[int, int]]:
        """Every epoch written here with its last seq, oldest first."""

    def run(self, epoch: int, run: Run, bytes_max: int) -> list[Event]:
        """At most ``run.size`` consecutive events in about ``bytes_max``; at least one if any."""

    def declared(self) -> Declared:
        """One consistent read: the true head, and the settled sums at that head."""

    def applied(self) -> dict[str, Applied]:
        """How far each scope of the feed was read."""

    def store_ack(self, ack: Ack) -> None:
        """Append it durably; ignores an older one. Raises RemoteProtocolError for a hash that is
        not ours.
        """

    def keep_seal_answers(self, answers: list[SealAnswer]) -> None:
        """What central found of the seals it was sent."""

    def keep_set_aside(self, epoch: int, seqs: list[int]) -> None:
        """Events that central holds and could not post."""

    def feed_cursor(self) -> dict[str, int]: ...

    def feed_gen(self) -> int:
        """Central's generation that the cursor is of; 0 before the first page."""

    def apply_feed(self, page: FeedPage) -> None:
        """The whole page and its cursor in one transaction."""

    def replace_feed(self, page: FeedPage) -> None:
        """The same in place of everything read before."""

    def backoff(self) -> Backoff: ...

    def save_backoff(self, state: Backoff) -> None: ...

    def note_incident(self, kind: str, detail: str) -> None:
        """A row for technicians."""


class PrivateShelf(Protocol):
    """Sealed records of customers that headquarters does not have yet."""

    def due(self) -> list[tuple[str, PrivateRecord]]:
        """(sale, record), each belonging to a sale with a ticket."""

    def delivered(self, sale: str) -> None:
        """Forget it here, for ever."""


class RecoveryJournal(Protocol):
    """What asking for a new epoch needs of the journal."""

    def heads(self) -> list[Held]:
        """The end of every epoch written here, oldest first."""

    def grants(self) -> list[Grant]:
        """Leave for each of them."""

    def nonce(self, fresh: str) -> str:
        """The nonce of the request under way, kept durably; ``fresh`` starts one."""

    def forget_nonce(self) -> None: ...

    def begin(self, answer: EpochAnswer) -> None:
        """Open the granted epoch and note what is to be compared. Raises RemoteProtocolError."""

    def compared_gen(self) -> int:
        """Central's generation when older epochs were last compared."""

    def is_settled(self) -> bool: ...

    def wanted(self) -> tuple[int, int] | None:
        """(epoch, from_seq) of the next page to pull."""

    def take(self, page: JournalPage) -> None:
        """Raises RemoteProtocolError."""

    def take_over(self) -> None:
        """Put what central once gave back into our own chain."""

    def write_again(self) -> int:
        """How many facts were written again; 0 at the end."""
