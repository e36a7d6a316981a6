"""The verdict on a healed world: the invariants of the protocol, one function each.

Facts are named by where they were first written. Only a fact of which no copy survived on any
machine when the healing began is forgiven.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from edge_agent.journal.rows import EVENT_COLUMNS, event_of
from sync_protocol import accounts, chain
from sync_protocol.errors import RemoteProtocolError
from sync_protocol.events import OF_ONE_EPOCH, Event, decode_body
from sync_protocol.messages import Grant
from tests.simulation.central import SimCentral
from tests.simulation.keys import verified
from tests.simulation.shelf import Shelf, legs_of, refold
from tests.simulation.totem import SimTotem

if TYPE_CHECKING:
    from tests.simulation.world import World

Fact = tuple[str, int, int, bytes]
_REPLAY = SimCentral.replay
"""The honest one, whatever is planted."""


def facts_on_disks(machines: Iterable[SimTotem]) -> dict[Fact, str]:
    """Every business fact that some disk holds now, with its type."""
    found: dict[Fact, str] = {}
    for machine in machines:
        for epoch, digest, event in _rows(machine):
            if event.type not in OF_ONE_EPOCH:
                found[_fact(machine.totem, epoch, digest, event)] = event.type
    return found


def judge(world: "World") -> None:
    """Report every broken promise to the world."""
    for machine in world.machines:
        _check_chain(world, machine)
        _check_prefix(world, machine)
        _check_feed(world, machine)
        _check_pulled_back(world, machine)
    for shelf in world.central.shelves.values():
        _check_central_chain(world, shelf)
        _check_replayed(world, shelf)
        _check_books(world, shelf)
        _check_grants(world, shelf)
        _check_sums(world, shelf)
        _check_seals(world, shelf)
    _check_nothing_lost(world)
    _check_numbers(world)
    _check_incidents(world)


def _check_chain(world: "World", machine: SimTotem) -> None:
    """1 and 2: seqs dense, chain verifies from each grant."""
    grants = {grant.epoch: grant for grant in machine.book.grants()}
    before: dict[int, tuple[int, bytes]] = {
        epoch: (0, chain.genesis(grant)) for epoch, grant in grants.items()
    }
    for epoch, digest, event in journal_rows(machine):
        seq, last = before[epoch]
        if event.seq != seq + 1:
            world.violated("1 seqs dense", f"{machine.machine} {epoch}/{event.seq} after {seq}")
        if chain.event_hash(last, event) != digest:
            world.violated("2 chain verifies", f"{machine.machine} {epoch}/{event.seq}")
        before[epoch] = (event.seq, digest)


def _check_prefix(world: "World", machine: SimTotem) -> None:
    """3 and 23: after the healing central's head is the machine's own."""
    head, held = machine.journal.head(), world.central.shelves[machine.totem].held
    if (held.epoch, held.seq, held.hash) != (head.epoch, head.seq, head.hash):
        world.violated(
            "3 central holds the journal",
            f"{machine.machine} is at {head.epoch}/{head.seq}, held {held.epoch}/{held.seq}",
        )


def _check_central_chain(world: "World", shelf: Shelf) -> None:
    """2 at central: every epoch's rows are dense and verify from its grant."""
    for grant in shelf.grants:
        last = chain.genesis(grant)
        own = {seq: row for (epoch, seq), row in shelf.rows.items() if epoch == grant.epoch}
        rows = sorted(own.items(), key=lambda it: it[0])
        for place, (seq, row) in enumerate(rows, 1):
            last = chain.event_hash(last, row.event)
            if seq != place or last != row.hash:
                world.violated("2 chain verifies", f"{shelf.totem} {grant.epoch}/{seq} at central")
                return


def _check_replayed(world: "World", shelf: Shelf) -> None:
    """14: nothing waits that could be posted."""
    before = {place: row.reading.status for place, row in shelf.rows.items()}
    folded = list(shelf.folded)
    _REPLAY(world.central, shelf)
    after = {place: row.reading.status for place, row in shelf.rows.items()}
    if before != after:
        late = [place for place in before if before[place] != after[place]]
        world.violated("14 quarantine never blocks", f"{shelf.totem} {late[:5]} waited for nothing")
    shelf.folded = folded


def _check_pulled_back(world: "World", machine: SimTotem) -> None:
    """4 the other way: what central holds of a totem, its machine has too."""
    here = {_fact(machine.totem, *row) for row in _rows(machine)}
    for (epoch, seq), row in world.central.shelves[machine.totem].rows.items():
        fact = _fact(machine.totem, epoch, row.hash, row.event)
        if fact not in here and row.event.type not in OF_ONE_EPOCH:
            world.violated("4 pulled back", f"{machine.machine} lacks {epoch}/{seq}")
            return


def _check_nothing_lost(world: "World") -> None:
    """4: whatever survived anywhere is at central, posted, parked, quarantined or kept aside."""
    held: set[Fact] = set()
    for totem, shelf in world.central.shelves.items():
        for (epoch, _), row in shelf.rows.items():
            held.add(_fact(totem, epoch, row.hash, row.event))
    for (totem, epoch, _, digest), event in world.central.forensic.items():
        held.add(_fact(totem, epoch, digest, event))
    for fact, kind in world.survivors.items():
        if fact not in held:
            totem, epoch, seq, _ = fact
            world.violated("4 no loss", f"{kind} {totem} {epoch}/{seq} is not at central")
            return


def _check_books(world: "World", shelf: Shelf) -> None:
    """5, 14, 17 and 18: each fact counts once, legs sum to 0, rebuilt books are the live ones."""
    live, legs = shelf.books, list(legs_of(shelf))
    by_event: dict[tuple[int, int], int] = {}
    for leg in legs:
        place = (leg.epoch, leg.seq)
        by_event[place] = by_event.get(place, 0) + leg.amount_minor
    if any(by_event.values()):
        world.violated("17 legs sum to 0", f"{shelf.totem} {by_event}")
    facts = [
        _fact(shelf.totem, epoch, shelf.rows[epoch, seq].hash, shelf.rows[epoch, seq].event)
        for epoch, seq in by_event
    ]
    if len(set(facts)) != len(facts):
        world.violated("5 each fact counts once", f"{shelf.totem} has legs of a fact twice")
    again = [
        place
        for place, row in shelf.rows.items()
        if row.reading.status != "posted"
        and shelf.places[_place(place, row.hash, row.event)] != place
    ]
    if again:
        world.violated("5 each fact counts once", f"{shelf.totem} {again[:5]} came again")
    statuses = {row.reading.status for row in shelf.rows.values()}
    if not statuses <= {"posted", "parked", "quarantined"}:
        world.violated("14 quarantine never blocks", str(statuses))
    sales = (live.sales, live.payments, live.tickets, live.cases)
    rebuilt = refold(shelf)
    if (rebuilt.sales, rebuilt.payments, rebuilt.tickets, rebuilt.cases) != sales:
        world.violated("18 rebuilt books are the live ones", shelf.totem)
    if rebuilt.legs != legs:
        world.violated("18 rebuilt books are the live ones", f"{shelf.totem}: legs")


def _check_grants(world: "World", shelf: Shelf) -> None:
    """13: one open epoch, numbers grow, every grant is central's own."""
    numbers = [grant.epoch for grant in shelf.grants]
    if numbers != sorted(set(numbers)):
        world.violated("13 one open epoch", f"{shelf.totem} {numbers}")
    for row in shelf.rows.values():
        if row.event.origin is not None and row.event.type in OF_ONE_EPOCH:
            world.violated("13 of one epoch only", f"{shelf.totem} {row.event.type} came again")
    for grant in shelf.grants:
        if not _is_ours(grant):
            world.violated("13 grants verify", f"{shelf.totem} {grant.epoch}")
    if len(numbers) > 12 + 6 * world.counts.get("clones", 0) + 3 * world.counts.get("restores", 0):
        world.violated("23 no epoch thrash", f"{shelf.totem} has {len(numbers)} epochs")


def _check_sums(world: "World", shelf: Shelf) -> None:
    """15 and 17: what the totem declares is what its rows in the open epoch say."""
    sums: dict[str, int] = {}
    for (epoch, _), row in shelf.rows.items():
        if epoch != shelf.held.epoch:
            continue
        try:
            gained = accounts.settled(decode_body(row.event.type, row.event.tver, row.event.body))
        except RemoteProtocolError:
            continue
        if gained is not None:
            sums[gained[0]] = sums.get(gained[0], 0) + gained[1]
    declared = {method: minor for method, minor in shelf.sums.items() if minor}
    if {method: minor for method, minor in sums.items() if minor} != declared:
        world.violated("17 sums by method", f"{shelf.totem} declared {declared}, held {sums}")


def _check_seals(world: "World", shelf: Shelf) -> None:
    """16: a seal is what central computes. Only a central that lost sealed rows may differ."""
    for place, answer in shelf.seals.items():
        if answer.verdict == "mismatch" and not world.counts.get("central_restores"):
            world.violated("16 seal = recomputation", f"{shelf.totem} {place}: {answer.detail}")


def _check_feed(world: "World", machine: SimTotem) -> None:
    """19: what a totem read is what was published, up to its cursor."""
    live: dict[tuple[str, str], bytes] = {}
    cursor = machine.outbox.feed_cursor()
    newest = {it.scope: it.version for it in world.central.feed}
    if machine.outbox.feed_gen() not in (0, world.central.server_gen):
        return  # it has not asked since central was restored: it will be told to read anew
    if any(version > newest.get(scope, 0) for scope, version in cursor.items()):
        world.violated("19 feed contiguous", f"{machine.machine} is ahead: {cursor} of {newest}")
    for item in world.central.feed:
        if item.version <= cursor.get(item.scope, 0):
            if item.kind == "put":
                live[item.scope, item.key] = item.body
            else:
                live.pop((item.scope, item.key), None)
    rows = machine.disk.connection.execute("SELECT scope, key, body FROM feed_items").fetchall()
    here = {(scope, key): bytes(body) for scope, key, body in rows}
    if here != live:
        world.violated("19 feed contiguous", f"{machine.machine}: {len(here)} for {len(live)}")


def _check_numbers(world: "World") -> None:
    """31: one number for two tickets only where a restore or a clone had not met central yet."""
    seen: dict[str, str] = {}
    known = {name for shelf in world.central.shelves.values() for name in shelf.books.tickets}
    told = {totem for totem, kind in world.central.incidents if kind in ("epoch", "clone")}
    for machine in (*world.machines, *world.retired):
        for number, ticket in machine.shown:
            if ticket not in known:
                continue
            if seen.setdefault(number, ticket) != ticket and machine.totem not in told:
                world.violated("31 ticket numbers", f"{number} was shown for two tickets")


def _check_incidents(world: "World") -> None:
    """12: two histories of one totem are told to a person."""
    told = {totem for totem, _ in world.central.incidents}
    for totem in {machine.totem for machine in world.retired}:
        if totem not in told:
            world.violated("12 told to a person", totem)


def _is_ours(grant: Grant) -> bool:
    return verified(grant.key_id, grant.sig, chain.grant_bytes(grant))


def _rows(machine: SimTotem) -> Iterator[tuple[int, bytes, Event]]:
    yield from journal_rows(machine)
    sql = f"SELECT {EVENT_COLUMNS}, epoch, hash FROM foreign_events"
    for row in machine.disk.connection.execute(sql).fetchall():
        yield row[11], bytes(row[12]), event_of(row)


def journal_rows(machine: SimTotem) -> Iterator[tuple[int, bytes, Event]]:
    sql = f"SELECT {EVENT_COLUMNS}, epoch, hash FROM journal ORDER BY epoch, seq"
    for row in machine.disk.connection.execute(sql).fetchall():
        yield row[11], bytes(row[12]), event_of(row)


def _place(place: tuple[int, int], digest: bytes, event: Event) -> tuple[int, int, bytes]:
    return _fact("", place[0], digest, event)[1:]


def _fact(totem: str, epoch: int, digest: bytes, event: Event) -> Fact:
    if event.origin is not None:
        return totem, event.origin.epoch, event.origin.seq, event.origin.hash
    return totem, epoch, event.seq, digest
