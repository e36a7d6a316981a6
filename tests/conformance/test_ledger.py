"""The simulator's headquarters and the real ledger are the same: each request of a simulated world
goes to both, every answer and every row must agree, and the real books must balance.
"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import json, structs

from central.ledger import evidence, identity, posting
from central.ledger.database import Database
from central.ledger.identity import Enrolled, NewTotem
from central.ledger.posting import Arrival
from central.services.audit import audit
from central.services.epochs import Epochs
from central.services.keys import Keys
from central.services.refusals import RefusalError
from central.services.signatures import Signer
from edge_agent.sync.conversation import Answer, Forensic, Request
from edge_agent.sync.errors import CentralRefusedError
from edge_agent.sync.recovering import Pull
from sync_protocol import chain
from sync_protocol.messages import EpochAnswer, EpochRequest, Held, Push, PushAnswer
from sync_protocol.uplink import Judgement
from tests.simulation.keys import totem_key
from tests.simulation.kinds import CLONES, MIXED, RESTORES, Kind
from tests.simulation.world import World
from tests.support.postgres import fresh_database

NOT_HERE = {"restore_central": 0, "day": 0, "disk_full": 0}
"""What would need the real server's own clock or a backup of it."""

SEEDS = range(40 if os.environ.get("CI") else 9)
KINDS = [
    Kind("mixed", weights={**MIXED, **NOT_HERE}),
    Kind("clones", weights={**CLONES, **NOT_HERE}),
    Kind("restores", weights={**RESTORES, **NOT_HERE}),
]


class Ledger:
    """The real thing: PostgreSQL, and the services above it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.database = self.run(Database.open(url, 4))
        self._epochs = Epochs(self.database, Keys(folder))

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self.database.close())
        self.loop.close()

    def enrol(self, world: World) -> None:
        for totem, shelf in world.central.shelves.items():
            self.run(self._enrol(totem, shelf.grants[0]))

    async def _enrol(self, totem: str, grant: Any) -> None:
        await identity.create(self.database, NewTotem(totem, totem, "centro", "Centro"))
        async with self.database.transaction() as connection:
            await identity.next_series(connection, "centro")
            key = totem_key(totem)
            genesis = chain.genesis(grant)
            await identity.enrol(connection, Enrolled(grant, genesis, key.key_id, key.public, b""))

    def answer(self, totem: str, request: Request) -> object:
        """What the real services say: comparable with ``seen``."""
        key = totem_key(totem)
        signer = Signer(totem, "centro", key.key_id, key.public, "")
        try:
            match request:
                case EpochRequest():
                    return _seen(self.run(self._epochs.open(signer, request)))
                case Pull():
                    page = self.run(self._epochs.page(totem, request.epoch, request.from_seq))
                    return page.prev_hash, page.events[:7], page.head
                case Forensic():
                    return self.run(self._epochs.keep_aside(signer, request.push)).seq
                case Push():
                    arrival = Arrival(totem, request, "", datetime.now(UTC))
                    taken = self.run(posting.post(self.database, arrival))
        except RefusalError as refused:
            return refused.code
        if taken.judgement is not Judgement.ACCEPT:
            return taken.judgement.value
        return taken.held, taken.quarantined, taken.seals

    async def rows(self, totem: str) -> dict[str, Any]:
        async with evidence.snapshot(self.database) as totems:
            held = next(it for it in totems if it.totem == totem)
            events = {(it.epoch, it.event.seq): (it.hash, it.status) async for it in held.events()}
            return {"events": events, "legs": await held.legs(), **await held.projections()}


class DualWorld(World):
    """A world with two headquarters."""

    def __init__(self, seed: int, kind: Kind, ledger: Ledger) -> None:
        self._ledger = ledger
        super().__init__(seed, kind)
        ledger.enrol(self)
        self.compared = 0

    def handle(self, totem: str, request: Request) -> Answer:
        real = self._ledger.answer(totem, request)
        try:
            answer = super().handle(totem, request)
        except CentralRefusedError as refused:
            self._compare(real, refused.problem.code)
            raise
        self._compare(real, _seen(answer))
        return answer

    def _compare(self, real: object, simulated: object) -> None:
        assert real == simulated, self.last
        self.compared += 1

    def _choose(self, machine: Any) -> None:
        return

    def _heal(self) -> None:
        return


def _seen(answer: Any) -> object:
    match answer:
        case PushAnswer(ack=ack):
            return Held(ack.epoch, ack.seq, ack.hash), answer.quarantined, answer.seals
        case EpochAnswer(grant=grant):
            return structs.replace(grant, key_id="", sig=b""), answer.held
        case _ if hasattr(answer, "events"):
            return answer.prev_hash, answer.events, answer.head
        case _:
            return answer.seq


@pytest.fixture
def ledger(postgres: str, tmp_path: Path) -> Iterator[Ledger]:
    with fresh_database(postgres) as url:
        one = Ledger(url, tmp_path)
        yield one
        one.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_both_headquarters_say_and_hold_the_same(ledger: Ledger, seed: int) -> None:
    world = DualWorld(seed, KINDS[seed % len(KINDS)], ledger)
    world.survivors = {}
    names, weights = list(world.kind.weights), list(world.kind.weights.values())
    for _ in range(world.kind.steps):
        world._pass_time(world.rng.randrange(30_000))
        world._step(world.rng.choices(names, weights)[0])
    assert world.violations == []
    assert world.compared > 5
    for totem, shelf in world.central.shelves.items():
        found = ledger.run(ledger.rows(totem))
        assert found["events"] == {
            place: (row.hash, row.reading.status) for place, row in shelf.rows.items()
        }
        books = shelf.books
        assert found["sales"] == books.sales
        assert found["payments"] == books.payments
        assert found["tickets"] == books.tickets
        assert found["cases"] == books.cases
        assert sorted(found["legs"], key=json.encode) == sorted(books.legs, key=json.encode)
    findings = ledger.run(audit(ledger.database))
    assert findings.differences == []
