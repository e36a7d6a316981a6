"""Stored cards on their way to an acquirer: limits to the cent, one at a time, late declines."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge_agent.devices.emulators.acquirer import AcquirerEmulator
from edge_agent.journal.journal import Journal
from edge_agent.services import card_sale, checkout, vouchers
from edge_agent.services.card_sale import Asked
from edge_agent.services.errors import RefusedError
from edge_agent.services.forwarding import Forwarder, Gate, next_stored
from edge_agent.sync.acquirer import HttpAcquirer
from tests.support.bench_totem import CARD, CATALOGUE, basket, open_journal

PRICE = 4_500
GATE = Gate(lambda: True, lambda: None)


def store(journal: Journal, par: str = "") -> checkout.Issued:
    """One debit card, approved offline."""
    from msgspec import structs

    requested = journal.submit(card_sale.request_card(basket(), Asked("debit"), "reader")).result()
    data = structs.replace(CARD, par=par)
    deed = card_sale.approve_card(basket(), requested, "debit", data)
    return journal.submit(deed).result()


def at_risk(journal: Journal) -> tuple[int, int]:
    with journal.reading() as connection:
        found: tuple[int, int] = connection.execute(
            "SELECT count, total_minor FROM stored_cards"
        ).fetchone()
        states = connection.execute(
            "SELECT count(*), coalesce(sum(amount_minor), 0) FROM payments "
            "WHERE state IN ('STORED_OFFLINE', 'FORWARDING')"
        ).fetchone()
    assert found == states
    return found


def states(journal: Journal) -> list[str]:
    with journal.reading() as connection:
        return [row[0] for row in connection.execute("SELECT state FROM payments ORDER BY payment")]


def with_acquirer(
    journal: Journal,
    acquirer: AcquirerEmulator,
    deed: Callable[[Forwarder], Awaitable[None]],
) -> None:
    async def run() -> None:
        port = await acquirer.start_tcp()
        await deed(Forwarder(journal, HttpAcquirer(f"http://127.0.0.1:{port}"), GATE))
        await acquirer.stop()

    asyncio.run(run())


def test_what_is_stored_is_forwarded_once_and_is_no_longer_at_risk(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    for _ in range(3):
        store(journal)
    acquirer = AcquirerEmulator(tmp_path / "acquirer")
    (tmp_path / "acquirer").mkdir()

    async def drain(forwarder: Forwarder) -> None:
        assert await forwarder.drain()
        assert await forwarder.drain()

    with_acquirer(journal, acquirer, drain)
    assert acquirer.taken_minor() == 3 * PRICE
    assert [it.asked for it in acquirer.ledger()] == [1, 1, 1]
    assert states(journal) == ["CONFIRMED"] * 3
    assert at_risk(journal) == (0, 0)
    journal.stop()


@pytest.mark.parametrize("fault", ["down", "drop_answer", "garbage"])
def test_no_verdict_keeps_it_at_risk_and_is_asked_again_under_the_same_key(
    tmp_path: Path, fault: str
) -> None:
    journal = open_journal(tmp_path)
    store(journal)
    acquirer = AcquirerEmulator(faults={fault})

    async def drain(forwarder: Forwarder) -> None:
        assert not await forwarder.drain()
        assert states(journal) == ["FORWARDING"]
        assert at_risk(journal) == (1, PRICE)
        acquirer.faults.clear()
        assert await forwarder.drain()

    with_acquirer(journal, acquirer, drain)
    assert len(acquirer.ledger()) == 1
    assert not acquirer.conflicts
    assert at_risk(journal) == (0, 0)
    journal.stop()


def test_it_drains_only_while_the_acquirer_answers_and_more_is_left(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    for _ in range(3):
        store(journal)
    seen: list[bool] = []

    async def drain(forwarder: Forwarder) -> None:
        def decide(key: str, amount_minor: int) -> str:
            seen.append(forwarder.is_draining)
            if len(seen) == 2:
                acquirer.faults.add("down")
            return ""

        acquirer._decide = decide
        assert not await forwarder.drain()
        assert not forwarder.is_draining
        store(journal)
        acquirer.faults.clear()
        assert await forwarder.drain()
        assert not forwarder.is_draining

    acquirer = AcquirerEmulator()
    with_acquirer(journal, acquirer, drain)
    assert seen == [False, True, False, True]
    journal.stop()


def test_a_late_decline_is_a_case_until_somebody_makes_it_good(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    for _ in range(2):
        store(journal)
    acquirer = AcquirerEmulator(decide=lambda key, amount_minor: "51")

    async def drain(forwarder: Forwarder) -> None:
        assert await forwarder.drain()

    with_acquirer(journal, acquirer, drain)
    assert states(journal) == ["DECLINED_LATE"] * 2
    with journal.reading() as connection:
        payments = [row[0] for row in connection.execute("SELECT payment FROM payments")]
        cases = connection.execute("SELECT kind, open FROM cases").fetchall()
    assert cases == [("declined_late", 1)] * 2
    journal.submit(vouchers.make_good(payments[0], "ana", recovered=True)).result()
    journal.submit(vouchers.make_good(payments[1], "ana", recovered=False)).result()
    with pytest.raises(RefusedError):
        journal.submit(vouchers.make_good(payments[1], "ana", recovered=True)).result()
    assert sorted(states(journal)) == ["RECOVERED", "WRITTEN_OFF"]
    with journal.reading() as connection:
        assert connection.execute("SELECT sum(open) FROM cases").fetchone()[0] == 0
    journal.stop()


def test_a_card_known_by_its_token_has_a_limit_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msgspec import structs

    policy = structs.replace(CATALOGUE.policy, stored_per_card_max=2)
    monkeypatch.setattr(
        "tests.support.bench_totem.CATALOGUE", structs.replace(CATALOGUE, policy=policy)
    )
    journal = open_journal(tmp_path)
    store(journal, "PAR1")
    store(journal, "PAR1")
    with pytest.raises(RefusedError, match="earlier payments"):
        store(journal, "PAR1")
    assert at_risk(journal) == (2, 2 * PRICE)
    journal.stop()


@pytest.mark.parametrize("seed", range(3))
def test_limits_hold_to_the_cent_under_concurrency_and_restarts(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    limit = CATALOGUE.policy.stored_total_minor_max
    for _ in range(3):
        journal = open_journal(tmp_path)

        def sell(_: int, journal: Journal = journal) -> int:
            try:
                store(journal)
            except RefusedError:
                return 0
            return PRICE

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(sell, range(chance.randrange(10, 40))))
        count, total = at_risk(journal)
        assert total <= limit
        assert count <= CATALOGUE.policy.stored_count_max
        journal.stop()
    assert total + PRICE > limit


def test_a_payment_that_waited_a_day_stops_other_offline_cards(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    store(journal)
    stored = next_stored(journal)
    assert stored is not None
    later_ms = stored.captured_ms + 25 * 3_600_000
    journal._writer._stamp = lambda: journal._stamp()._replace(wall_ms=later_ms)
    with pytest.raises(RefusedError, match="stored_too_long"):
        store(journal)
    journal.stop()
