"""One power cut: sell on a drive that will lose its power, boot on what is left, and look."""

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from threading import Event

from edge_agent.journal.connection import DatabaseError, connect, load_key
from edge_agent.journal.errors import JournalError
from edge_agent.journal.journal import Journal
from edge_agent.journal.verification import BrokenJournalError, grants_of, walk
from edge_agent.journal.writer import Deed, Stamp, Writing
from edge_agent.services import checkout
from edge_agent.services.checkout import Issued
from sync_protocol.ids import name_of, parse_name
from tests.powercut.drive import Drive, WeakDrive
from tests.support.bench_totem import DAY, basket, open_journal

SALES = 30
OPERATIONS = 1400
"""About what the sales write and sync, checkpoints and the orderly stop included."""


@dataclass
class Cut:
    """What one cut did. ``lost`` names deeds that were answered and are not there."""

    seed: int
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    corrupt: str = ""


def run(seed: int, kind: type[Drive] = Drive, lies: bool = False) -> Cut:
    """Cut the power once."""
    rng = Random(seed)
    found = Cut(seed)
    with tempfile.TemporaryDirectory(prefix="totem-powercut-") as name:
        before, after = Path(name) / "before", Path(name) / "after"
        shutil.copytree(template(), before)
        after.mkdir()
        drive = kind(rng.randrange(OPERATIONS), lies)
        answered = _sell(before, drive, rng)
        drive.after_cut(after, rng)
        for file in before.iterdir():
            if file.suffix in (".key", ".high-water"):
                shutil.copy(file, after)
        drive.unregister()
        found.answered = len(answered)
        _boot(after, answered, found)
    return found


@cache
def template() -> Path:
    """A totem with an open epoch, made once by the shipped library."""
    folder = Path(tempfile.mkdtemp(prefix="totem-powercut-template-"))
    open_journal(folder).stop()
    return folder


def _sell(folder: Path, drive: Drive, rng: Random) -> list[Issued]:
    """Every sale whose COMMIT was answered before the power went."""
    journal = Journal(folder, load_key(folder), _stamps(), drive.connect)
    try:
        journal.start()
    except (JournalError, DatabaseError):
        return []
    deed: Deed[Issued] = checkout.sell_at_counter(basket())
    answered: list[Issued] = []
    for _ in range(SALES):
        for future in _together(journal, deed, rng.randrange(1, 4)):
            try:
                answered.append(future.result(timeout=20))
            except JournalError:
                continue
        if drive.is_off:
            break
    journal.stop()
    return answered


def _together(journal: Journal, deed: Deed[Issued], count_: int) -> list[Future[Issued]]:
    """Asked for while the pen is held: one group, whichever thread is the faster."""
    begun, go = Event(), Event()

    def hold(_: Writing) -> None:
        begun.set()
        go.wait()

    held = journal.submit(hold)
    while not begun.wait(0.001) and not held.done():
        continue
    group = [journal.submit(deed) for _ in range(count_)]
    go.set()
    return group


def _boot(folder: Path, answered: list[Issued], found: Cut) -> None:
    """The next start, and an auditor's look at what it finds."""
    key = load_key(folder)
    journal = Journal(folder, key, _stamps(), connect)
    try:
        journal.start()
    except (JournalError, DatabaseError) as error:
        found.corrupt = f"does not open: {error}"
        return
    try:
        with journal.reading() as connection:
            check = connection.execute("PRAGMA integrity_check").fetchone()[0]
            found.corrupt = "" if check == "ok" else str(check)
            for grant in grants_of(connection):
                events = sum(1 for _ in walk(connection, grant))
            tickets = connection.execute("SELECT count(*) FROM tickets").fetchone()[0]
            issued = connection.execute(
                "SELECT count(*) FROM journal WHERE type = 'TicketIssued'"
            ).fetchone()[0]
        if journal.head().seq != events or tickets != issued:
            found.corrupt = f"{events} events, {tickets} tickets of {issued}"
        if journal.behind_high_water():
            found.corrupt = "the high-water mark is ahead of the journal"
        for name in (name for sale in answered for name in sale):
            place = parse_name(name)
            digest = journal.hash_at(place.seq)
            if digest is None or name_of(place.totem, 1, place.seq, digest) != name:
                found.lost.append(name)
    except (BrokenJournalError, DatabaseError) as error:
        found.corrupt = str(error)
    finally:
        journal.stop()


def control(seed: int) -> Cut:
    """The same cut under synchronous=NORMAL: the proof that a loss would be seen."""
    return run(seed, WeakDrive)


def _stamps() -> Callable[[], Stamp]:
    ticks = count(1_795_478_400_000, 1_000)
    return lambda: Stamp(next(ticks), 0, "boot", DAY)
