"""A totem's sync side on real parts: its journal on disk, its conversation, HTTP to a real central.

``talk`` carries requests and answers until nothing is left to say: the worker without its clock.
"""

import asyncio
import itertools
import shutil
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from edge_agent.journal.connection import Connect, connect, load_key
from edge_agent.journal.journal import Journal
from edge_agent.journal.outbox import Outbox
from edge_agent.journal.recovery import RecoveryBook
from edge_agent.journal.seals import seal_day
from edge_agent.journal.writer import Stamp
from edge_agent.services import card_sale, checkout
from edge_agent.services.recovery import settle_at_boot, settle_earlier_epochs
from edge_agent.settings import DeviceSettings, DevicesSettings, Settings
from edge_agent.sync.conversation import Conversation, Request
from edge_agent.sync.enrol import enrol, granted, load_record
from edge_agent.sync.errors import (
    CentralRefusedError,
    CentralTimeoutError,
    CentralUnreachableError,
)
from edge_agent.sync.following import Following
from edge_agent.sync.identity import granted_by, load_identity
from edge_agent.sync.pushing import Pushing
from edge_agent.sync.recovering import Machine, Recovering
from edge_agent.sync.transport import TIMEOUTS, Transport
from sync_protocol.uplink import State
from tests.support.bench_totem import CARD, DAY, basket

_boots = itertools.count(1)
ROUNDS_MAX = 1000


class SyncTotem:
    """One machine. ``boot`` before use, ``stop`` when done; ``said`` is what it asked for."""

    def __init__(self, data_dir: Path, central_url: str, instance_id: str = "board-1") -> None:
        self.data_dir = data_dir
        self.url = central_url
        self.instance_id = instance_id
        self.today = DAY
        self.timeouts = TIMEOUTS
        self.connect: Connect = connect
        self.step: Callable[[str], None] = lambda _: None
        self.said: list[str] = []
        self.lost = 0
        self.incidents: list[str] = []

    def enrol(self, code: str) -> None:
        none = DeviceSettings("none", "tcp:127.0.0.1:9")
        settings = Settings(
            self.url,
            DevicesSettings(none, none),
            instance_id=self.instance_id,
            data_dir=self.data_dir,
        )
        enrol(settings, code)

    def boot(self) -> None:
        """What the agent does at start, as far as the journal and central are concerned."""
        number = next(_boots)
        ticks = count(1_795_478_400_000, 1_000)
        record = load_record(self.data_dir)
        identity = load_identity(self.data_dir, self.instance_id)
        self.journal = Journal(
            self.data_dir,
            load_key(self.data_dir),
            lambda: Stamp(next(ticks), 0, f"boot-{number}", self.today),
            self.connect,
        )
        self.journal.start()
        self.outbox = Outbox(self.journal)
        self.book = RecoveryBook(self.journal, granted_by(record.server_keys))
        self.book.enrolled(granted(record))
        nonces = itertools.count(1)
        self.conversation = Conversation(
            Pushing(self.outbox, identity, record),
            Recovering(
                self.book,
                Machine(self.instance_id, f"boot-{number}"),
                lambda: f"nonce-{number}-{next(nonces)}",
                self._settle_earlier,
            ),
        )
        if self.journal.behind_high_water():
            self.conversation.lose_epoch("restored")
        elif self.book.grants()[-1].instance_id != self.instance_id:
            self.conversation.lose_epoch("instance")
        elif self.book.is_settled():
            self.journal.submit(settle_at_boot).result()

    def _settle_earlier(self) -> None:
        self.journal.submit(settle_earlier_epochs).result()

    def _transport(self) -> Transport:
        identity = load_identity(self.data_dir, self.instance_id)
        totem = load_record(self.data_dir).totem
        return Transport(self.url, identity, totem, "test", self.timeouts)

    def stop(self) -> None:
        self.journal.stop()

    def backup(self, to: Path) -> None:
        """Copy the whole disk while the machine is off."""
        self.stop()
        shutil.copytree(self.data_dir, to)
        self.boot()

    def set_back(self, backup: Path) -> None:
        """The disk is what it was at the backup, its high-water mark too; boot to find out."""
        self.stop()
        shutil.rmtree(self.data_dir)
        shutil.copytree(backup, self.data_dir)
        self.boot()

    def sell(self, count_: int = 1) -> list[str]:
        """Counter sales; their names."""
        deed = checkout.sell_at_counter(basket())
        return [self.journal.submit(deed).result().sale for _ in range(count_)]

    def pay_by_card(self) -> str:
        """A card sale, paid and stored; its name."""
        requested = self.request_card()
        deed = card_sale.approve_card(basket(), requested, "debit", CARD)
        return self.journal.submit(deed).result().sale

    def request_card(self) -> card_sale.Requested:
        deed = card_sale.request_card(basket(), card_sale.Asked("debit"), "reader")
        return self.journal.submit(deed).result()

    def close_day(self, today: str) -> None:
        """Midnight went by: seal what is over."""
        self.today = today
        self.journal.submit(seal_day(today)).result()

    def read_feed(self) -> None:
        """One page of headquarters' word. Raises SyncError."""

        async def read() -> None:
            transport = self._transport()
            try:
                self.step("feed:before")
                await Following(self.outbox, transport, lambda: None, 0).page()
            finally:
                await transport.close()

        asyncio.run(read())

    def talk(self) -> None:
        """Until nothing is left to say, or a person has to decide."""
        asyncio.run(self._talk())

    def talk_until_home(self, seconds: float = 60.0) -> None:
        """Through refusals and lost answers, until all is acknowledged. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while self.is_away():
            if time.monotonic() > end:
                raise TimeoutError(f"{self.said[-10:]} {self.incidents[-5:]}, {self.lost} lost")
            self.talk()
            time.sleep(0.02)

    def is_away(self) -> bool:
        """Whether something here is not known to be at central."""
        if self.conversation.state is State.RECOVERING or not self.book.is_settled():
            return True
        return self.outbox.acked_seq() < self.outbox.head()[0]

    async def _talk(self) -> None:
        transport = self._transport()
        has_probed = False
        try:
            for _ in range(ROUNDS_MAX):
                request = self.conversation.next(not has_probed)
                if request is None:
                    return
                self.said.append(type(request).__name__)
                has_probed = has_probed or type(request).__name__ == "Push"
                if await self._round(transport, request) == "backoff":
                    return
        finally:
            await transport.close()
        raise AssertionError(f"no end of talking: {self.said[-20:]}")

    async def _round(self, transport: Transport, request: Request) -> str:
        self.step(f"{type(request).__name__}:before")
        try:
            answer = await transport.carry(request)
            self.step(f"{type(request).__name__}:answered")
        except CentralUnreachableError as error:
            self.lost += 1
            outcome = self.conversation.lost(isinstance(error, CentralTimeoutError))
        except CentralRefusedError as error:
            outcome = self.conversation.refused(request, error)
        else:
            outcome = await asyncio.to_thread(self.conversation.answered, request, answer)
        if outcome.incident is not None:
            self.incidents.append(outcome.incident[0])
        return outcome.pause
