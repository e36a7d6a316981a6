"""The demo's audit finds a PIX that one of its witnesses does not know."""

import pytest

from edge_agent.cli.demo.audit import Books, Report, Shift, report
from edge_agent.devices.emulators.charges import Received
from edge_agent.journal.inspection import Inspection, PixReceipt


def audited(journaled: list[PixReceipt], received: list[Received], ledger_minor: int) -> Report:
    journal = Inspection("T1", head_hash="ab", events=3, pix_received=journaled)
    central = {
        "differences": [],
        "ends": {"T1": {"events": 3, "head_hash": "ab"}},
        "events_posted": 3,
        "ledger_sum_minor": 0,
        "stored_sum_minor": 0,
        "pix_sum_minor": ledger_minor,
        "vouchers_outstanding_minor": 0,
    }
    return report([Books("T1", journal, 0, [])], central, received, Shift(0, 0.0))


OURS, THEIRS = PixReceipt("E1", 4500), Received("E1", 4500, 1)


def test_three_witnesses_that_agree_are_balanced() -> None:
    found = audited([OURS], [THEIRS], 4500)
    assert found.balanced, found.differences
    assert found.pix_sum_minor == 4500


@pytest.mark.parametrize(
    ("journaled", "received", "ledger_minor", "named"),
    [
        ([], [THEIRS], 4500, "in no journal"),
        ([OURS], [], 0, "never received"),
        ([OURS, OURS], [THEIRS], 4500, "never received"),
        ([PixReceipt("E1", 4501)], [THEIRS], 4500, "in no journal"),
        ([OURS], [THEIRS], 9000, "the ledger says 9000"),
    ],
)
def test_one_that_differs_is_named(
    journaled: list[PixReceipt], received: list[Received], ledger_minor: int, named: str
) -> None:
    found = audited(journaled, received, ledger_minor)
    assert not found.balanced
    assert any(named in it for it in found.differences), found.differences
