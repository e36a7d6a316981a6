"""A card sale at every fault of the TEF manager: real driver, emulator in folders, real journal.

Whatever strikes: no more is charged than was asked, what is charged has a ticket, what has none is
given back, and what nobody can know blocks its sale until a person looks. The manager finds no
request to object to and hears no two words that contradict.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest

from edge_agent.devices.drivers.tef import DRIVER
from edge_agent.devices.drivers.tef.deal import FOLLOW
from edge_agent.devices.emulators.tef import FAULTS, Behaviour, TefEmulator, Timing
from edge_agent.devices.errors import DeviceError, DeviceRefusedError
from edge_agent.devices.ports import PrintResult
from edge_agent.devices.transports import SharedFolder
from edge_agent.services import bench as bench_deeds, refunds
from edge_agent.services.errors import RefusedError
from tests.crash.readers import PAYGO
from tests.support.desk_bench import Bench, ScriptedPrinter, ScriptedReader, lived
from tests.support.hurried import FarLoop, HurriedClock

HURRY, RUSH = 4.0, 20.0
TIMING = Timing().scaled(1 / HURRY)
OVER = ("DECLINED", "CANCELLED", "UNDONE", "UNKNOWN", "CONFIRMED")


class End(NamedTuple):
    """How the payment ends while the fault lasts: an AUTHORISED one has its ticket and is
    confirmed once the manager can hear it; an UNKNOWN one blocks its sale.
    """

    state: Literal["CONFIRMED", "AUTHORISED", "DECLINED", "CANCELLED", "UNKNOWN"]
    reason: str = ""


PAID = End("CONFIRMED")
HELD = End("AUTHORISED")
ODD: dict[str, End] = {
    "inactive": End("DECLINED", "reader_error"),
    "no_sts": HELD,
    "bad_sts": HELD,
    "sts_of_other_command": HELD,
    "sts_without_trailer": HELD,
    "sts_then_dead": End("UNKNOWN", "devicetimeout"),
    "wrong_id": End("UNKNOWN", "devicetimeout"),
    "decline": End("DECLINED", "host_declined"),
    "customer_cancel": End("CANCELLED", "customer_cancelled"),
    "status_101": End("CANCELLED", "customer_cancelled"),
    "different_amount": End("DECLINED", "wrong_amount"),
    "no_status": End("DECLINED", "reversed"),
    "no_control": End("UNKNOWN", "unclear"),
    "cnf_unanswered": HELD,
    "crash_before_response": End("UNKNOWN", "devicetimeout"),
}
"""Faults that end a sale otherwise than paid."""

SILENT = ("sts_then_dead", "wrong_id", "crash_before_response")
"""Faults after whose acknowledgement nothing comes any more, however long the driver waits."""

UNHURRIED_S = 1.5
"""A customer who leaves the driver time to find the answer of before and throw it away."""

IN_THE_NEXT_SALE = ("stale_response", "auto_confirm", "long_control")


@pytest.fixture
def far() -> Iterator[FarLoop]:
    loop = FarLoop()
    yield loop
    loop.stop()


def test_every_odd_end_is_one_of_a_fault() -> None:
    assert ODD.keys() <= {*FAULTS}


def _lived(
    folder: Path,
    far: FarLoop,
    printer: ScriptedPrinter,
    deed: Any,
    clock: HurriedClock | None = None,
    customer_s: float = 0.005,
) -> TefEmulator:
    """A life of a totem before a manager; the manager as it left it."""
    manager = TefEmulator(Behaviour(delay_s=customer_s), folder / "tef", timing=TIMING)
    options = PAYGO | {"response_s": "60"}
    clock = clock or HurriedClock(HURRY)
    reader: Any = DRIVER.build(options, SharedFolder(folder / "tef"), clock)
    (folder / "journal").mkdir()
    far.run(manager.start())

    async def life(bench: Bench) -> None:
        await deed(bench, manager)

    try:
        lived(folder / "journal", reader, printer, life)
    finally:
        far.run(manager.stop())
    assert manager.errors == []
    assert manager.violations() == []
    return manager


async def _next_customer(bench: Bench) -> None:
    """Whoever was there leaves; another one buys and gets the ticket."""
    await bench.until(lambda: not bench.visits.paying())
    bench.visits._end()
    paid = bench.payments().count("CONFIRMED")
    await bench.until(lambda: bench.reader.health().state == "ready")
    await bench.buy()
    await bench.until(lambda: bench.payments().count("CONFIRMED") == paid + 1)


def _account(bench: Bench, manager: TefEmulator) -> None:
    """What stands at the manager is paid for a ticket, and nothing waits for a word."""
    stands = sorted(it.amount_minor for it in manager.charged())
    rows = bench.rows("SELECT amount_minor FROM payments WHERE state = 'CONFIRMED'")
    assert stands == sorted(row[0] for row in rows)
    assert len(bench.tickets()) == len(stands)
    assert manager.pending() == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_sale_ends_right_whatever_the_manager_does(
    tmp_path: Path, far: FarLoop, fault: str
) -> None:
    end, clock = ODD.get(fault, PAID), HurriedClock(HURRY)

    async def sales(bench: Bench, manager: TefEmulator) -> None:
        manager.faults.add(fault)
        await bench.buy()
        if fault in SILENT:
            await bench.until(lambda: _is_under_way(bench))
            clock.hurry = RUSH
        await bench.until(lambda: bench.payments() == [end.state])
        clock.hurry = HURRY
        found = bench.rows("SELECT state, reason FROM payments")
        assert found == [(end.state, end.reason)]
        assert len(bench.tickets()) == (end in (PAID, HELD))
        if fault not in IN_THE_NEXT_SALE:
            manager.faults.clear()
        bench.resolver.poke()
        await bench.until(lambda: bench.payments()[0] in OVER)
        await _next_customer(bench)
        _account(bench, manager)

    customer_s = UNHURRIED_S if fault == "stale_response" else 0.005
    _lived(tmp_path, far, ScriptedPrinter(), sales, clock, customer_s)


def _is_under_way(bench: Bench) -> bool:
    """The manager has acknowledged the sale."""
    visit = bench.visits.current
    return visit is not None and visit.card is not None and visit.card.message == FOLLOW


def test_a_sale_given_back_is_undone_though_the_manager_does_not_say_so(
    tmp_path: Path, far: FarLoop
) -> None:
    printer = ScriptedPrinter(PrintResult("failed", "paper_end"))

    async def sales(bench: Bench, manager: TefEmulator) -> None:
        manager.faults.add("ncn_unanswered")
        await bench.buy()
        await bench.until(lambda: bench.rows("SELECT state FROM prints") == [("FAILED",)])
        bench.visits._end()
        await bench.until(lambda: [it.state for it in manager.ledger()] == ["UNDONE"])
        assert bench.payments() == ["AUTHORISED"]
        manager.faults.clear()
        bench.resolver.poke()
        await bench.until(lambda: bench.payments() == ["UNDONE"])
        assert bench.tickets() == ["CANCELLED"]
        assert bench.cases() == ["sale_undone"]

    assert _lived(tmp_path, far, printer, sales).charged() == []


# ---- the manager's own menu


async def _menu(bench: Bench) -> list[str]:
    found = await asyncio.wrap_future(bench.reader.submit(bench_deeds.open_menu))
    return [it.said for it in found if it.is_well]


async def _sold(bench: Bench) -> None:
    await bench.buy()
    await bench.until(lambda: bench.sales() == ["CLOSED"])


def test_the_menu_shows_what_the_manager_prints(tmp_path: Path, far: FarLoop) -> None:
    async def look(bench: Bench, manager: TefEmulator) -> None:
        assert await _menu(bench) == ["NADA A REIMPRIMIR"]
        await _sold(bench)
        said = await _menu(bench)
        assert said[0] == "REIMPRESSAO"
        assert "      VIA CLIENTE" in said
        _account(bench, manager)

    _lived(tmp_path, far, ScriptedPrinter(), look)


@pytest.mark.parametrize("heard", [True, False])
def test_what_the_menu_cancelled_is_final_at_the_manager_sooner_or_later(
    tmp_path: Path, far: FarLoop, heard: bool
) -> None:
    async def cancel(bench: Bench, manager: TefEmulator) -> None:
        await _sold(bench)
        manager.faults.add("adm_cancels")
        if heard:
            assert (await _menu(bench))[0] == "CANCELAMENTO APROVADO"
        else:
            manager.faults.add("cnf_unanswered")
            with pytest.raises(DeviceError):
                await _menu(bench)
            manager.faults.clear()
            await _next_customer(bench)
        assert [it.state for it in manager.ledger()][:2] == ["CANCELLED", "CONFIRMED"]

    _lived(tmp_path, far, ScriptedPrinter(), cancel)


def test_the_menu_waits_for_a_payment_that_is_not_final(tmp_path: Path, far: FarLoop) -> None:
    printer = ScriptedPrinter(PrintResult("failed", "paper_end"))

    async def look(bench: Bench, manager: TefEmulator) -> None:
        await bench.buy()
        await bench.until(lambda: bench.rows("SELECT state FROM prints") == [("FAILED",)])
        with pytest.raises(DeviceRefusedError):
            await _menu(bench)
        assert [it.state for it in manager.ledger()] == ["OPEN"]
        await bench.visits.finish()
        await bench.until(lambda: bench.payments() == ["CONFIRMED"])

    _lived(tmp_path, far, printer, look)


@pytest.mark.parametrize("fault", ["sts_then_dead", "inactive", "customer_cancel"])
def test_a_menu_that_comes_to_nothing_lets_the_next_customer_pay(
    tmp_path: Path, far: FarLoop, fault: str
) -> None:
    clock = HurriedClock(RUSH)

    async def look(bench: Bench, manager: TefEmulator) -> None:
        manager.faults.add(fault)
        with pytest.raises(DeviceError):
            await _menu(bench)
        clock.hurry = HURRY
        manager.faults.clear()
        await _next_customer(bench)
        _account(bench, manager)

    _lived(tmp_path, far, ScriptedPrinter(), look, clock)


def test_a_reader_without_a_menu_says_so() -> None:
    reader: Any = ScriptedReader("none")
    assert [it.is_well for it in bench_deeds.open_menu(reader)] == [False]


@pytest.mark.parametrize("fault", ["cnc_other_day", "cnc_wrong_password"])
def test_a_refused_cancellation_leaves_the_sale_standing_and_owed(
    tmp_path: Path, far: FarLoop, fault: str
) -> None:
    async def sales(bench: Bench, manager: TefEmulator) -> None:
        await bench.buy()
        await bench.until(lambda: bench.sales() == ["CLOSED"])
        ticket = bench.rows("SELECT ticket FROM tickets")[0][0]
        desk = refunds.VoidDesk(bench.journal, bench.desk_reader, bench.board)
        manager.faults.add(fault)
        with pytest.raises(RefusedError):
            await desk.void(ticket, "ana")
        assert bench.payments() == ["REFUND_FAILED"]
        assert bench.cases() == ["refund_failed"]
        assert len(manager.charged()) == 1
        manager.faults.clear()
        await desk.void(ticket, "ana")
        assert bench.payments() == ["REFUNDED"]

    assert _lived(tmp_path, far, ScriptedPrinter(), sales).charged() == []
