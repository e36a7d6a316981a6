"""Kill -9 in the middle of a card sale: paid and printed, not paid, or an open case. In the middle
of a void: given back, or an open case. In the middle of a second copy: once, or an open case.
"""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pytest

from edge_agent.journal.inspection import CardPayment, Inspection
from sync_protocol.events import CardProof
from tests.crash.harness import FORK, run_cut
from tests.crash.judges import (
    COPIED,
    GIVEN_BACK,
    NOT_ASKED,
    NOT_PAID,
    OPEN_CASE,
    PAID_PRINTED,
    Left,
    Run,
    Witness,
    judge,
    judge_deed,
)
from tests.crash.readers import KINDS, VOIDING
from tests.crash.whole import Point, run_whole

CI = os.environ.get("CI") == "true"
SEEDS = (1, 2, 3) if CI else (1,)
STRIDE = 3 if CI else 6
"""Under CI the three seeds share all steps among them; ``--full`` takes every step with each."""

SAMPLE: list[tuple[Point, str]] = [
    ("asked", "tef"),
    ("charged", "abecs"),
    ("printing", "zvt"),
    ("over", "cielo"),
]
WHOLE = [(point, kind) for point, _ in SAMPLE for kind in KINDS] if CI else SAMPLE
"""``--full`` takes every point."""

WORKERS = 2
POWERS = ("totem", "reader", "both")
KIND_STRIDE = 8 if CI else 24
COPY_STRIDE = 6 if CI else 20
CUTS_MOST = 400
VOID_STRIDE = 2


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


def test_a_void_that_is_cut_ends_with_the_money_back_or_an_open_case() -> None:
    uncut = _in_parallel([partial(run_cut, CUTS_MOST, 1, kind, deed="void") for kind in VOIDING])
    assert [run.outcome for run in uncut] == [GIVEN_BACK] * len(VOIDING)
    cuts = [
        (cut, kind, power)
        for kind, last in zip(VOIDING, [run.steps for run in uncut], strict=True)
        for cut, power in _cuts_of_a_void(last)
    ]
    runs = _in_parallel([partial(run_cut, cut, 1, kind, who, "void") for cut, kind, who in cuts])
    assert [(run.cut, run.step, fault) for run in runs for fault in run.faults] == []
    assert {NOT_ASKED, OPEN_CASE} <= {run.outcome for run in runs}


def _cuts_of_a_void(last: int) -> list[tuple[int, str]]:
    assert last > 10
    if CI:
        return [(cut, POWERS[cut % 3]) for cut in range(1, last + 1, VOID_STRIDE)] + [(1, "totem")]
    return [(1, "totem"), (last // 2, "reader"), (last // 2, "both")]


def test_a_second_copy_that_is_cut_came_out_once_or_is_an_open_case() -> None:
    uncut = run_cut(CUTS_MOST, 1, deed="copy")
    assert uncut.steps > 40
    cuts = range(1, uncut.steps + 1, COPY_STRIDE)
    runs = [uncut, *_in_parallel([partial(run_cut, cut, 1, deed="copy") for cut in cuts])]
    assert [(run.cut, run.step, fault) for run in runs for fault in run.faults] == []
    assert {run.outcome for run in runs} == {NOT_ASKED, OPEN_CASE, COPIED}


def test_a_whole_agent_killed_at_any_point_of_a_sale_leaves_the_books_right() -> None:
    runs = _in_parallel([partial(run_whole, point, kind, 1) for point, kind in WHOLE])
    assert [(run.step, fault) for run in runs for fault in run.faults] == []
    assert {run.outcome for run in runs} == {NOT_PAID, PAID_PRINTED, OPEN_CASE}


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


def test_the_judge_of_a_void_can_find_fault() -> None:
    asked = Inspection("T0001", sums_by_method={"refunded_debit": 4_500})
    stands, gone = Witness([], 1, [4_500]), Witness([], 1, [])
    assert judge_deed("void", Left(Inspection("T0001"), "CONFIRMED", ""), gone)[1]
    assert judge_deed("void", Left(Inspection("T0001"), "REFUNDED", ""), stands)[1]
    assert judge_deed("void", Left(asked, "REFUND_FAILED", ""), stands)[1]
    stuck = Inspection("T0001", cases_open=1, sums_by_method={"refunded_debit": 4_500})
    assert judge_deed("void", Left(stuck, "REFUND_REQUESTED", ""), stands)[1]


def test_the_judge_of_a_copy_can_find_fault() -> None:
    sold = Inspection("T0001", tickets=1, tickets_printed=1)
    assert judge_deed("copy", Left(sold, "", "PRINTED"), Witness([], 1, [], 0))[1]
    assert judge_deed("copy", Left(sold, "", "PRINTED"), Witness([], 1, [], 2))[1]
    assert judge_deed("copy", Left(sold, "", ""), Witness([], 1, [], 1))[1]
    assert judge_deed("copy", Left(sold, "", "FAILED"), Witness([], 1, [], 0))[1]
