"""One simulated machine: the product's deeds, journal, outbox, recovery and conversation.

Only the network, the clock, the card reader and the printer are ours. ``paper`` and ``charges`` are
the outside world: they remember what the journal may forget.
"""

from collections.abc import Callable
from random import Random
from typing import Protocol

from msgspec import json, structs

from edge_agent.devices.ports import CardOutcome, PrintResult
from edge_agent.domain.catalogue import Choice
from edge_agent.journal.outbox import Outbox
from edge_agent.journal.recovery import RecoveryBook
from edge_agent.journal.writer import Stamp, Writing, open_epoch
from edge_agent.services import card_sale, checkout, printing
from edge_agent.services.card_sale import Requested
from edge_agent.services.checkout import Basket
from edge_agent.services.errors import RefusedError
from edge_agent.services.recovery import settle_at_boot, settle_earlier_epochs
from edge_agent.sync.conversation import Conversation
from edge_agent.sync.identity import Identity
from edge_agent.sync.pushing import Pushing
from edge_agent.sync.recovering import Machine, Recovering
from sync_protocol import chain, downlink
from sync_protocol.events import Event
from sync_protocol.feed import FeedPage
from sync_protocol.messages import EnrolAnswer, Grant
from tests.simulation.disk import DirectJournal, Disk
from tests.simulation.keys import GRANT_KEY, totem_key, verified
from tests.support.bench_totem import CARD, CATALOGUE

DAY = "2026-11-24"
SERVER_KEYS = {GRANT_KEY.key_id: GRANT_KEY.public}


class Surroundings(Protocol):
    """What a machine can see of the world around it."""

    rng: Random
    now_ms: int

    def violated(self, invariant: str, detail: str) -> None: ...


class SimTotem:
    """One machine with its disk. ``machine`` names it among clones of one totem."""

    journal: DirectJournal

    def __init__(self, machine: str, grant: Grant, disk: Disk, world: Surroundings) -> None:
        self.machine = machine
        self.instance_id = grant.instance_id
        self.totem = grant.totem
        self.grant = grant
        self.world = world
        self.disk = disk
        self.boots = 0
        self.written = 0
        self.wall_jump_ms = 0
        self.charges: dict[str, int] = {}
        self.paper: dict[str, int] = {}
        self.shown: list[tuple[str, str]] = []
        """(ticket number, ticket) as customers saw them."""
        self.acks: list[tuple[int, int, int]] = []
        self.asked: list[Requested] = []
        self.is_on = False

    # ---- power

    def boot(self) -> None:
        """What the agent does at start."""
        self.written += self.journal.writes if self.boots else 0
        self.boots += 1
        boot_id = f"{self.machine}.{self.boots}"
        self.journal = DirectJournal(self.disk, self._stamp_for(boot_id))
        if self.journal.writer.head is None:
            self.journal.submit(open_epoch(self.grant)).result()
        self.outbox = Outbox(self.journal)
        self.book = RecoveryBook(self.journal, _is_granted)
        key = totem_key(self.totem)
        record = EnrolAnswer(self.totem, "", "", "", self.grant, SERVER_KEYS, "", ["org"])
        nonces = iter(range(10**6))
        self.conversation = Conversation(
            Pushing(self.outbox, Identity(key.private, self.instance_id), record),
            Recovering(
                self.book,
                Machine(self.instance_id, boot_id),
                lambda: f"{boot_id}.{next(nonces)}.{self.world.rng.random()}",
                lambda: self.do(settle_earlier_epochs),
            ),
        )
        self.asked = []
        self.is_on = True
        if self.journal.behind_mark():
            self.conversation.lose_epoch("restored")
        elif self.book.grants()[-1].instance_id != self.instance_id:
            self.conversation.lose_epoch("instance")
        elif self.book.is_settled():
            self.do(settle_at_boot)

    def _stamp_for(self, boot_id: str) -> Callable[[], Stamp]:
        def stamp() -> Stamp:
            wall_ms = max(0, self.world.now_ms + self.wall_jump_ms)
            return Stamp(wall_ms, self.world.now_ms, boot_id, DAY)

        return stamp

    def do(self, deed: Callable[[Writing], object]) -> None:
        self.journal.submit(deed).result()

    # ---- customers

    @property
    def may_sell(self) -> bool:
        return self.is_on and not self.conversation.barred

    def sell(self, method: str) -> None:
        """One sale by the product's own deeds; devices act only on what was committed."""
        basket = _basket(method)
        match method:
            case "counter":
                issued = self.journal.submit(checkout.sell_at_counter(basket)).result()
            case "free":
                issued = self.journal.submit(checkout.give_free(basket)).result()
            case _:
                self._sell_by_card(basket)
                return
        self._show(issued.ticket)

    def _sell_by_card(self, basket: Basket) -> None:
        try:
            deed = card_sale.request_card(basket, card_sale.Asked("debit"), "reader")
            requested = self.journal.submit(deed).result()
        except RefusedError:
            return
        if self.world.rng.random() < 0.3:
            refused = CardOutcome("declined", "card_declined")
            self.do(card_sale.refuse_card(requested, refused))
            self.do(checkout.cancel_sale(requested.sale, "customer"))
            return
        self._charge(requested.payment)
        deed_approve = card_sale.approve_card(basket, requested, "debit", CARD)
        self._show(self.journal.submit(deed_approve).result().ticket)

    def _show(self, ticket: str) -> None:
        sql = "SELECT number FROM tickets WHERE ticket = ?"
        with self.journal.reading() as connection:
            self.shown.append((connection.execute(sql, (ticket,)).fetchone()[0], ticket))

    def print_next(self) -> None:
        """The printer's turn: intent, paper, outcome."""
        job = printing.next_job(self.journal)
        if job is None:
            return
        self.do(printing.started(job))
        works = self.world.rng.random() < 0.9
        if works:
            self._print(job.job)
        result = PrintResult("printed", "") if works else PrintResult("failed", "paper_end")
        self.do(printing.finished(job, result))

    def _print(self, job: str) -> None:
        """Paper comes out: the intent must be durable by now, and only once."""
        self.paper[job] = self.paper.get(job, 0) + 1
        self._check_intent("prints", "job", job, "SENDING")
        if self.paper[job] > 1:
            self.world.violated("6 intent before effect", f"{job} was printed twice")

    def _charge(self, payment: str) -> None:
        self.charges[payment] = self.charges.get(payment, 0) + 1
        self._check_intent("payments", "payment", payment, "REQUESTED")
        if self.charges[payment] > 1:
            self.world.violated("6 intent before effect", f"{payment} was charged twice")

    def _check_intent(self, table: str, key: str, name: str, state: str) -> None:
        sql = f"SELECT state FROM {table} WHERE {key} = ?"
        row = self.disk.connection.execute(sql, (name,)).fetchone()
        if row is None or row[0] != state:
            self.world.violated("6 intent before effect", f"{name} is {row}")

    def append_poison(self) -> None:
        """An event of a build from the future, or one that contradicts itself."""
        kind = self.world.rng.choice(["Teleported", "SaleClosed"])
        body = json.encode({"sale": f"{self.totem}-1-1-00000000", "how": "beam"})

        def deed(writing: Writing) -> None:
            stamp = writing.stamp
            event = Event(1, kind, 1, stamp.wall_ms, stamp.boot_id, 0, DAY, body)
            writing._put(structs.replace(event, seq=writing.head.seq + 1))

        self.do(deed)

    # ---- the feed

    def take_feed(self, page: FeedPage) -> None:
        """Raises FeedHoleError."""
        after = downlink.check_page(self.outbox.feed_cursor(), page)
        self.outbox.apply_feed(structs.replace(page, cursor=after))


def _is_granted(grant: Grant) -> bool:
    return verified(grant.key_id, grant.sig, chain.grant_bytes(grant))


def _basket(method: str) -> Basket:
    service = "result" if method == "free" else "blood"
    return Basket(CATALOGUE, [Choice(service, 1)], "pt", "")
