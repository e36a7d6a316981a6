"""``python -m tests.powercut``: cut the power thousands of times, and boot on what is left."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.powercut.runs import Cut, control, run

CHUNK = 50
CONTROLS_PER = 10
"""One cut in so many is made under synchronous=NORMAL as well."""


def cuts(first: int, count: int, cut: Callable[[int], Cut]) -> Iterator[Cut]:
    """Cuts on two processes, in order of seeds."""
    with ProcessPoolExecutor(max_workers=2) as pool:
        yield from pool.map(cut, range(first, first + count), chunksize=CHUNK)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.powercut", description=__doc__)
    parser.add_argument("--cuts", type=int, default=300, help="how many [300]")
    parser.add_argument("--seed", type=int, default=0, metavar="FIRST", help="the first [0]")
    parser.add_argument("--json", action="store_true", help="last line is one JSON object")
    options = parser.parse_args()
    began, answered, lost, corrupt = time.monotonic(), 0, 0, 0
    for place, found in enumerate(cuts(options.seed, options.cuts, run), 1):
        answered += found.answered
        lost += bool(found.lost)
        corrupt += bool(found.corrupt)
        if found.lost or found.corrupt:
            print(f"seed {found.seed}: {found.lost[:3]} {found.corrupt}", file=sys.stderr)
            print(
                f"  again: python -m tests.powercut --cuts 1 --seed {found.seed}", file=sys.stderr
            )
        if place % 500 == 0:
            print(f"{place} cuts, {lost} lost, {corrupt} corrupt", file=sys.stderr)
    controls = list(cuts(options.seed, max(20, options.cuts // CONTROLS_PER), control))
    report = {
        "cuts": options.cuts,
        "answered": answered,
        "lost": lost,
        "corrupt": corrupt,
        "control_cuts": len(controls),
        "control_lost": sum(bool(found.lost) for found in controls),
        "seconds": round(time.monotonic() - began, 1),
    }
    if options.json:
        print(json.dumps(report))
    return 1 if lost or corrupt or not report["control_lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
