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
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from edge_agent.devices.emulators.escpos import EscposEmulator
from tests.crash.cuts import Cuts
from tests.crash.judges import NOT_ASKED, Deed, Run, Witness, judge_deed, read_left
from tests.crash.readers import KINDS
from tests.crash.totem import PATIENCE_S, Far, first_life, second_life

FORK = multiprocessing.get_context("fork")
LIFE_S = PATIENCE_S + 80.0


class Plan(NamedTuple):
    """Which step of what is cut, and how where the totem does not simply die."""

    deed: Deed
    cut: int
    strike: Callable[[], None] | None


def run_cut(
    cut: int, seed: int, kind: str = "abecs", power: str = "totem", deed: Deed = "sale"
) -> Run:
    """Cut the power at the first life's ``cut``-th step of ``deed``, restart, judge. ``step`` is
    empty past the last step. ``power`` says whose: totem, reader, or both. A void is tried once
    more after the restart, and judged again.
    """
    with tempfile.TemporaryDirectory(prefix="totem-crash-") as name:
        folder = Path(name)
        ours, theirs = FORK.Pipe()
        devices = FORK.Process(target=far_ends, args=(theirs, seed, kind, folder), daemon=True)
        devices.start()
        try:
            printer, address = ours.recv()
            far = Far(printer, address, kind)
            step, steps = _first(folder, far, Plan(deed, cut, _striker(ours, power)))
            outcome, faults = _restarted(folder, far, ours, deed)
            if deed == "void":
                faults += _tried_again(folder, far, ours)
        finally:
            devices.terminate()
            devices.join()
        return Run(cut, step, outcome, faults, steps)


def _restarted(
    folder: Path, far: Far, ours: Connection, deed: Deed, tries: Deed | None = None
) -> tuple[str, list[str]]:
    _life(second_life, folder, far, lambda: _asked(ours, "waiting"), tries)
    ours.send("count")
    return judge_deed(deed, read_left(folder), Witness(*ours.recv()))


def _tried_again(folder: Path, far: Far, ours: Connection) -> list[str]:
    """Whatever was cut, the attendant's next try ends with the money back, or with a case."""
    outcome, faults = _restarted(folder, far, ours, "void", "void")
    if outcome == NOT_ASKED:
        faults.append("the payment could not be taken back")
    return [f"tried again: {why}" for why in faults]


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


def _first(folder: Path, far: Far, plan: Plan) -> tuple[str, int]:
    """The step at which the power was cut, empty when it never was, and how many were reached."""
    log = folder / "steps"
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    cuts = Cuts(plan.cut, lambda name: _append(descriptor, name), plan.strike)
    _life(first_life, folder, far, cuts, plan.deed)
    os.close(descriptor)
    steps = log.read_text().splitlines()
    return (steps[plan.cut - 1] if len(steps) >= plan.cut else ""), len(steps)


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


class Pace(NamedTuple):
    """How long a customer takes, and how fast paper comes out."""

    customer_s: float = 0.0
    lines_per_s: float = 100_000


AT_ONCE = Pace()


def far_ends(
    pipe: Connection,
    seed: int,
    kind: str = "abecs",
    folder: Path | None = None,
    pace: Pace = AT_ONCE,
) -> None:
    """The devices' own process: tells its addresses, then does what it is told."""

    async def serve() -> None:
        printer = EscposEmulator(lines_per_s=pace.lines_per_s)
        disk = Path(tempfile.mkdtemp(prefix="far-", dir=folder))
        reader = await KINDS[kind].start(disk, seed, pace.customer_s)
        pipe.send((f"tcp:127.0.0.1:{await printer.start_tcp()}", reader.address))
        while (asked := await asyncio.to_thread(pipe.recv)) != "end":
            if asked == "power_cycle":
                await reader.power_cycle()
                pipe.send("done")
            elif asked == "waiting":
                pipe.send(reader.waiting())
            else:
                charges = None if kind == "abecs" else reader.charges()
                pipe.send(
                    (reader.approvals(), printer.tickets_printed(), charges, _copies(printer))
                )

    asyncio.run(serve())


def _copies(printer: EscposEmulator) -> int:
    return sum("2ª VIA" in paper.text and "SENHA" in paper.text for paper in printer.papers())
