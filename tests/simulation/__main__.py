"""``python -m tests.simulation``: thousands of bad days, each from its seed, each judged."""

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from typing import Any

from tests.simulation.kinds import KINDS
from tests.simulation.mutants import MUTANTS
from tests.simulation.runs import Result, first_kill, many

PROGRESS_EVERY = 500
WITHIN = 1000
COUNTED = (
    "steps",
    "durable_writes",
    "crashes",
    "forks",
    "restores",
    "central_restores",
    "clones",
    "poison",
    "late_requests",
    "feed_holes",
    "disk_full",
    "clock_jumps",
    "days_sealed",
)


def main() -> int:
    options = _options()
    report = _kill(options) if options.mutants else _run(options)
    if options.json:
        print(json.dumps(report))
    return 1 if report.get("violations") or _survivors(report) else 0


def _run(options: argparse.Namespace) -> dict[str, Any]:
    began, counts, broken = time.monotonic(), dict.fromkeys(COUNTED, 0), []
    for place, result in enumerate(
        many(options.seed, options.seeds, options.mutant, options.kind), 1
    ):
        for what, number in result.counts.items():
            counts[what] = counts.get(what, 0) + number
        if result.violation is not None:
            broken.append(result)
            _tell(result, options)
        if place % PROGRESS_EVERY == 0:
            spent = time.monotonic() - began
            print(f"{place} seeds, {len(broken)} broken, {spent:.0f} s", file=sys.stderr)
    return {
        "seeds": options.seeds,
        "violations": len(broken),
        **counts,
        "seconds": round(time.monotonic() - began, 1),
    }


def _kill(options: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with ProcessPoolExecutor(max_workers=2) as pool:
        kills = pool.map(first_kill, MUTANTS, repeat(options.seed), repeat(WITHIN))
        for name, result in zip(MUTANTS, kills, strict=True):
            found[name] = _verdict(result)
            print(f"{name:24} {found[name]}", file=sys.stderr)
    return {"mutants": found}


def _verdict(result: Result | None) -> dict[str, Any]:
    if result is None or result.violation is None:
        return {"killed": False, "seed": None, "invariant": None}
    return {"killed": True, "seed": result.seed, "invariant": result.violation.invariant}


def _survivors(report: dict[str, Any]) -> list[str]:
    return [name for name, it in report.get("mutants", {}).items() if not it["killed"]]


def _tell(result: Result, options: argparse.Namespace) -> None:
    found = result.violation
    assert found is not None
    again = f"python -m tests.simulation --seeds 1 --seed {result.seed}"
    print(f"seed {result.seed} ({result.kind}): {found.invariant}: {found.detail}", file=sys.stderr)
    for line in result.last[-15:]:
        print(f"    {line}", file=sys.stderr)
    again += f" --kind {options.kind}" if options.kind else ""
    again += f" --mutant {options.mutant}" if options.mutant else ""
    print(f"  again: {again}", file=sys.stderr)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many worlds [1000]")
    parser.add_argument("--seed", type=int, default=0, metavar="FIRST", help="the first [0]")
    kinds = ["", *(kind.name for kind in KINDS)]
    parser.add_argument("--kind", default="", choices=kinds, help="worlds of one kind only")
    parser.add_argument("--mutant", default="", choices=["", *MUTANTS], help="plant one bug")
    parser.add_argument("--mutants", action="store_true", help="plant each bug in turn")
    parser.add_argument("--json", action="store_true", help="last line is one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
