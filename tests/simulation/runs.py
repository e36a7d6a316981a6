"""Seeds to worlds, on two processes: the same seed is the same world on every machine."""

import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from os import cpu_count

from tests.simulation.kinds import KINDS
from tests.simulation.mutants import SHOWN_BY, planted
from tests.simulation.world import Violation, World

CHUNK = 25
RAISED = "0 nothing raises"


@dataclass
class Result:
    """What one seed gave."""

    seed: int
    kind: str
    trace: str
    counts: dict[str, int] = field(default_factory=dict)
    violation: Violation | None = None
    last: list[str] = field(default_factory=list)


def one(seed: int, mutant: str = "", only: str = "") -> Result:
    """Run one seed's world; the kinds take turns unless ``only`` one is wanted."""
    kinds = [kind for kind in KINDS if only in ("", kind.name)]
    kind = kinds[seed % len(kinds)]
    world = World(seed, kind)
    with planted(mutant) if mutant else nullcontext():
        try:
            world.run()
        except Exception as error:  # noqa: BLE001 - whatever the product raises is a finding
            where = traceback.format_exc().strip().splitlines()[-3:]
            world.violated(RAISED, f"{type(error).__name__}: {error} {where}")
    found = world.violations[0] if world.violations else None
    return Result(seed, kind.name, world.trace, world.counts, found, world.last if found else [])


def many(first: int, count: int, mutant: str = "", only: str = "") -> Iterator[Result]:
    """Results as they come, chunk by chunk, in order of seeds."""
    chunks = [
        (start, min(CHUNK, first + count - start), mutant, only)
        for start in range(first, first + count, CHUNK)
    ]
    with ProcessPoolExecutor(max_workers=min(2, cpu_count() or 1)) as pool:
        for results in pool.map(_chunk, chunks):
            yield from results


def first_kill(mutant: str, first: int, count: int) -> Result | None:
    """The first seed whose world breaks a promise; a raised exception is no kill."""
    for seed in range(first, first + count):
        result = one(seed, mutant, SHOWN_BY.get(mutant, ""))
        if result.violation is not None and result.violation.invariant != RAISED:
            return result
    return None


def _chunk(chunk: tuple[int, int, str, str]) -> list[Result]:
    start, count, mutant, only = chunk
    return [one(seed, mutant, only) for seed in range(start, start + count)]
