"""The composition root: everything one totem runs, put together and taken apart in order.

Start: journal, boot settling, devices, printing, sync, and only then the API. Stop: the other way
round.
"""

import asyncio
import random
import uuid
from importlib.metadata import version

import structlog

from edge_agent import metrics
from edge_agent.api.devices import Workshop
from edge_agent.api.health import Vitals
from edge_agent.api.looks import panel_view
from edge_agent.api.screen import Drawer
from edge_agent.clock import SystemClock
from edge_agent.devices.fleet import make_devices
from edge_agent.devices.tap import Tap
from edge_agent.domain.day import business_day
from edge_agent.journal.connection import load_key
from edge_agent.journal.journal import Journal
from edge_agent.journal.outbox import Outbox
from edge_agent.journal.private import PrivateBook
from edge_agent.journal.recovery import RecoveryBook
from edge_agent.journal.verification import BrokenJournalError, verify
from edge_agent.journal.writer import Stamp
from edge_agent.schedule import Job, build_schedule
from edge_agent.services.asides import Asides
from edge_agent.services.attempts import first_service
from edge_agent.services.board import Board
from edge_agent.services.card_desk import CardDesk, Reader
from edge_agent.services.claims import Claims
from edge_agent.services.commands import Commands, EffectError
from edge_agent.services.contacts import SealedContacts
from edge_agent.services.counter import Counter, Hands
from edge_agent.services.days import Days
from edge_agent.services.entrance import Clocks, Entrance
from edge_agent.services.extras import Extras
from edge_agent.services.forwarding import Forwarder, Gate
from edge_agent.services.help import HelpDesk
from edge_agent.services.lease import Lease
from edge_agent.services.offer import Offer
from edge_agent.services.paper import Place
from edge_agent.services.pix import Pix, Totem, make_pix
from edge_agent.services.pix_desk import PixRules
from edge_agent.services.pix_resolver import PixTimes
from edge_agent.services.printing import Paperwork, Printing
from edge_agent.services.readiness import Link, Readiness
from edge_agent.services.receipts import Receipts
from edge_agent.services.recovered import Recovered, interrupted
from edge_agent.services.recovery import settle_at_boot, settle_earlier_epochs
from edge_agent.services.refunds import VoidDesk
from edge_agent.services.resolver import Ears, Resolver
from edge_agent.services.scans import Scans
from edge_agent.services.shelf import Shelf
from edge_agent.services.visits import Visits
from edge_agent.services.voice import Voice
from edge_agent.settings import Settings
from edge_agent.sync.acquirer import HttpAcquirer
from edge_agent.sync.charges import HttpCharges
from edge_agent.sync.conversation import Conversation
from edge_agent.sync.enrol import EnrolmentRecord, granted
from edge_agent.sync.identity import Identity, acked_by, granted_by
from edge_agent.sync.pushing import Pushing
from edge_agent.sync.recovering import Machine, Recovering
from edge_agent.sync.transport import Transport
from edge_agent.sync.worker import Ports, SyncWorker
from edge_agent.works import Works
from sync_protocol.uplink import State

EXPIRE_EVERY_S = 5.0
CLOSE_EVERY_S = 60.0
RUNNING_EVERY_S = 60.0
COMMANDS_EVERY_S = 2.0
FALLBACK_PREFIX = "S"
VERSION = version("totem")


class Agent:
    """One running totem. ``start`` before serving, ``stop`` after."""

    def __init__(self, settings: Settings, record: EnrolmentRecord, identity: Identity) -> None:
        self.log = structlog.get_logger("agent")
        self.board = Board()
        self.tap = Tap()
        self.clock = SystemClock()
        self._settings = settings
        self._record = record
        self._identity = identity
        self._boot_id = uuid.uuid4().hex
        self.works = Works()
        data_dir = settings.data_dir
        self.journal = Journal(data_dir, load_key(data_dir), self._stamp)
        self.outbox = Outbox(self.journal)
        self.shelf = Shelf(self.journal, self.board.changed_from_thread)
        self.devices = make_devices(
            settings.devices, self.clock, self.board.changed_from_thread, self.tap
        )
        self.recovery = RecoveryBook(self.journal, granted_by(record.server_keys))
        self.conversation = self._make_conversation()
        self.worker = self._make_worker()
        self.lease = Lease(
            self.journal,
            self.clock.monotonic,
            lambda: self.worker.status().last_ack_s,
            self.board.changed,
        )
        self.commands = self._make_commands()
        self.readiness = Readiness(
            self.journal,
            self.shelf,
            self.devices,
            Link(
                lambda: self.worker.status().online,
                lambda: self.conversation.barred,
                lambda: self.lease.standing() != "over",
                lambda: self.pix.line.is_up if self.pix is not None else None,
                lambda: self.forwarder is not None and self.forwarder.is_draining,
            ),
            self.clock.wall_ms,
        )
        self._make_desks()
        self.pix = self._make_pix()
        self.forwarder = self._make_forwarder()
        self.days = Days(
            self.journal,
            self._today,
            lambda: self.visits.current is None,
            lambda: not self.conversation.barred,
        )
        self.schedule = build_schedule(
            [
                Job("expire visits", EXPIRE_EVERY_S, self.visits.expire),
                Job("let go of what a cut left", EXPIRE_EVERY_S, self.recovered.expire),
                Job("close the day", CLOSE_EVERY_S, self.days.close),
                Job("count running time", RUNNING_EVERY_S, self.lease.tick),
                Job("do what headquarters commands", COMMANDS_EVERY_S, self.commands.run),
            ]
        )
        self.voice = Voice()
        self.drawer = self._make_drawer(identity)
        self.vitals = self._make_vitals()

    async def start(self) -> None:
        """Everything that must be true before a screen is served."""
        self._loop = asyncio.get_running_loop()
        self.board.attach(self._loop)
        self.journal.start()
        await asyncio.to_thread(self.recovery.enrolled, granted(self._record))
        self._find_standing()
        if not self.conversation.barred and self.recovery.is_settled():
            left = await self.journal.do(interrupted)
            settled = await self.journal.do(settle_at_boot)
            self.recovered.open(left)
            self.log.info("boot settled", settled=settled)
        self.lease.open()
        self.entrance.open()
        self.shelf.refresh()
        self.journal.on_commit(self._committed)
        self.journal.on_commit(self.recovered.committed)
        self.devices.reader.back = self._settle_payments
        for device in self.devices.all().values():
            device.start()
        self.works.begin("printing", self.printing.run)
        self.works.begin("resolver", self.resolver.run)
        self.works.begin("scans", self.scans.run)
        if not self._settings.training:
            self.works.begin("sync", self.worker.run)
        if self.forwarder is not None:
            self.works.begin("forwarding", self.forwarder.run)
        if self.pix is not None:
            self.works.begin("pix", self.pix.resolver.run)
        self.printing.poke()
        await self.days.close()
        self.schedule.start()
        self.log.info("agent started", totem=self._record.totem, boot=self._boot_id)

    async def stop(self) -> None:
        self.schedule.shutdown(wait=False)
        await self.works.stop()
        for device in self.devices.all().values():
            device.stop()
        await asyncio.to_thread(self.journal.stop)

    def _make_desks(self) -> None:
        """Everybody who deals with customers and attendants."""
        self.printing = Printing(
            self.journal,
            self.devices.printer,
            Paperwork(
                self._place,
                self._identity.sign,
                lambda sale: self.visits.customer_of(sale),
                lambda: self.tap.forget("printer"),
            ),
            self.board,
            lambda: self.resolver.poke(),
        )
        reader = Reader(self.devices.reader, self.devices.capabilities)
        desk = CardDesk(self.journal, reader, self.board, self.clock.wall_ms)
        self.visits = Visits(self.journal, desk, self.printing, self.board, self.clock.monotonic)
        self.visits.ended = lambda: self.resolver.poke()
        self.recovered = Recovered(self.journal, self.printing, self.board, self.clock.monotonic)
        self.asides = Asides(self.visits, self.board)
        self.help = HelpDesk(self.board, self.clock.monotonic)
        self.receipts = Receipts(
            self.journal, self.visits, self.printing, SealedContacts(self.shelf)
        )
        self.offer = Offer(self.journal, self.clock.wall_ms, self._today)
        self.visits.may_choose = self.offer.check
        self.extras = Extras(self.visits, self.board)
        self.resolver = Resolver(self.journal, self.devices.reader, self._make_ears())
        self.scans = Scans(self.devices.scanner, self.clock.monotonic)
        self.entrance = Entrance(
            self.journal, self.shelf, Clocks(self.clock.monotonic, self.clock.wall_ms)
        )
        self.entrance.entered = self.help.answered
        void = VoidDesk(self.journal, reader, self.board)
        hands = Hands(self.printing, void, self._identity.signed)
        self.counter = Counter(self.journal, self.entrance, hands)
        self.claims = Claims(self.journal, self.counter)

    def _make_forwarder(self) -> Forwarder | None:
        """None where this totem has no acquirer: what it stores stays stored."""
        url = self._settings.acquirer_url
        gate = Gate(self._may_act, self.board.changed)
        return Forwarder(self.journal, HttpAcquirer(url), gate) if url else None

    def _make_pix(self) -> Pix | None:
        """None where this totem may ask nobody for charges: PIX is not offered."""
        settings = self._settings
        if not settings.charges_url:
            return None
        totem = Totem(self.journal, self.visits, self.board, self._may_act, self._prefix_of)
        return make_pix(
            HttpCharges(settings.charges_url),
            totem,
            PixRules(settings.pix_expires_s, lambda: self.visits.access.slow),
            PixTimes(self.clock.monotonic, self._today, settings.pix_claim_s),
        )

    def _may_act(self) -> bool:
        """Not after a restore, until the journal has heard what it lost."""
        return not self.conversation.barred and self.recovery.is_settled()

    def workshop(self) -> Workshop:
        """For the technician's routes."""
        wanted = self._settings.devices
        return Workshop(self.devices, wanted, self.journal, self.printing.poke, self.tap)

    def _make_ears(self) -> Ears:
        return Ears(
            may_act=self._may_act,
            waiting=self.visits.waiting_sale,
            paying=self.visits.paying,
            prefix_of=self._prefix_of,
            paid=self.visits.heard_paid,
            not_paid=self.visits.heard_not_paid,
        )

    def _prefix_of(self, sale: str) -> str:
        """The queue of a sale whose cart is gone: that of its first line, by today's catalogue."""
        service = self.shelf.catalogue.services.get(first_service(self.journal, sale))
        return service.prefix if service else FALLBACK_PREFIX

    def _make_conversation(self) -> Conversation:
        machine = Machine(self._identity.instance_id, self._boot_id)
        recovering = Recovering(
            self.recovery, machine, lambda: uuid.uuid4().hex, self._settle_earlier
        )
        return Conversation(Pushing(self.outbox, self._identity, self._record), recovering)

    def _make_worker(self) -> SyncWorker:
        settings = self._settings

        def transport() -> Transport:
            return Transport(settings.central_url, self._identity, self._record.totem, VERSION)

        return SyncWorker(
            Ports(
                outbox=self.outbox,
                transport=transport(),
                feed_transport=transport(),
                conversation=self.conversation,
                chance=random.Random(),
                feed_applied=self.shelf.refresh,
                changed=self.board.changed,
                private=PrivateBook(self.journal),
                probe_s=settings.probe_s,
                push_idle_s=settings.push_idle_s,
                feed_wait_s=settings.feed_wait_s,
            )
        )

    def _make_commands(self) -> Commands:
        effects = {"sync": self._sync_now, "verify": self._verify}
        return Commands(self.journal, effects, lambda: self.conversation.state is State.STREAMING)

    def _make_drawer(self, identity: Identity) -> Drawer:
        return Drawer(
            training=self._settings.training,
            totem=self._record.totem,
            totem_name=self._record.name,
            site_name=self._record.site_name,
            journal=self.journal,
            board=self.board,
            shelf=self.shelf,
            readiness=self.readiness,
            offer=self.offer,
            sign=identity.sign,
            visit=lambda: self.visits.current,
            monotonic=self.clock.monotonic,
            recovered=self.recovered,
            asides=self.asides,
            receipts=self.receipts,
            access=self.visits.access,
            panel=panel_view(self._settings.screen),
            late_left_s=self.pix.resolver.left_s if self.pix else lambda _: 0.0,
        )

    def _make_vitals(self) -> Vitals:
        return Vitals(
            journal=self.journal,
            outbox=self.outbox,
            devices=self.devices,
            sync=self._sync_vitals,
            lease_days=self.lease.days_left,
            exposition=self._exposition,
            help_wanted=self.help.is_wanted,
            works=self.works.health,
        )

    def _exposition(self) -> bytes:
        metrics.OUTBOX.set(self.worker.status().outbox)
        metrics.HELP_WANTED.set(self.help.is_wanted())
        return metrics.exposition()

    def _stamp(self) -> Stamp:
        mono_ms = int(self.clock.monotonic() * 1000)
        return Stamp(self.clock.wall_ms(), mono_ms, self._boot_id, self._today())

    def _today(self) -> str:
        """The business day by the wall clock."""
        policy = self.shelf.catalogue.policy
        return business_day(self.clock.wall_ms(), policy.timezone, policy.day_cutover)

    def _place(self) -> Place:
        record, is_training = self._record, self._settings.training
        return Place(self.shelf.catalogue, record.site_name, record.totem, is_training)

    def _committed(self) -> None:
        """On the writer's thread: tell the sync job and the screens."""
        self._loop.call_soon_threadsafe(self.worker.poke)
        if self.forwarder is not None:
            self._loop.call_soon_threadsafe(self.forwarder.poke)

    def _find_standing(self) -> None:
        """An older database, or another machine: ask for an epoch before anything is written."""
        if self.journal.behind_high_water():
            self.conversation.lose_epoch("restored")
        elif self.recovery.grants()[-1].instance_id != self._identity.instance_id:
            self.conversation.lose_epoch("instance")

    def _settle_earlier(self) -> None:
        """On a thread of sync's."""
        settled = self.journal.submit(settle_earlier_epochs).result()
        self._settle_payments()
        self.log.info("earlier epochs settled", settled=settled)

    def _settle_payments(self) -> None:
        """From any thread: an attempt in doubt may come to its end now."""
        self._loop.call_soon_threadsafe(self.resolver.poke)

    async def _sync_now(self) -> str:
        self.worker.sync_now()
        return ""

    async def _verify(self) -> str:
        return await asyncio.to_thread(self._verify_now)

    def _verify_now(self) -> str:
        keys, totem = self._record.server_keys, self._record.totem
        try:
            with self.journal.reading() as connection:
                found = verify(connection, granted_by(keys), acked_by(keys, totem))
        except BrokenJournalError as error:
            raise EffectError(str(error)) from error
        return f"{found.events} events in {found.epochs} epochs and {found.acks} acks verify"

    def _sync_vitals(self) -> tuple[bool, str, str]:
        status = self.worker.status()
        return status.online, status.state, status.error
