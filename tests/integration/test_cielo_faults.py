"""A card sale at every fault of the Cielo POS: real driver, emulator that calls it, real journal.

Whatever strikes: what the POS kept is one confirmed payment with its ticket, whatever it undid is
none, and the next customer can pay.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest

from edge_agent.devices.drivers.cielo import DRIVER
from edge_agent.devices.emulators.cielo import FAULTS, Behaviour, CieloEmulator, Timing
from edge_agent.devices.transports import TcpListener
from tests.support.desk_bench import Bench, ScriptedPrinter, lived
from tests.support.hurried import FarLoop, HurriedClock
from tests.support.ports import free_port

HURRY = 20.0
TIMING = Timing().scaled(1 / HURRY)
POS_IDS = "00000000,88888888"


class End(NamedTuple):
    state: Literal["DECLINED", "CANCELLED"]
    reason: str


NOBODY_CAME = End("DECLINED", "timeout")
ODD: dict[str, End] = {
    "curly_quotes": NOBODY_CAME,
    "wrong_length": NOBODY_CAME,
    "garbage": NOBODY_CAME,
    "not_allowed_pos": NOBODY_CAME,
    "partial_amount": End("DECLINED", "wrong_amount"),
    "decline": End("DECLINED", "host_declined"),
    "customer_cancel": End("CANCELLED", "customer_cancelled"),
    "comm_error": End("DECLINED", "go_online"),
}
"""Faults that end a sale unpaid."""

LASTING = (
    "drop_after_init",
    "drop_before_end",
    "drop_after_end",
    "no_end",
    "unknown_seq_ac",
    "never_closes",
)
"""Faults under which the POS tries again and again; the sale is paid once they are over."""


@pytest.fixture
def far() -> Iterator[FarLoop]:
    loop = FarLoop()
    yield loop
    loop.stop()


def test_every_odd_end_is_one_of_a_fault() -> None:
    assert {*ODD, *LASTING} <= {*FAULTS}


async def _ended(bench: Bench, pos: CieloEmulator, fault: str) -> None:
    """One sale under the fault, to its end."""
    pos.faults.add(fault)
    sessions = pos._pos._seq
    if fault in ODD:
        await bench.until(lambda: pos._pos._seq > sessions)
    await bench.buy()
    if fault in ODD:
        await bench.until(lambda: bench.payments() == [ODD[fault].state])
        assert bench.rows("SELECT reason FROM payments") == [(ODD[fault].reason,)]
        return
    if fault in LASTING:
        await bench.until(lambda: bool(pos.ledger()) or pos._pos._seq > sessions + 2)
        pos.faults.clear()
    await bench.until(lambda: bench.sales() == ["CLOSED"])


def _account(bench: Bench, pos: CieloEmulator) -> None:
    """What the POS kept has a ticket; nothing else has one, and nothing waits for a word."""
    kept = [it.amount_minor for it in pos.charged()]
    paid = bench.rows("SELECT amount_minor FROM payments WHERE state = 'CONFIRMED'")
    assert kept == [row[0] for row in paid]
    assert len(bench.tickets()) == len(kept)
    assert pos.pending() == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_sale_ends_right_whatever_the_pos_does(tmp_path: Path, far: FarLoop, fault: str) -> None:
    port = free_port()
    pos = CieloEmulator(Behaviour(), ("127.0.0.1", port), tmp_path / "pos", timing=TIMING)
    listener = TcpListener("127.0.0.1", port)
    reader: Any = DRIVER.build({"pos_ids": POS_IDS}, listener, HurriedClock(HURRY))
    far.run(pos.start())

    async def sales(bench: Bench) -> None:
        await _ended(bench, pos, fault)
        pos.faults.clear()
        await bench.until(lambda: not bench.visits.paying())
        bench.visits._end()
        await bench.until(lambda: bench.reader.health().state == "ready")
        paid = bench.payments().count("CONFIRMED")
        await bench.buy()
        await bench.until(lambda: bench.payments().count("CONFIRMED") == paid + 1)
        await bench.until(lambda: pos.pending() == [])
        _account(bench, pos)
        assert bench.cases() == []

    (tmp_path / "journal").mkdir()
    try:
        lived(tmp_path / "journal", reader, ScriptedPrinter(), sales)
    finally:
        far.run(pos.stop())
    assert pos.errors == []
