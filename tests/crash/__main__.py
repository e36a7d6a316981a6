"""``python -m tests.crash --full``: every cut point of a card sale, of a void and of a second copy
with every reader that can, whoever's power is cut, with three seeds, and whole agents killed at
every point of a sale; and a table cut point × outcome.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.crash.harness import FORK, run_cut
from tests.crash.judges import OUTCOMES, Deed, Run
from tests.crash.readers import KINDS, VOIDING
from tests.crash.whole import POINTS, run_whole

SEEDS = 3
WORKERS = 2
CUTS_MOST = 400
POWERS = ("totem", "reader", "both")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--full", action="store_true", help="three seeds, the reader's power too")
    parser.add_argument("--reader", action="append", choices=sorted(KINDS), help="only this one")
    parser.add_argument("--deed", action="append", choices=sorted(OUTCOMES), help="only this one")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    wanted = parser.parse_args()
    seeds = range(wanted.seed, wanted.seed + (SEEDS if wanted.full else 1))
    runs: list[Run] = []
    for deed, kind, power in _plans(wanted):
        found = [run for seed in seeds for run in _all_cuts(seed, kind, power, deed)]
        runs += _told(f"{deed} with {kind}, power of {power} cut", found, OUTCOMES[deed])
    for kind in (wanted.reader or KINDS) if wanted.full and not wanted.deed else ():
        found = [run for seed in seeds for run in _all_points(seed, kind)]
        runs += _told(f"a whole agent with {kind} killed", found, OUTCOMES["sale"])
    faults = [why for run in runs for why in run.faults]
    if wanted.json:
        counts = Counter(run.outcome for run in runs)
        print(json.dumps({"cuts": len(runs), "faults": len(faults), **counts}))
    return 1 if faults else 0


def _told(what: str, found: list[Run], outcomes: tuple[str, ...]) -> list[Run]:
    print(f"\n{what}: {len(found)} cuts")
    _table(found, outcomes)
    for it in found:
        for why in it.faults:
            print(f"BROKEN {what}, {it.cut} ({it.step}): {why}", flush=True)
    return found


def _plans(wanted: argparse.Namespace) -> list[tuple[Deed, str, str]]:
    """What is cut, with which reader, whose power."""
    kinds = wanted.reader or list(KINDS)
    doing: dict[Deed, list[str]] = {
        "sale": kinds,
        "void": [kind for kind in kinds if kind in VOIDING],
        "copy": [kind for kind in kinds if kind == "abecs"],
    }
    return [
        (deed, kind, power)
        for deed, able in doing.items()
        for kind in able
        for power in (POWERS if wanted.full and deed != "copy" else POWERS[:1])
        if deed in (wanted.deed or doing)
    ]


def _all_cuts(seed: int, kind: str, power: str, deed: Deed) -> list[Run]:
    last = run_cut(CUTS_MOST, seed, kind, deed=deed).steps
    with ProcessPoolExecutor(WORKERS, mp_context=FORK) as pool:
        asked = [
            pool.submit(_cut, partial(run_cut, cut, seed, kind, power, deed), cut, seed)
            for cut in range(1, last + 1)
        ]
        return [it.result() for it in asked]


def _all_points(seed: int, kind: str) -> list[Run]:
    with ProcessPoolExecutor(WORKERS, mp_context=FORK) as pool:
        asked = [
            pool.submit(_cut, partial(run_whole, point, kind, seed), 0, seed) for point in POINTS
        ]
        return [it.result() for it in asked]


def _cut(run: Callable[[], Run], cut: int, seed: int) -> Run:
    """A life that did not come to its end is a fault, and the others go on."""
    try:
        return run()
    except (AssertionError, TimeoutError) as error:
        return Run(cut, "unknown step", "did not end", [f"seed {seed}: {error}"])


def _table(runs: list[Run], outcomes: tuple[str, ...]) -> None:
    places: dict[str, Counter[str]] = {}
    for run in runs:
        places.setdefault(_place(run.step), Counter())[run.outcome] += 1
    print(f"{'cut at':28}" + "".join(f"{outcome:>18}" for outcome in outcomes))
    for place, counts in places.items():
        print(f"{place:28}" + "".join(f"{counts[outcome]:18}" for outcome in outcomes))


def _place(step: str) -> str:
    """Device addresses differ from run to run; the kind of step does not."""
    is_named = step.startswith("commit") or " " in step
    return step if is_named else "device " + step.split(":", 3)[-1]


if __name__ == "__main__":
    sys.exit(main())
