"""One seeded world: machines, headquarters, a network that misbehaves, people, and a healing end.

Same seed, same trace. A step is one thing that happens; the oracle looks after the healing, and
at what can be seen on the way.
"""

from dataclasses import dataclass
from hashlib import sha256
from random import Random

from msgspec import json

from edge_agent.journal.errors import JournalError
from edge_agent.journal.seals import seal_day
from edge_agent.sync.conversation import Answer, Forensic, Request
from edge_agent.sync.errors import CentralRefusedError
from edge_agent.sync.recovering import Pull
from sync_protocol.errors import FeedHoleError
from sync_protocol.feed import FeedItem
from sync_protocol.messages import EpochRequest, Push, PushAnswer
from tests.simulation import oracle
from tests.simulation.central import DAY_MS, Backup, SimCentral
from tests.simulation.disk import Disk, PowerCut
from tests.simulation.kinds import Kind
from tests.simulation.totem import SimTotem

HEAL_ROUNDS = 24
TRACE_KEPT = 40


@dataclass
class Violation:
    """A broken promise."""

    invariant: str
    detail: str


class World:
    """Runs one seed. ``violations`` is empty when every promise held."""

    def __init__(self, seed: int, kind: Kind) -> None:
        self.seed = seed
        self.kind = kind
        self.rng = Random(f"{kind.name}:{seed}")
        self.now_ms = 1_795_478_400_000
        self.central = SimCentral()
        self.central.now_ms = self.now_ms
        self.violations: list[Violation] = []
        self.counts: dict[str, int] = {}
        self.last: list[str] = []
        self._trace = sha256()
        self._late_requests: list[tuple[str, Request]] = []
        self._disk_backups: dict[str, list[Disk]] = {}
        self._central_backups: list[Backup] = []
        self._acks: dict[tuple[str, int, int], int] = {}
        self.machines: list[SimTotem] = []
        self.retired: list[SimTotem] = []
        for number in range(kind.totems):
            totem = f"T{number:04d}"
            grant = self.central.enrol(totem, f"board-{number}")
            machine = SimTotem(totem, grant, Disk(), self)
            self.machines.append(machine)
            machine.boot()
            machine.journal.note_mark()
        self._central_backups.append(self.central.backup())

    # ---- running

    def run(self) -> None:
        """Faults, then the healing, then the verdict."""
        names, weights = list(self.kind.weights), list(self.kind.weights.values())
        for _ in range(self.kind.steps):
            self._pass_time(self.rng.randrange(30_000))
            name = self.rng.choices(names, weights)[0]
            self._step(name)
            if self.violations:
                return
        self.count("durable_writes", sum(it.written + it.journal.writes for it in self.machines))
        self.count("days_sealed", sum(_is_sealed(it) for it in self.machines))
        self.survivors = oracle.facts_on_disks(self.machines)
        self._heal()
        if not self.violations:
            oracle.judge(self)

    @property
    def trace(self) -> str:
        return self._trace.hexdigest()

    def violated(self, invariant: str, detail: str) -> None:
        self.violations.append(Violation(invariant, detail))

    def note(self, text: str) -> None:
        """One line of the trace."""
        self._trace.update(text.encode() + b"\n")
        self.last = [*self.last[-TRACE_KEPT:], text]

    def count(self, what: str, by: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + by

    def _step(self, name: str) -> None:
        machine = self.rng.choice(self.machines)
        self.count("steps")
        self.note(f"{name} {machine.machine}")
        try:
            getattr(self, f"_{name}")(machine)
        except PowerCut:
            self._die(machine)
        except JournalError as error:
            self.note(f"journal refused: {error}")

    def _pass_time(self, by_ms: int) -> None:
        self.now_ms += by_ms
        self.central.now_ms = self.now_ms

    def _die(self, machine: SimTotem) -> None:
        self.count("crashes")
        self.note(f"power cut at {machine.machine}")
        machine.is_on = False
        self._boot(machine)

    def _boot(self, machine: SimTotem) -> None:
        try:
            machine.boot()
        except JournalError as error:
            self.note(f"boot refused: {error}")

    # ---- what happens

    def _sell(self, machine: SimTotem) -> None:
        if machine.may_sell:
            machine.sell(self.rng.choice(["counter", "counter", "card", "card", "free"]))

    def _print(self, machine: SimTotem) -> None:
        if machine.may_sell:
            machine.print_next()

    def _sync(self, machine: SimTotem) -> None:
        for _ in range(self.rng.randrange(1, 6)):
            self.exchange(machine, is_faulty=True, is_probe_due=self.rng.random() < 0.5)

    def exchange(self, machine: SimTotem, is_faulty: bool, is_probe_due: bool) -> str:
        """One request and its answer, or what the network makes of them; how to go on."""
        request = machine.conversation.next(is_probe_due)
        if request is None:
            return "idle"
        fate = self.rng.random() if is_faulty else 1.0
        if fate < 0.1:
            self.note("request lost")
            return machine.conversation.lost(False).pause
        if is_faulty and self.rng.random() < 0.1:
            self._late_requests.append((machine.totem, request))
        try:
            answer = self.handle(machine.totem, request)
        except CentralRefusedError as error:
            self.note(f"{type(request).__name__} refused {error.problem.code}")
            if error.problem.code == "fork":
                self.count("forks")
            if fate < 0.2:
                return machine.conversation.lost(False).pause
            return machine.conversation.refused(request, error).pause
        self.note(f"{type(request).__name__} answered")
        if fate < 0.2:
            self.note("answer lost")
            return machine.conversation.lost(fate < 0.15).pause
        if isinstance(answer, PushAnswer):
            self._watch_ack(machine, answer)
        outcome = machine.conversation.answered(request, answer)
        if outcome.incident is not None:
            self.note(f"incident {outcome.incident}")
        return outcome.pause

    def handle(self, totem: str, request: Request) -> Answer:
        """Headquarters' answer. Raises CentralRefusedError."""
        central = self.central
        match request:
            case EpochRequest():
                return central.epoch(totem, request)
            case Pull():
                return central.page(totem, request.epoch, request.from_seq)
            case Forensic():
                return central.keep_aside(totem, request.push)
            case Push():
                return central.push(totem, request)

    def _watch_ack(self, machine: SimTotem, answer: PushAnswer) -> None:
        ack, shelf = answer.ack, self.central.shelves[machine.totem]
        if (shelf.held.epoch, shelf.held.seq, shelf.held.hash) < (ack.epoch, ack.seq, b""):
            self.violated("7 ack after commit", f"acked {ack.seq}, held {shelf.held.seq}")
        key = (machine.totem, ack.epoch, ack.server_gen)
        if self._acks.get(key, 0) > ack.seq:
            self.violated("8 acks monotone", f"{ack.seq} after {self._acks[key]}")
        self._acks[key] = ack.seq

    def _late(self, machine: SimTotem) -> None:
        """A request that was given up long ago arrives; nobody waits for the answer."""
        if not self._late_requests:
            return
        totem, request = self._late_requests.pop(self.rng.randrange(len(self._late_requests)))
        self.count("late_requests")
        try:
            self.handle(totem, request)
        except CentralRefusedError as error:
            self.note(f"late {type(request).__name__}: {error.problem.code}")

    def _feed(self, machine: SimTotem) -> None:
        before = machine.outbox.feed_cursor()
        generation = machine.outbox.feed_gen()
        try:
            page = self.central.feed_page(before, generation, self.rng.randrange(1, 6))
        except CentralRefusedError:
            machine.outbox.replace_feed(self.central.feed_snapshot())
            return
        if self.rng.random() < 0.1 and len(page.items) > 1:
            del page.items[self.rng.randrange(len(page.items) - 1)]
        try:
            machine.take_feed(page)
        except FeedHoleError:
            self.count("feed_holes")
            self.note("feed hole seen")
        after = machine.outbox.feed_cursor()
        if any(after.get(scope, 0) < version for scope, version in before.items()):
            self.violated("20 feed never regresses", f"{before} -> {after}")

    def _publish(self, machine: SimTotem) -> None:
        scope = self.rng.choice(["org", "site:centro"])
        last = max((it.version for it in self.central.feed if it.scope == scope), default=0)
        body = json.encode({"n": self.rng.randrange(1000)})
        kind = self.rng.choice(["put", "put", "del"])
        body = b"" if kind == "del" else body
        key = f"note/{self.rng.randrange(4)}"
        digest = sha256(body).digest()
        self.central.publish(FeedItem(scope, last + 1, last, kind, key, body, digest))  # type: ignore[arg-type] # drawn from the kinds

    def _power_cut(self, machine: SimTotem) -> None:
        """The next durable writes are not all made."""
        machine.journal.cut = self.rng.randrange(8)

    def _backup_disk(self, machine: SimTotem) -> None:
        self._disk_backups.setdefault(machine.machine, []).append(machine.disk.copy())

    def _restore_disk(self, machine: SimTotem) -> None:
        """An old image on the same board; sometimes its high-water mark is the old one too."""
        backups = self._disk_backups.get(machine.machine)
        if not backups:
            return
        self.count("restores")
        is_noticed = self.rng.random() < 0.5
        mark = machine.disk.mark
        disk = self.rng.choice(backups).copy()
        if is_noticed:
            disk.mark = mark
        machine.disk = disk
        machine.charges, machine.paper = {}, {}
        self._boot(machine)

    def _backup_central(self, machine: SimTotem) -> None:
        self._central_backups.append(self.central.backup())

    def _restore_central(self, machine: SimTotem) -> None:
        self.count("central_restores")
        self.central.restore(self.rng.choice(self._central_backups))

    def _clone(self, machine: SimTotem) -> None:
        """The disk is copied into another board, or a virtual machine with the same one."""
        if len(self.machines) > 3:
            return
        self.count("clones")
        number = len(self.machines) + len(self.retired)
        twin = SimTotem(f"{machine.totem}.{number}", machine.grant, machine.disk.copy(), self)
        is_virtual = self.rng.random() < 0.3
        twin.instance_id = machine.instance_id if is_virtual else f"board-x{number}"
        self.machines.append(twin)
        self._boot(twin)

    def _poison(self, machine: SimTotem) -> None:
        if machine.may_sell:
            self.count("poison")
            machine.append_poison()

    def _seal(self, machine: SimTotem) -> None:
        if machine.may_sell:
            machine.do(seal_day("2026-11-25"))

    def _clock(self, machine: SimTotem) -> None:
        self.count("clock_jumps")
        machine.wall_jump_ms = self.rng.choice([0, 1, -1]) * self.rng.randrange(10 * 365 * DAY_MS)

    def _disk_full(self, machine: SimTotem) -> None:
        self.count("disk_full")
        machine.journal.is_full = not machine.journal.is_full

    def _mark(self, machine: SimTotem) -> None:
        if machine.is_on and not machine.conversation.barred:
            machine.journal.note_mark()

    def _choose(self, machine: SimTotem) -> None:
        """An operator gives leave to one of the machines that were refused."""
        if machine.conversation.barred == "copy":
            self.central.shelves[machine.totem].leave = machine.instance_id

    def _day(self, machine: SimTotem) -> None:
        self._pass_time(self.rng.randrange(2 * DAY_MS))

    # ---- the healing

    def _heal(self) -> None:
        """No more faults: everybody talks, people decide, until nothing is left to say."""
        self._late_requests.clear()
        for machine in self.machines:
            machine.journal.is_full, machine.journal.cut = False, None
            self._boot(machine)
        quiet = 0
        for _ in range(HEAL_ROUNDS):
            self._pass_time(60_000)
            settled = [self._settle(machine) for machine in list(self.machines)]
            quiet = quiet + 1 if all(settled) else 0
            if quiet == 2:
                return
            self._decide()
        states = [
            (it.machine, it.conversation.state, it.conversation.barred) for it in self.machines
        ]
        self.violated("23 backlog reaches 0", f"still talking: {states}")

    def _settle(self, machine: SimTotem) -> bool:
        """Let one machine talk; whether it had nothing more to say than its probe."""
        for turn in range(60):
            pause = self.exchange(machine, is_faulty=False, is_probe_due=turn == 0)
            if pause in ("idle", "backoff"):
                return pause == "idle" and turn <= 1
        return False

    def _decide(self) -> None:
        """A person looks at machines that were refused: one of each totem goes on, the others are
        retired once their journals are kept aside.
        """
        for totem in sorted({machine.totem for machine in self.machines}):
            alive = [machine for machine in self.machines if machine.totem == totem]
            refused = [machine for machine in alive if machine.conversation.barred == "copy"]
            if not refused:
                continue
            if len(alive) == 1:
                self._pass_time(DAY_MS + 1)
                self.central.shelves[totem].leave = refused[0].instance_id
                continue
            for machine in refused:
                if len(alive) > 1 and self._is_kept_aside(machine):
                    self.note(f"retired {machine.machine}")
                    self.machines.remove(machine)
                    self.retired.append(machine)
                    alive.remove(machine)

    def _is_kept_aside(self, machine: SimTotem) -> bool:
        """Whether the forensic intake has every row of this machine."""
        kept = self.central.forensic
        return all(
            (machine.totem, epoch, event.seq, digest) in kept
            for epoch, digest, event in oracle.journal_rows(machine)
        )


def _is_sealed(machine: SimTotem) -> int:
    sql = "SELECT count(*) FROM journal WHERE type = 'DaySealed'"
    found: int = machine.disk.connection.execute(sql).fetchone()[0]
    return found
