"""Runs the two lives in forked children against far ends that stay alive, and judges what is left.

The far ends are the product's own emulators in a process of their own: the reader's list of
approvals and the printer's count of tickets are witnesses that know nothing of the journal.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from edge_agent.devices.emulators.escpos import EscposEmulator
from edge_agent.journal.connection import load_key
from edge_agent.journal.inspection import Inspection, inspect
from tests.crash.cuts import Cuts
from tests.crash.readers import KINDS
from tests.crash.totem import Far, first_life, second_life

FORK = multiprocessing.get_context("fork")
LIFE_S = 60.0
PAID_PRINTED, NOT_PAID, OPEN_CASE = "paid and printed", "not paid", "open case"


class Witness(NamedTuple):
    """What the far ends counted by themselves. ``charges`` are minor units that a customer owes by
    the reader's own ledger; a pinpad that keeps none has only approvals.
    """

    approvals: list[tuple[str, str, int]]
    tickets: int
    charges: list[int] | None = None


class Run(NamedTuple):
    """One cut: where it fell, what came of the sale, and every broken promise."""

    cut: int
    step: str
    outcome: str
    faults: list[str]
    steps: int = 0
    """How many steps the first life reached."""


def run_cut(cut: int, seed: int, kind: str = "abecs", power: str = "totem") -> Run:
    """Cut the power at the first life's ``cut``-th step, restart, judge. ``step`` is empty past the
    last step. ``power`` says whose: totem, reader, or both.
    """
    with tempfile.TemporaryDirectory(prefix="totem-crash-") as name:
        folder = Path(name)
        ours, theirs = FORK.Pipe()
        devices = FORK.Process(target=far_ends, args=(theirs, seed, kind, folder), daemon=True)
        devices.start()
        try:
            printer, address = ours.recv()
            far = Far(printer, address, kind)
            step, steps = _first(folder, far, cut, _striker(ours, power))
            _life(second_life, folder, far, lambda: _asked(ours, "waiting"))
            ours.send("count")
            witness = Witness(*ours.recv())
        finally:
            devices.terminate()
            devices.join()
        return judge(cut, step, inspect(folder, load_key(folder)), witness)._replace(steps=steps)


def _striker(far_ends: Connection, power: str) -> Callable[[], None] | None:
    """What a cut does, in the first life's own process; None where it only dies."""
    if power == "totem":
        return None

    def strike() -> None:
        far_ends.send("power_cycle")
        far_ends.recv()
        if power == "both":
            os.kill(os.getpid(), signal.SIGKILL)

    return strike


def _asked(far_ends: Connection, question: str) -> int:
    far_ends.send(question)
    answer: int = far_ends.recv()
    return answer


def _first(folder: Path, far: Far, cut: int, strike: Callable[[], None] | None) -> tuple[str, int]:
    """The step at which the power was cut, empty when it never was, and how many were reached."""
    log = folder / "steps"
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    cuts = Cuts(cut, lambda name: _append(descriptor, name), strike)
    _life(first_life, folder, far, cuts)
    os.close(descriptor)
    steps = log.read_text().splitlines()
    return (steps[cut - 1] if len(steps) >= cut else ""), len(steps)


def _append(descriptor: int, name: str) -> None:
    os.write(descriptor, f"{name}\n".encode())


def _life(target: object, *args: object) -> int:
    process = FORK.Process(target=_quiet, args=(target, *args))
    process.start()
    process.join(LIFE_S)
    if process.is_alive():
        process.kill()
        raise TimeoutError(f"{target} did not end")
    assert process.exitcode is not None, "a joined process has its code"
    if process.exitcode not in (0, -9):
        raise AssertionError(f"{target} failed with {process.exitcode}")
    return process.exitcode


def _quiet(target: object, *args: object) -> None:
    """In the child: no log lines on the parent's terminal."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - lives as long as this child
    target(*args)  # type: ignore[operator] # a life


def judge(cut: int, step: str, books: Inspection, witness: Witness) -> Run:
    faults = list(books.faults)
    approved = {(cryptogram, atc): amount for cryptogram, atc, amount in witness.approvals}
    for payment in [] if witness.charges is not None else books.paid_by_card:
        amount = approved.pop((payment.proof.cryptogram, payment.proof.atc), None)
        if amount != payment.amount_minor:
            faults.append(f"payment {payment.payment} has no approval of its amount ({amount})")
    unpaid = Counter(books.unpaid_card_amounts)
    unpaid.subtract(approved.values())
    faults += [f"an approval of {amount} has no attempt" for amount in unpaid if unpaid[amount] < 0]
    paid = len(books.paid_by_card)
    if witness.charges is not None:
        booked = sorted(payment.amount_minor for payment in books.paid_by_card)
        if booked != sorted(witness.charges):
            faults.append(f"the reader charged {witness.charges}, the journal booked {booked}")
    if paid > 1:
        faults.append("charged twice")
    if paid and not books.tickets:
        faults.append("paid without a ticket")
    if witness.tickets > 1:
        faults.append("two first copies of a ticket")
    if books.tickets_printed and not witness.tickets:
        faults.append("a ticket is called printed that never left the printer")
    if paid and not witness.tickets and not books.cases_open:
        faults.append("paid, no paper, and no open case")
    outcome = OPEN_CASE if books.cases_open else PAID_PRINTED if paid else NOT_PAID
    return Run(cut, step, outcome, faults)


def far_ends(pipe: Connection, seed: int, kind: str = "abecs", folder: Path | None = None) -> None:
    """The devices' own process: tells its addresses, then does what it is told."""

    async def serve() -> None:
        printer = EscposEmulator(lines_per_s=100_000)
        disk = Path(tempfile.mkdtemp(prefix="far-", dir=folder))
        reader = await KINDS[kind].start(disk, seed)
        pipe.send((f"tcp:127.0.0.1:{await printer.start_tcp()}", reader.address))
        while (asked := await asyncio.to_thread(pipe.recv)) != "end":
            if asked == "power_cycle":
                await reader.power_cycle()
                pipe.send("done")
            elif asked == "waiting":
                pipe.send(reader.waiting())
            else:
                charges = None if kind == "abecs" else reader.charges()
                pipe.send((reader.approvals(), printer.tickets_printed(), charges))

    asyncio.run(serve())
