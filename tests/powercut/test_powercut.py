"""The power goes in the middle of a write: what was answered is there, and nothing is broken."""

import os

from tests.powercut.__main__ import cuts
from tests.powercut.runs import control, run

CUTS = 600 if os.environ.get("CI") else 60


def test_no_answered_sale_is_lost_and_no_journal_broken() -> None:
    found = list(cuts(0, CUTS, run))
    assert [(it.seed, it.lost, it.corrupt) for it in found if it.lost or it.corrupt] == []
    assert sum(it.answered for it in found) > CUTS


def test_a_journal_that_does_not_sync_is_seen_to_lose() -> None:
    assert any(it.lost for it in cuts(0, 20, control))


def test_a_drive_that_lies_about_a_sync_is_seen_to_lose() -> None:
    assert any(run(seed, lies=True).lost for seed in range(10))
