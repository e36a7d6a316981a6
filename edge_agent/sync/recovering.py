"""Asking for a new epoch, and bringing both ends together again. Blocking, no HTTP, no clock.

ask        central holds another chain than ours: say what we have
begin      the grant opens a new epoch; selling goes on in it at once
pull       what central holds and we lost, page by page
rewrite    what we wrote and central lacks, again in the new epoch
"""

from collections.abc import Callable
from typing import NamedTuple

from edge_agent.sync.ports import RecoveryJournal
from sync_protocol.messages import EpochAnswer, EpochReason, EpochRequest, JournalPage


class Machine(NamedTuple):
    """Which hardware this is, and which start of it."""

    instance_id: str
    boot_id: str


class Pull(NamedTuple):
    """A page of an older epoch, as central holds it."""

    epoch: int
    from_seq: int


class Recovering:
    """The way back of one totem. One caller at a time."""

    def __init__(
        self,
        journal: RecoveryJournal,
        machine: Machine,
        fresh_nonce: Callable[[], str],
        settled: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._machine = machine
        self._fresh_nonce = fresh_nonce
        self._settled = settled
        self.reason: EpochReason = "fork"
        self.must_wait = False
        """This machine knows that its epoch is lost: nothing is written before the new one."""

        self.is_refused = False
        """Central takes this machine for a copy, or the totem was revoked: a person must decide."""

    def ask(self) -> EpochRequest:
        return EpochRequest(
            self._machine.instance_id,
            self._machine.boot_id,
            self._journal.nonce(self._fresh_nonce()),
            self.reason,
            self._journal.heads(),
            self._journal.grants(),
        )

    def forget(self) -> None:
        """The question was answered long ago, to a machine that forgot: ask a new one."""
        self._journal.forget_nonce()

    def begin(self, answer: EpochAnswer) -> None:
        """Raises RemoteProtocolError for a grant that is not central's, or not for us."""
        self._journal.begin(answer)
        self.is_refused = self.must_wait = False

    def refused(self) -> bool:
        """A person must decide; whether that is news. All this disk knows is to be kept aside."""
        is_news = not self.is_refused
        if is_news:
            self._journal.take_over()
        self.is_refused = True
        return is_news

    def is_outdated(self, server_gen: int) -> bool:
        """Whether central was restored since older epochs were compared."""
        return server_gen > self._journal.compared_gen()

    def pull(self) -> Pull | None:
        """The next page that is missing here."""
        wanted = self._journal.wanted()
        return None if wanted is None else Pull(*wanted)

    def pulled(self, page: JournalPage) -> None:
        """Raises RemoteProtocolError."""
        self._journal.take(page)

    def come_home(self) -> None:
        """Once nothing is left to pull, write again what central lacks, and tell whoever waited
        for what was lost. Repeated after a crash in the middle; nothing otherwise.
        """
        if self._journal.is_settled() or self._journal.wanted() is not None:
            return
        while self._journal.write_again():
            continue
        self._settled()
