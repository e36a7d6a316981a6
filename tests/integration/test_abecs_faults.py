"""A card sale at every fault of the pinpad: real driver, emulator over TCP, real journal.

Whatever strikes, the books stand: a payment that is kept has an approval of its card and a ticket;
one that is not has neither money nor ticket, and the next customer can pay.
"""

import asyncio
import select
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec import structs

from edge_agent.devices.drivers.abecs import AbecsReader
from edge_agent.devices.drivers.abecs.sale import Settings
from edge_agent.devices.emulators.abecs import (
    FAULTS,
    AbecsEmulator,
    Behaviour,
    Fault,
    Outcome,
    Timing,
)
from edge_agent.devices.ports import CardReader
from edge_agent.services.card_sale import proof_data
from tests.support.desk_bench import Bench, ScriptedPrinter, lived
from tests.support.hurried import HURRY, FarLoop, HurriedClock, HurriedWire

AT_EASE = 1.0
TIMING = Timing(late_s=1.5, slow_s=15.0 / HURRY, idle_s=2.0, merge_s=0.02)
"""The driver at ease asks again long before the pinpad speaks by itself."""

WAITED_FOR: tuple[Fault, ...] = ("drop_ack", "slow_answer", "silent")
"""Faults that the driver waits out; of any other none of its deadlines is a part."""

STRIKE_IDLE: tuple[Fault, ...] = ("speaks_idle", "late_answer")
UNPAID = ("DECLINED", "CANCELLED")


class End(NamedTuple):
    """``paid``: whether the payment stands; ``reason`` what the screen says where it does not.
    ``lost``: cards that approved and were not believed, which moves no money.
    """

    paid: bool
    reason: str = ""
    lost: int = 0


PAID = End(True)
ENDS: dict[Fault, End] = {
    "nak_first": PAID,
    "nak_always": End(False, "reader_gone"),
    "drop_ack": End(False, "reader_gone"),
    "crc_flip": PAID,
    "split_bytes": PAID,
    "merged_frames": PAID,
    "garbage": PAID,
    "late_answer": PAID,
    "slow_answer": End(False, "reader_gone"),
    "speaks_idle": PAID,
    "silent": End(False, "reader_gone"),
    "unplug_opening": End(False, "reader_gone"),
    "unplug_card": End(False, "reader_gone"),
    "unplug_pin": End(False, "reader_gone"),
    "unplug_approved": End(False, "reader_gone", lost=1),
    "unplug_goodbye": PAID,
    "power_cycle": End(False, "reader_gone", lost=1),
    "decline": End(False, "card_declined"),
    "wrong_amount": End(False, "reader_error", lost=1),
    "table_version": End(False, "reader_error"),
    "notify_flood": PAID,
    "gix_needs_list": PAID,
    "old_pinpad": End(False, "reader_gone"),
    "table_error": PAID,
    "ctls_multiple": PAID,
    "ctls_error": PAID,
    "ctls_error_twice": PAID,
    "ctls_invalidated": PAID,
    "ctls_problems": PAID,
    "ctls_no_app": PAID,
    "ctls_refused": PAID,
    "ctls_phone": PAID,
    "ctls_interface": PAID,
}


@pytest.fixture
def far() -> Iterator[FarLoop]:
    loop = FarLoop()
    yield loop
    loop.stop()


def _driver(wire: HurriedWire, clock: HurriedClock) -> CardReader:
    return AbecsReader(Settings(), wire, clock)


def _sell(
    folder: Path, far: FarLoop, fault: Fault | None, *script: Outcome
) -> tuple[list[tuple[str, str]], AbecsEmulator]:
    """One card sale; how its payments ended, and the pinpad."""
    pinpad = AbecsEmulator(Behaviour(delay_s=0.01, script=script), timing=TIMING)
    clock = HurriedClock(AT_EASE)
    wire = HurriedWire(far.run(pinpad.start_tcp()), clock)
    payments: list[tuple[str, str]] = []

    async def sale(bench: Bench) -> None:
        if fault is not None:
            pinpad.faults.add(fault)
            if fault in WAITED_FOR:
                clock.hurry = HURRY
            if fault in STRIKE_IDLE:
                await _spoken_to(bench, wire)
        await bench.buy()
        await bench.until(lambda: bench.sales() == ["CLOSED"] or bench.payments()[0] in UNPAID)
        payments.extend(_checked(bench, pinpad))
        if bench.payments()[0] in UNPAID:
            clock.hurry = AT_EASE
            pinpad.faults.clear()
            await bench.until(
                lambda: bench.reader.health().state == "ready" and not bench.visits.paying()
            )
            await bench.visits.pay("debit")
            await bench.until(lambda: bench.sales() == ["CLOSED"])
            _checked(bench, pinpad)
            assert len(bench.tickets()) == 1

    try:
        lived(folder, _driver(wire, clock), ScriptedPrinter(), sale)
    finally:
        far.run(pinpad.stop())
    return payments, pinpad


async def _spoken_to(bench: Bench, wire: HurriedWire) -> None:
    """A heartbeat, then nothing until the pinpad has said more than it was asked."""
    await asyncio.wrap_future(bench.reader.submit(lambda reader: reader.ping()))
    await bench.until(lambda: bool(select.select([wire._need()], [], [], 0)[0]))


def _checked(bench: Bench, pinpad: AbecsEmulator) -> list[tuple[str, str]]:
    """State and reason of every payment, once the books were found in order."""
    rows = bench.rows("SELECT state, reason, proof, amount_minor FROM payments ORDER BY payment")
    approved = {(it.cryptogram, it.amount_minor) for it in pinpad.approvals()}
    stored = [(proof_data(row[2]).cryptogram, row[3]) for row in rows if row[0] == "STORED_OFFLINE"]
    assert len(stored) == len(bench.tickets()) <= 1
    assert set(stored) <= approved
    assert bench.cases() == []
    return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_sale_ends_right_whatever_the_pinpad_does(
    tmp_path: Path, far: FarLoop, fault: Fault
) -> None:
    payments, pinpad = _sell(tmp_path, far, fault)
    end = ENDS[fault]
    assert len(payments) == 1
    state, reason = payments[0]
    assert (state == "STORED_OFFLINE", reason) == (end.paid, end.reason)
    assert len(pinpad.approvals()) == 1 + end.lost


@pytest.mark.parametrize(
    ("outcome", "end"),
    [
        ("online_pin", End(False, "go_online")),
        ("signature", End(False, "card_unsupported", lost=1)),
    ],
)
def test_what_only_a_host_or_a_person_could_verify_is_never_stored(
    tmp_path: Path, far: FarLoop, outcome: Outcome, end: End
) -> None:
    payments, pinpad = _sell(tmp_path, far, None, outcome)
    assert payments == [("DECLINED", end.reason)]
    assert len(pinpad.approvals()) == 1 + end.lost


def test_an_answer_after_it_was_called_off_belongs_to_nobody(tmp_path: Path, far: FarLoop) -> None:
    """At the line's own speed: the driver's silence after EOT is what keeps it off."""
    pinpad = AbecsEmulator(
        Behaviour(delay_s=0.01, script=("timeout",)),
        faults={"late_answer"},
        timing=structs.replace(TIMING, late_s=0.0),
    )
    clock = HurriedClock(AT_EASE)
    wire = HurriedWire(far.run(pinpad.start_tcp()), clock)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: pinpad._panel.prompt == "insert" and not pinpad._customer._script)
        await bench.visits.cancel()
        await bench.until(lambda: bench.payments() == ["CANCELLED"])
        await bench.until(lambda: not bench.visits.paying())
        await bench.visits.pay("debit")
        await bench.until(lambda: bench.payments() == ["CANCELLED", "STORED_OFFLINE"])
        _checked(bench, pinpad)

    try:
        lived(tmp_path, _driver(wire, clock), ScriptedPrinter(), sale)
    finally:
        far.run(pinpad.stop())
