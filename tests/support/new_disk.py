"""A totem's journal on a new disk: what central held of the old one was given back to it."""

from itertools import count
from pathlib import Path

from edge_agent.journal.connection import load_key
from edge_agent.journal.journal import Journal
from edge_agent.journal.recovery import RecoveryBook
from edge_agent.journal.rows import EVENT_COLUMNS, event_of
from edge_agent.journal.writer import Stamp
from edge_agent.services.recovery import settle_earlier_epochs
from sync_protocol import chain
from sync_protocol.messages import EpochAnswer, Grant, Held, JournalPage
from tests.support.bench_totem import DAY, GRANT

LATER_MS = 1_795_521_600_000
GRANT_2 = Grant("T0001", "bench", 2, [], "B", 1, "nonce", "server", b"\0" * 64)


def given_back(old: Journal, folder: Path) -> Journal:
    """A started journal in ``folder``, hours later, in epoch 2."""
    with old.reading() as connection:
        rows = connection.execute(
            f"SELECT {EVENT_COLUMNS}, hash FROM journal WHERE epoch = 1 ORDER BY seq"
        ).fetchall()
    events = [event_of(row) for row in rows]
    held = Held(1, events[-1].seq, bytes(rows[-1][11]))
    folder.mkdir()
    journal = opened(folder)
    book = RecoveryBook(journal, lambda _: True)
    book.enrolled(EpochAnswer(GRANT_2, [held], 1))
    book.take(JournalPage(1, 1, chain.genesis(GRANT), events, held))
    while book.write_again():
        pass
    journal.submit(settle_earlier_epochs).result()
    return journal


def next_epoch(folder: Path) -> Journal:
    """The same disk in epoch 2: nothing was lost."""
    journal = opened(folder)
    head = journal.head()
    book = RecoveryBook(journal, lambda _: True)
    book.begin(EpochAnswer(GRANT_2, [Held(1, head.seq, head.hash)], 1))
    while book.write_again():
        pass
    return journal


def opened(folder: Path) -> Journal:
    ticks = count(LATER_MS, 1_000)
    journal = Journal(folder, load_key(folder), lambda: Stamp(next(ticks), 0, "boot-2", DAY))
    journal.start()
    return journal
