"""Headquarters' commands: begun at most once, whatever happens, and always with an outcome."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.domain.errors import OperatorError
from central.ledger import commands
from central.ledger.commands import Ordered
from edge_agent.journal.commands import begin_next
from edge_agent.services.commands import Commands, EffectError
from sync_protocol.feed import Command
from tests.support.central_server import Central
from tests.support.sync_totem import SyncTotem
from tests.support.totem_and_central import central, headquarters, totem

__all__ = ["central", "headquarters", "totem"]

EFFECTS = frozenset({"sync", "fail"})


class Machine:
    """The totem's runner, counting what it did."""

    def __init__(self, totem: SyncTotem) -> None:
        self.done = 0
        self.is_sure = True
        self._totem = totem
        effects = {"sync": self._do, "fail": self._fail}
        self._commands = Commands(totem.journal, effects, lambda: self.is_sure)

    def work(self) -> None:
        self._totem.read_feed()
        asyncio.run(self._commands.run())
        self._totem.talk()

    async def _do(self) -> str:
        self.done += 1
        return "all of it"

    async def _fail(self) -> str:
        raise EffectError("no paper")


def order(central: Central, effect: str, hours: float = 1) -> Command:
    now, life = datetime.now(UTC), timedelta(hours=hours)
    return central.ledger(lambda it: commands.order(it, "KIOSK1", effect, now, life))


def listing(central: Central) -> list[Ordered]:
    return central.ledger(lambda it: commands.listing(it, "KIOSK1", 10))


@pytest.mark.parametrize(
    ("effect", "hours", "state", "detail"),
    [
        ("sync", 1, "succeeded", "all of it"),
        ("fail", 1, "failed", "no paper"),
        ("dance", 1, "refused", "this agent does not know dance"),
        ("sync", -1e5, "expired", ""),
    ],
)
def test_every_command_gets_its_outcome(
    central: Central, totem: SyncTotem, effect: str, hours: float, state: str, detail: str
) -> None:
    totem.talk()
    order(central, effect, hours)
    assert [it.state for it in listing(central)] == ["queued"]
    Machine(totem).work()
    (found,) = listing(central)
    assert (found.state, found.detail) == (state, detail)


def test_a_page_that_comes_again_does_nothing_again(central: Central, totem: SyncTotem) -> None:
    totem.talk()
    machine = Machine(totem)
    order(central, "sync")
    machine.work()
    totem.journal.submit(lambda it: it.db.execute("DELETE FROM feed_cursor")).result()
    machine.work()
    assert machine.done == 1


def test_a_command_that_was_under_way_at_a_crash_is_never_run_again(
    central: Central, totem: SyncTotem
) -> None:
    totem.talk()
    order(central, "sync")
    totem.read_feed()
    assert totem.journal.submit(begin_next(EFFECTS)).result() is not None
    totem.stop()
    totem.boot()
    machine = Machine(totem)
    machine.work()
    assert machine.done == 0
    assert [it.state for it in listing(central)] == ["failed"]


def test_nothing_runs_before_the_epoch_is_sure(central: Central, totem: SyncTotem) -> None:
    totem.talk()
    order(central, "sync")
    machine = Machine(totem)
    machine.is_sure = False
    machine.work()
    assert (machine.done, [it.state for it in listing(central)]) == (0, ["delivered"])


def test_a_totem_that_was_set_back_does_not_do_it_again(
    central: Central, totem: SyncTotem, tmp_path: Path
) -> None:
    totem.sell()
    totem.talk()
    totem.backup(tmp_path / "old")
    order(central, "sync")
    machine = Machine(totem)
    machine.work()
    assert machine.done == 1
    totem.set_back(tmp_path / "old")
    totem.talk()
    again = Machine(totem)
    again.work()
    assert again.done == 0
    assert [it.state for it in listing(central)] == ["succeeded"]
    outcomes = central.query(
        "SELECT body FROM events WHERE type = 'CommandFinished' ORDER BY epoch"
    )
    assert [b"refused" in body for (body,) in outcomes] == [False, True]


def test_a_totem_that_is_not_active_is_not_commanded(central: Central) -> None:
    with pytest.raises(OperatorError, match="not active"):
        order(central, "sync")
