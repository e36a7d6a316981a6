"""The agent's insides hear of what lets a payment in doubt end: nobody sleeps over it.

The resolver's own pauses are made endless here, so that only news can wake it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from edge_agent.app import Agent
from edge_agent.devices.emulators.zvt import Behaviour, ZvtEmulator
from edge_agent.services import card_sale, resolver
from edge_agent.services.card_sale import Asked
from edge_agent.settings import load_settings
from edge_agent.sync.enrol import load_record
from edge_agent.sync.identity import load_identity
from tests.crash.whole import prepare
from tests.support.bench_totem import basket
from tests.support.flow_bench import FarEnds

PATIENCE_S = 20.0


@pytest.fixture
def far() -> Iterator[FarEnds]:
    ends = FarEnds((), "auto", terminal=ZvtEmulator(Behaviour(delay_s=0.02)))
    yield ends
    ends.stop()


@pytest.fixture(autouse=True)
def _endless_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "FIRST_S", 3600.0)
    monkeypatch.setattr(resolver, "MOST_S", 3600.0)


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Agent]:
    settings = load_settings(folder)
    agent = Agent(settings, load_record(folder), load_identity(folder, settings.instance_id))
    await agent.start()
    try:
        yield agent
    finally:
        await agent.stop()


async def put_doubt(agent: Agent) -> None:
    """An attempt that nobody knows the end of, and nobody was told about."""
    asked = Asked("debit", "ack_then_final")
    requested = await agent.journal.do(card_sale.request_card(basket(), asked, "reader"))
    await agent.journal.do(card_sale.doubt(requested.payment, "power_cut"))


def states(agent: Agent) -> list[str]:
    with agent.journal.reading() as connection:
        return [state for (state,) in connection.execute("SELECT state FROM payments")]


async def until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.01)


def test_a_reader_that_comes_back_is_news_to_the_resolver(tmp_path: Path, far: FarEnds) -> None:
    prepare(tmp_path, far.far)

    async def live() -> None:
        async with running(tmp_path) as agent:
            health = agent.devices.reader.health
            await until(lambda: health().state == "ready")
            far.stop_pinpad()
            await until(lambda: health().state in ("fault", "absent"))
            await put_doubt(agent)
            agent.resolver.poke()
            far.start_pinpad()
            await until(lambda: states(agent) == ["UNDONE"])

    asyncio.run(live())


def test_what_an_epoch_left_open_is_news_to_the_resolver(tmp_path: Path, far: FarEnds) -> None:
    prepare(tmp_path, far.far)

    async def live() -> None:
        async with running(tmp_path) as agent:
            await until(lambda: agent.devices.reader.health().state == "ready")
            await until(lambda: agent.resolver._poked.is_set() is False)
            await put_doubt(agent)
            await asyncio.to_thread(agent._settle_earlier)
            await until(lambda: states(agent) == ["UNDONE"])

    asyncio.run(live())


def test_a_work_that_dies_is_seen_in_health_and_is_back(
    tmp_path: Path, far: FarEnds, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(tmp_path, far.far)

    async def live() -> None:
        async with running(tmp_path) as agent:

            def work(name: str) -> tuple[str, int]:
                [found] = [it for it in agent.vitals.read().works if it.name == name]
                return found.state, found.deaths

            assert work("printing") == ("running", 0)
            with monkeypatch.context() as patch:
                patch.setattr(agent.printing, "_next", lambda: 1 // 0)
                agent.printing.poke()
                await until(lambda: work("printing")[1] > 0)
            await until(lambda: work("printing")[0] == "running")

    asyncio.run(live())
