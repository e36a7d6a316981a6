"""The ZVT driver's payments, reversals and recoveries."""

from itertools import count

import pytest
import structlog

from edge_agent.devices.errors import (
    DeviceError,
    DeviceGoneError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import CardOutcome
from tests.support.scripted_zvt import (
    ABORTED_6C,
    BEFORE,
    COMPLETION,
    GONE,
    NOT_ISSUED,
    OK,
    OWN,
    STATUS_ABORTED,
    STATUS_APPROVED,
    Heard,
    Terminal,
    an_attempt,
    an_intent,
    approving,
    reader_of,
    remembering,
    selling,
    status,
)

LINE = "06 D1 05 00 56 49 41 31"
LAST_LINE = "06 D1 04 81 46 49 4D"


@pytest.fixture(params=["tcp", "serial"])
def terminal(request: pytest.FixtureRequest) -> Terminal:
    return Terminal(request.param)


def paid(terminal: Terminal, talk: Heard | None = None) -> CardOutcome:
    return reader_of(terminal).pay(an_intent(), talk or Heard(terminal))


# ---- paying


def test_an_approved_sale_in_order_of_money(terminal: Terminal) -> None:
    approving(terminal)
    reader = reader_of(terminal)
    reader.open()
    terminal.events.clear()
    talk = Heard(terminal)
    outcome = reader.pay(an_intent(), talk)
    assert outcome.kind == "approved"
    assert outcome.amount_minor == 1290
    assert outcome.data is not None
    assert outcome.data.masked_pan == "************1234"
    assert outcome.data.reader_serial == "52500041"
    assert outcome.data.nsu == "000017"
    order = [what.hex(" ").upper() if kind == "ecr" else kind for kind, what in terminal.events]
    assert order == [
        "06 20 05 00 00 00 03 03",
        OK,
        OK,
        "keep",
        "06 01 0A 04 00 00 00 00 12 90 49 09 86",
        OK,
        "keep",
        "authorised",
        OK,
        OK,
    ]
    assert talk.notes == an_attempt(**OWN).notes
    assert [stored.kind for stored in talk.stored] == ["approved"]


def test_each_receipt_line_is_answered_and_collected(terminal: Terminal) -> None:
    block = "06 D3 0C 06 0A 25 08 07 02 4F 4C 07 02 4F 4B"
    selling(terminal, STATUS_APPROVED, LINE, "06 D1 02 FF 01", LAST_LINE, COMPLETION)
    outcome = paid(terminal)
    assert outcome.data is not None
    assert outcome.data.slip == ("VIA1", "", "FIM")
    selling(terminal, STATUS_APPROVED, LINE, LAST_LINE, block, COMPLETION)
    outcome = paid(terminal)
    assert outcome.data is not None
    assert outcome.data.slip == ("OL", "OK")


def test_card_numbers_on_a_receipt_are_masked(terminal: Terminal) -> None:
    line = b"PAN 4761 7390 0101 0119"
    selling(terminal, STATUS_APPROVED, f"06 D1 {len(line) + 1:02X} 00 {line.hex()}", COMPLETION)
    outcome = paid(terminal)
    assert outcome.data is not None
    assert outcome.data.slip == ("PAN 4761 73** **** 0119",)


def test_progress_is_told(terminal: Terminal) -> None:
    text = "04 FF 0E 0A 01 06 0A 24 08 07 06 43 41 52 54 41 4F"
    states = ["04 FF 01 0A", "04 FF 01 0E", "04 FF 01 04", "04 FF 01 15", "04 FF 01 41", text]
    talk = Heard(terminal)
    paid(selling(terminal, *states, STATUS_ABORTED, ABORTED_6C), talk)
    steps = [step for step, _ in talk.told]
    assert steps == [
        "insert_card",
        "reading",
        "authorising",
        "enter_pin",
        "remove_card",
        "insert_card",
    ]
    assert talk.told[-1][1] == "CARTAO"
    assert all(text for _, text in talk.told)


@pytest.mark.parametrize(
    ("reports", "kind", "reason"),
    [
        ([STATUS_ABORTED, ABORTED_6C], "cancelled", "timeout"),
        ([ABORTED_6C], "cancelled", "timeout"),
        (["04 0F 02 27 05", "06 1E 01 05"], "declined", "host_declined"),
        (["04 0F 02 27 05", COMPLETION], "declined", "host_declined"),
        (["06 1E 01 33"], "declined", "host_declined"),
        (["06 1E 01 64"], "failed", "card_error"),
        (["06 1E 01 78"], "declined", "card_declined"),
        (["06 1E 01 A0"], "failed", "reader_error"),
        (["06 1E 00"], "failed", "reader_error"),
        ([COMPLETION], "unknown", "reader_error"),
        (["04 0F 05 29 52 50 00 41", COMPLETION], "unknown", "reader_error"),
        ([STATUS_APPROVED, ABORTED_6C], "unknown", "reader_error"),
        ([STATUS_APPROVED, STATUS_ABORTED, COMPLETION], "unknown", "reader_error"),
    ],
)
def test_other_endings(terminal: Terminal, reports: list[str], kind: str, reason: str) -> None:
    outcome = paid(selling(terminal, *reports))
    assert (outcome.kind, outcome.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("end", "kind"), [("06 1E 01 9A", "failed"), (COMPLETION, "unknown"), (BEFORE, "unknown")]
)
def test_an_approval_that_cannot_be_read_is_not_acknowledged(
    terminal: Terminal, end: str, kind: str
) -> None:
    terminal.after_refusal = [end, COMPLETION]
    talk = Heard(terminal)
    assert paid(selling(terminal, "04 0F 03 27 00 16"), talk).kind == kind
    assert "84 9A 00" in terminal.heard()
    assert talk.stored == []


def test_a_refused_command_is_no_payment(terminal: Terminal) -> None:
    terminal.scripts["0601"] = [["84 6A 00"]]
    outcome = paid(terminal)
    assert (outcome.kind, outcome.reason) == ("failed", "reader_error")


@pytest.mark.parametrize("end", [ABORTED_6C, COMPLETION])
@pytest.mark.parametrize(
    "approval",
    [
        status(amount=1291),
        status(amount=645),
        "04 0F 02 27 00",
        status().replace("490986", "490978"),
    ],
)
def test_a_wrong_amount_is_not_issued(terminal: Terminal, approval: str, end: str) -> None:
    talk = Heard(terminal)
    terminal.after_refusal = [end]
    outcome = paid(selling(terminal, approval), talk)
    assert (outcome.kind, outcome.reason) == ("failed", "wrong_amount")
    assert terminal.heard()[-2] == NOT_ISSUED
    assert talk.stored == []
    assert "receipt" not in talk.notes


def test_the_last_transaction_of_before_is_no_approval(terminal: Terminal) -> None:
    talk = Heard(terminal)
    same = status("0041", "000016", "1123142000")
    remembering(terminal, same)
    terminal.after_refusal = [COMPLETION]
    outcome = paid(selling(terminal, same), talk)
    assert outcome.kind == "unknown"
    assert talk.stored == []


def test_a_repeated_approval_is_acknowledged_again_and_stored_once(terminal: Terminal) -> None:
    talk = Heard(terminal)
    outcome = paid(selling(terminal, STATUS_APPROVED, STATUS_APPROVED, COMPLETION), talk)
    assert outcome.kind == "approved"
    assert len(talk.stored) == 1


def test_a_second_approval_is_not_issued(terminal: Terminal) -> None:
    talk = Heard(terminal)
    terminal.after_refusal = [COMPLETION]
    outcome = paid(selling(terminal, STATUS_APPROVED, status("0043", "000018")), talk)
    assert outcome.kind == "unknown"
    assert len(talk.stored) == 1


@pytest.mark.parametrize("full_at", ["receipt", "authorised"])
def test_what_cannot_be_stored_is_not_acknowledged(terminal: Terminal, full_at: str) -> None:
    with pytest.raises(DeviceError, match="disk full"):
        paid(approving(terminal), Heard(terminal, full_at=full_at))
    assert terminal.heard()[-1] == NOT_ISSUED


def test_nothing_is_asked_when_the_snapshot_cannot_be_kept(terminal: Terminal) -> None:
    with pytest.raises(DeviceError, match="disk full"):
        paid(approving(terminal), Heard(terminal, full_at="last_receipt"))
    assert "06 01" not in terminal.commands()


@pytest.mark.parametrize("run", [[], [OK, GONE], ["84 9C 00"], ["84 6B 00"]])
def test_without_a_snapshot_nothing_is_asked(terminal: Terminal, run: list[str]) -> None:
    terminal.scripts["0620"] = [run]
    outcome = paid(approving(terminal))
    assert (outcome.kind, outcome.reason) == ("failed", "reader_error")
    assert "06 01" not in terminal.commands()


def test_a_terminal_without_any_transaction_sells(terminal: Terminal) -> None:
    talk = Heard(terminal)
    outcome = paid(approving(remembering(terminal)), talk)
    assert outcome.kind == "approved"
    assert talk.notes["last_receipt"] == ""


def test_the_wire_breaks_after_the_command(terminal: Terminal) -> None:
    for reports in ([GONE], ["04 FF 01 0A", GONE], [STATUS_APPROVED, GONE]):
        with pytest.raises(DeviceGoneError):
            paid(selling(terminal, *reports))


def test_a_terminal_that_falls_silent_after_the_command(terminal: Terminal) -> None:
    terminal.scripts["06B0"] = [[]]
    terminal.after_abort = []
    for reports in ([], ["04 FF 01 0E"], [STATUS_APPROVED]):
        began = terminal.clock.now
        with pytest.raises(DeviceTimeoutError):
            paid(selling(terminal, *reports))
        assert terminal.clock.now - began < 60 + 180 + 10


def test_reports_without_end_are_given_up(terminal: Terminal) -> None:
    def later(raw: bytes) -> bytes:
        terminal.clock.now += 0.5
        return raw

    selling(terminal, *["04 FF 01 0E"] * 700, COMPLETION)
    terminal.mangle = later
    with pytest.raises(DeviceTimeoutError):
        paid(terminal)


def test_a_customer_who_gives_up_is_obeyed(terminal: Terminal) -> None:
    asked = count()
    talk = Heard(terminal, cancelled=lambda: next(asked) > 5)
    outcome = paid(selling(terminal, "04 FF 01 0A"), talk)
    assert (outcome.kind, outcome.reason) == ("cancelled", "we_cancelled")
    assert terminal.heard().count("06 B0 00") == 1


def test_nobody_presents_a_card(terminal: Terminal) -> None:
    outcome = paid(selling(terminal, "04 FF 01 0A"))
    assert (outcome.kind, outcome.reason) == ("cancelled", "timeout")
    assert "06 B0 00" in terminal.heard()
    assert terminal.clock.now < 100 + 62


def test_an_approval_that_crosses_the_abort_stands(terminal: Terminal) -> None:
    asked = count()
    terminal.after_abort = [STATUS_APPROVED, COMPLETION]
    talk = Heard(terminal, cancelled=lambda: next(asked) > 5)
    outcome = paid(selling(terminal, "04 FF 01 0E"), talk)
    assert outcome.kind == "approved"
    assert len(talk.stored) == 1


def test_an_abort_is_not_sent_after_the_approval(terminal: Terminal) -> None:
    talk = Heard(terminal, cancelled=lambda: bool(talk.stored))
    assert paid(selling(terminal, STATUS_APPROVED, LINE, COMPLETION), talk).kind == "approved"
    assert "06 B0 00" not in terminal.heard()


def test_a_late_completion_answer_changes_nothing(terminal: Terminal) -> None:
    """The wire breaks when the completion is acknowledged: the payment stands."""
    approving(terminal)
    terminal.scripts["0601"][0].append(GONE)
    assert paid(terminal).kind == "approved"


def test_what_cannot_be_asked_is_not_asked(terminal: Terminal) -> None:
    intent = an_intent(amount=0)
    assert reader_of(terminal).pay(intent, Heard(terminal)).kind == "failed"
    assert terminal.heard() == []


def test_nothing_logged_holds_a_card(terminal: Terminal) -> None:
    terminal.scripts["0620"] = [[]]
    with structlog.testing.capture_logs() as logs:
        paid(terminal)
        terminal.scripts["0620"] = [
            [OK, "04 0F 0C 22 F0 F8 47 61 73 90 01 01 01 19 99", COMPLETION]
        ]
        paid(terminal)
    assert len(logs) == 2
    assert "4761" not in repr(logs).replace(" ", "")


def test_a_full_card_number_is_masked(terminal: Terminal) -> None:
    shown = "04 0F 14 27 00 04 00 00 00 00 12 90 22 F0 F8 47 61 73 90 01 01 01 19"
    talk = Heard(terminal)
    outcome = paid(selling(terminal, shown, COMPLETION), talk)
    assert outcome.data is not None
    assert outcome.data.masked_pan == "476173******0119"
    assert "4761739001010119" not in repr((talk.notes, talk.told, talk.stored))


# ---- taking back


def test_a_void_names_the_receipt_and_stores_nothing_new(terminal: Terminal) -> None:
    terminal.scripts["0630"] = [[OK, status("0043", "000018"), COMPLETION]]
    talk = Heard(terminal)
    outcome = reader_of(terminal).void(an_attempt(**OWN), an_intent(), talk)
    assert outcome.kind == "approved"
    assert "06 30 06 00 00 00 87 00 42" in terminal.heard()
    assert talk.notes == {}
    assert talk.stored == []


def test_a_void_that_was_done_before_is_approved(terminal: Terminal) -> None:
    for run in ([OK, "06 1E 01 B4"], ["84 B4 00"]):
        terminal.scripts["0630"] = [run]
        outcome = reader_of(terminal).void(an_attempt(**OWN), an_intent(), Heard(terminal))
        assert outcome.kind == "approved"


def test_a_void_that_is_impossible_fails(terminal: Terminal) -> None:
    terminal.scripts["0630"] = [[OK, "06 1E 01 B5"]]
    outcome = reader_of(terminal).void(an_attempt(**OWN), an_intent(), Heard(terminal))
    assert outcome.kind == "failed"


def test_a_void_needs_the_receipt_and_the_whole_amount(terminal: Terminal) -> None:
    reader = reader_of(terminal)
    for attempt, amount in ((an_attempt(), 1290), (an_attempt(**OWN), 100)):
        with pytest.raises(DeviceRefusedError):
            reader.void(attempt, an_intent(amount), Heard(terminal))
    assert terminal.heard() == []


def test_confirm_is_the_terminals_and_undo_is_refused(terminal: Terminal) -> None:
    reader = reader_of(terminal)
    reader.confirm(an_attempt(**OWN))
    with pytest.raises(DeviceRefusedError):
        reader.undo(an_attempt(**OWN))
    assert terminal.heard() == []


def test_capabilities() -> None:
    capabilities = reader_of(Terminal()).capabilities
    assert (capabilities.confirm, capabilities.recovery) == ("ack_then_final", "query_last")
    assert (capabilities.offline, capabilities.void) == (False, True)
    assert capabilities.kinds == {"debit", "credit"}
