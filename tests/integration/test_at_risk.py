"""Card money at risk: what the totem says of itself and what headquarters says are one figure."""

import asyncio
from collections.abc import Awaitable, Callable

from central.ledger.database import Database
from central.ledger.reports import ReportQueries
from central.services.audit import audit
from central.services.reports import Reports
from edge_agent.devices.emulators.acquirer import AcquirerEmulator
from edge_agent.services import vouchers
from edge_agent.services.forwarding import Forwarder, Gate
from edge_agent.sync.acquirer import HttpAcquirer
from tests.support.central_server import Central
from tests.support.sync_totem import SyncTotem

PRICE = 4_500


def forward(totem: SyncTotem, acquirer: AcquirerEmulator) -> None:
    async def run() -> None:
        port = await acquirer.start_tcp()
        gate = Gate(lambda: True, lambda: None)
        forwarder = Forwarder(totem.journal, HttpAcquirer(f"http://127.0.0.1:{port}"), gate)
        await forwarder.drain()
        await acquirer.stop()

    asyncio.run(run())


def at_totem(totem: SyncTotem) -> int:
    with totem.journal.reading() as connection:
        found: int = connection.execute("SELECT total_minor FROM stored_cards").fetchone()[0]
    return found


def reported(central: Central) -> tuple[int, int, int]:
    """At risk of this totem, of the fleet, and its open cases."""

    async def fleet(database: Database) -> tuple[int, int, int]:
        reports = Reports(ReportQueries(database.pool, "BRL"))
        (row,) = (await reports.fleet()).totems
        stored_minor = await ReportQueries(database.pool, "BRL").stored_minor()
        return row.at_risk_minor, stored_minor, row.cases_open

    deed: Callable[[Database], Awaitable[tuple[int, int, int]]] = fleet
    return central.ledger(deed)


def test_at_risk_is_the_same_at_the_totem_and_at_headquarters_to_the_end(
    central: Central, totem: SyncTotem
) -> None:
    for _ in range(3):
        totem.pay_by_card()
    totem.talk()
    assert at_totem(totem) == 3 * PRICE
    assert reported(central) == (3 * PRICE, 3 * PRICE, 0)

    forward(totem, AcquirerEmulator(faults={"down"}))
    totem.talk()
    assert at_totem(totem) == 3 * PRICE
    assert reported(central) == (3 * PRICE, 3 * PRICE, 0)

    answers = iter(["", "51", "51"])
    forward(totem, AcquirerEmulator(decide=lambda key, amount_minor: next(answers)))
    totem.talk()
    assert at_totem(totem) == 0
    assert reported(central) == (0, 0, 2)

    late = central.query("SELECT payment FROM payments WHERE state = 'DECLINED_LATE'")
    for (payment,), is_recovered in zip(late, (True, False), strict=True):
        totem.journal.submit(vouchers.make_good(payment, "ana", recovered=is_recovered)).result()
    totem.talk()
    assert reported(central) == (0, 0, 0)
    found = central.query("SELECT state, count(*) FROM payments GROUP BY state ORDER BY state")
    assert found == [("CONFIRMED", 1), ("RECOVERED", 1), ("WRITTEN_OFF", 1)]
    assert central.ledger(audit).balanced
