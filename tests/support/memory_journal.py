"""A journal in memory for sync tests: the chain is real, the disk is not."""

from sync_protocol import chain
from sync_protocol.backoff import Backoff
from sync_protocol.errors import RemoteProtocolError
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
    SealAnswer,
)
from sync_protocol.uplink import Run

TOTEM = "T0001"
GRANT = Grant(TOTEM, "bench", 1, [], "A", 1, "nonce", "server", b"\0" * 64)
GENESIS = chain.genesis(GRANT)


class MemoryJournal:
    """SyncJournal and RecoveryJournal of edge_agent.sync.ports, in one epoch for ever."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.hashes = [GENESIS]
        self.acks: list[Ack] = []
        self.pages: list[FeedPage] = []
        self.cursor: dict[str, int] = {}
        self.state = Backoff()
        self.saved: list[Backoff] = []
        self.incidents: list[tuple[str, str]] = []

    def write(self, count: int = 1, body: bytes = b"{}") -> None:
        for _ in range(count):
            event = Event(len(self.hashes), "Noted", 1, 0, "boot", 0, "2026-11-24", body)
            self.events.append(event)
            self.hashes.append(chain.event_hash(self.hashes[-1], event))

    def identity(self) -> tuple[str, int]:
        return TOTEM, 1

    def head(self) -> tuple[int, bytes]:
        return len(self.events), self.hashes[-1]

    def acked_seq(self) -> int:
        return max((ack.seq for ack in self.acks), default=0)

    def hash_at(self, seq: int) -> bytes | None:
        return self.hashes[seq] if 0 <= seq < len(self.hashes) else None

    def hash_in(self, epoch: int, seq: int) -> bytes | None:
        return self.hash_at(seq)

    def epochs(self) -> list[tuple[int, int]]:
        return [(1, len(self.events))]

    def run(self, epoch: int, run: Run, bytes_max: int) -> list[Event]:
        found: list[Event] = []
        for event in self.events[run.from_seq - 1 : run.from_seq - 1 + run.size]:
            bytes_max -= len(event.body) + 100
            if found and bytes_max < 0:
                break
            found.append(event)
        return found

    def declared(self) -> Declared:
        return Declared(len(self.events), self.hashes[-1], {})

    def applied(self) -> dict[str, Applied]:
        return {}

    def store_ack(self, ack: Ack) -> None:
        if self.hash_at(ack.seq) != ack.hash:
            raise RemoteProtocolError("not ours")
        self.acks.append(ack)

    def keep_seal_answers(self, answers: list[SealAnswer]) -> None:
        raise NotImplementedError

    def keep_set_aside(self, epoch: int, seqs: list[int]) -> None:
        return

    def feed_cursor(self) -> dict[str, int]:
        return dict(self.cursor)

    def feed_gen(self) -> int:
        return 0

    def replace_feed(self, page: FeedPage) -> None:
        self.cursor.clear()
        self.apply_feed(page)

    def apply_feed(self, page: FeedPage) -> None:
        self.pages.append(page)
        self.cursor.update(page.cursor)

    def backoff(self) -> Backoff:
        return self.state

    def save_backoff(self, state: Backoff) -> None:
        self.state = state
        self.saved.append(state)

    def note_incident(self, kind: str, detail: str) -> None:
        self.incidents.append((kind, detail))

    def heads(self) -> list[Held]:
        return [Held(1, *self.head())]

    def grants(self) -> list[Grant]:
        return [GRANT]

    def nonce(self, fresh: str) -> str:
        return fresh

    def forget_nonce(self) -> None:
        raise NotImplementedError

    def begin(self, answer: EpochAnswer) -> None:
        raise NotImplementedError

    def compared_gen(self) -> int:
        return 1

    def is_settled(self) -> bool:
        return True

    def wanted(self) -> tuple[int, int] | None:
        return None

    def take(self, page: JournalPage) -> None:
        raise NotImplementedError

    def take_over(self) -> None:
        return

    def write_again(self) -> int:
        return 0
