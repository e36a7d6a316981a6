"""Kill -9 in the middle of a card sale: paid and printed, not paid, or an open case."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pytest

from edge_agent.journal.inspection import CardPayment, Inspection
from sync_protocol.events import CardProof
from tests.crash.harness import (
    FORK,
    NOT_PAID,
    OPEN_CASE,
    PAID_PRINTED,
    Run,
    Witness,
    judge,
    run_cut,
)
from tests.crash.whole import run_whole

CI = os.environ.get("CI") == "true"
SEEDS = (1, 2, 3) if CI else (1,)
STRIDE = 3 if CI else 6
"""Under CI the three seeds share all steps among them; ``--full`` takes every step with each."""

WHOLE = 40 if CI else 4
WORKERS = 2
POWERS = ("totem", "reader", "both")
KIND_STRIDE = 8 if CI else 24
CUTS_MOST = 400


def _in_parallel(runs: list[Callable[[], Run]]) -> list[Run]:
    with ProcessPoolExecutor(WORKERS, mp_context=FORK) as pool:
        return [it.result() for it in [pool.submit(run) for run in runs]]


def _cuts_of_a_sale() -> int:
    """How many steps a whole sale has: a run that is never cut tells."""
    uncut = run_cut(CUTS_MOST, seed=1)
    assert uncut.outcome == PAID_PRINTED
    return uncut.steps


def test_every_cut_leaves_the_customer_and_the_books_right() -> None:
    last = _cuts_of_a_sale()
    assert last > 40
    runs = _in_parallel(
        [partial(run_cut, cut, seed) for seed in SEEDS for cut in range(seed, last + 1, STRIDE)]
    )
    assert [(run.cut, run.step, fault) for run in runs for fault in run.faults] == []
    assert {run.outcome for run in runs} == {NOT_PAID, PAID_PRINTED, OPEN_CASE}


@pytest.mark.parametrize("power", ["totem", "reader", "both"])
@pytest.mark.parametrize("kind", ["zvt", "tef", "cielo"])
def test_whose_power_is_cut_no_reader_charges_without_a_ticket_or_a_case(
    kind: str, power: str
) -> None:
    last = run_cut(CUTS_MOST, 1, kind).steps
    assert last > 80
    cuts = range(1 + POWERS.index(power), last + 1, KIND_STRIDE)
    runs = _in_parallel([partial(run_cut, cut, 1, kind, power) for cut in cuts])
    assert [(run.cut, run.step, fault) for run in runs for fault in run.faults] == []


def test_a_whole_agent_killed_at_any_moment_leaves_the_books_right() -> None:
    runs = _in_parallel([partial(run_whole, place, WHOLE, 1) for place in range(WHOLE)])
    assert [(run.step, fault) for run in runs for fault in run.faults] == []


def test_the_judge_can_find_fault() -> None:
    proof = CardProof("453211******0366", "VISA", "A0", "C1", "0001", "SN1")
    charged = Inspection("T0001", paid_by_card=[CardPayment("T0001-1-4-00000000", 4_500, proof)])
    assert (
        "paid without a ticket"
        in judge(1, "x", charged, Witness([("C1", "0001", 4_500)], 0)).faults
    )
    assert judge(1, "x", charged, Witness([], 0)).faults
    assert judge(1, "x", Inspection("T0001"), Witness([("C1", "0001", 4_500)], 0)).faults
    assert judge(1, "x", Inspection("T0001"), Witness([], 2)).faults
