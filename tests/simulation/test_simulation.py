"""Bad days by the hundred, and the proof that the oracle can see a bad design."""

import os

import pytest

from tests.simulation.mutants import MUTANTS
from tests.simulation.runs import first_kill, many, one

IN_CI = bool(os.environ.get("CI"))
SEEDS = 2000 if IN_CI else 300
WITHIN = 1000


def test_no_promise_is_broken_in_any_world() -> None:
    broken = [result for result in many(0, SEEDS) if result.violation is not None]
    assert [(it.seed, it.violation, it.last) for it in broken] == []


@pytest.mark.skipif(not IN_CI, reason="400 worlds each; the mixed worlds have them all")
@pytest.mark.parametrize("kind", ["clones", "restores"])
def test_clones_and_restores_by_the_hundred(kind: str) -> None:
    results = list(many(10_000, 400, only=kind))
    assert [(it.seed, it.violation) for it in results if it.violation is not None] == []
    happened = {"clones": "clones", "restores": "restores"}[kind]
    assert sum(it.counts.get(happened, 0) for it in results) > 400


def test_the_same_seed_is_the_same_world() -> None:
    for seed in (3, 7, 12):
        assert one(seed).trace == one(seed).trace
    assert one(3).trace != one(4).trace


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_planted_bug_is_caught(mutant: str) -> None:
    assert first_kill(mutant, 0, WITHIN) is not None


def test_facts_that_come_again_and_again_count_once() -> None:
    results = many(0, 100, "writes_everything_again")
    assert [(it.seed, it.violation) for it in results if it.violation is not None] == []
