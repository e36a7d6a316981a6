"""``python -m tests.crash --full``: every cut point with three seeds, and a table cut point ×
outcome.
"""

import argparse
import json
import sys
from collections import Counter

from tests.crash.harness import NOT_PAID, OPEN_CASE, PAID_PRINTED, Run, run_cut

SEEDS = 3
OUTCOMES = (NOT_PAID, PAID_PRINTED, OPEN_CASE)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--full", action="store_true", help="all three seeds, not only the first")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    wanted = parser.parse_args()
    runs: list[Run] = []
    for seed in range(wanted.seed, wanted.seed + (SEEDS if wanted.full else 1)):
        runs += _all_cuts(seed)
    _table(runs)
    faults = [f"cut {run.cut} ({run.step}): {fault}" for run in runs for fault in run.faults]
    for fault in faults:
        print(f"BROKEN {fault}")
    if wanted.json:
        counts = Counter(run.outcome for run in runs)
        print(json.dumps({"cuts": len(runs), "faults": len(faults), **counts}))
    return 1 if faults else 0


def _all_cuts(seed: int) -> list[Run]:
    runs: list[Run] = []
    while not runs or runs[-1].step:
        runs.append(run_cut(len(runs) + 1, seed))
        if sys.stderr.isatty():
            print(f"\rseed {seed}, cut {len(runs)}", end="", file=sys.stderr)
    return runs[:-1]


def _table(runs: list[Run]) -> None:
    places: dict[str, Counter[str]] = {}
    for run in runs:
        places.setdefault(_place(run.step), Counter())[run.outcome] += 1
    print(f"{'cut at':28}" + "".join(f"{outcome:>18}" for outcome in OUTCOMES))
    for place, counts in places.items():
        print(f"{place:28}" + "".join(f"{counts[outcome]:18}" for outcome in OUTCOMES))


def _place(step: str) -> str:
    """Device addresses differ from run to run; the kind of step does not."""
    return step if step.startswith("commit") else "device " + step.split(":", 3)[-1]


sys.exit(main())
