"""The ZVT driver when idle or after a cut: opening, looking, resolving."""

import pytest

from edge_agent.devices.drivers.zvt import DRIVER
from edge_agent.devices.errors import (
    DeviceGoneError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import Attempt, CardOutcome
from tests.support.scripted_zvt import (
    BEFORE,
    BUSY,
    COMPLETION,
    GONE,
    NOT_ISSUED,
    OK,
    OWN,
    REGISTERED,
    STATUS_APPROVED,
    Terminal,
    an_attempt,
    an_intent,
    reader_of,
    remembering,
    status,
)


@pytest.fixture(params=["tcp", "serial"])
def terminal(request: pytest.FixtureRequest) -> Terminal:
    return Terminal(request.param)


# ---- opening and looking


def test_open_registers_and_tells_who_the_terminal_is(terminal: Terminal) -> None:
    info = reader_of(terminal).open()
    assert info.serial == "52500041"
    assert terminal.heard() == ["06 00 06 00 00 00 BE 09 86", OK]


def test_options_go_into_the_registration() -> None:
    terminal = Terminal()
    reader_of(terminal, password="123456", config="3e", currency="0978").open()
    assert terminal.heard()[0] == "06 00 06 12 34 56 3E 09 78"


@pytest.mark.parametrize(
    "options",
    [{"password": "12345"}, {"config": "XX"}, {"currency": "9999"}, {"baud": "9600"}],
)
def test_wrong_options_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"cannot be|no option"):
        DRIVER.build(options, Terminal(), Terminal().clock)


def test_a_wire_that_is_neither_serial_nor_tcp_is_refused() -> None:
    with pytest.raises(ValueError, match="lp:"):
        DRIVER.build({}, Terminal("lp"), Terminal().clock)


@pytest.mark.parametrize(
    "last", ["06 0F 00", "06 0F 01 00", "06 0F 0B F0 F0 F7 32 2E 31 34 2E 31 35 00"]
)
def test_ping_asks_for_the_state(terminal: Terminal, last: str) -> None:
    terminal.scripts["0501"] = [[OK, last]]
    reader = reader_of(terminal)
    reader.open()
    reader.ping()
    assert terminal.heard()[-2:] == ["05 01 00", OK]


def test_a_terminal_out_of_order_fails_the_ping(terminal: Terminal) -> None:
    terminal.scripts["0501"] = [[OK, "06 0F 01 DF"]]
    with pytest.raises(DeviceRefusedError) as refused:
        reader_of(terminal).ping()
    assert refused.value.code == "DF"


def test_a_silent_terminal_fails_the_ping_within_its_deadline(terminal: Terminal) -> None:
    reader = reader_of(terminal)
    reader.open()
    terminal.scripts["0501"] = [[]]
    began = terminal.clock.now
    with pytest.raises(DeviceTimeoutError):
        reader.ping()
    assert terminal.clock.now - began < 20


def test_a_terminal_that_forgot_us_is_registered_anew(terminal: Terminal) -> None:
    terminal.scripts["0501"] = [["84 6B 00"], [OK, "06 0F 01 00"]]
    reader = reader_of(terminal)
    with pytest.raises(DeviceRefusedError):
        reader.ping()
    reader.ping()
    assert terminal.commands() == ["06 00", "05 01", "06 00", "05 01"]


def test_a_busy_terminal_is_asked_again(terminal: Terminal) -> None:
    terminal.scripts["0600"] = [["84 9C 00"], ["84 9C 00"], [OK, REGISTERED]]
    reader_of(terminal).open()
    assert terminal.commands() == ["06 00"] * 3


def test_a_terminal_that_stays_busy_is_given_up(terminal: Terminal) -> None:
    terminal.scripts["0600"] = [["84 9C 00"]]
    with pytest.raises(DeviceRefusedError) as refused:
        reader_of(terminal).open()
    assert refused.value.code == "9C"


def test_what_we_do_not_know_is_answered_so(terminal: Terminal) -> None:
    reader = reader_of(terminal)
    reader.open()
    terminal.send("08 12 00")
    reader.ping()
    assert terminal.heard()[2] == "84 83 00"


# ---- resolving


@pytest.mark.parametrize(
    ("notes", "last", "kind"),
    [
        ({}, [BEFORE], "failed"),
        ({}, [STATUS_APPROVED], "approved"),
        ({}, [status(result="6C")], "failed"),
        ({}, [status(amount=1291)], "failed"),
        ({}, [status("0040", "000015", "1123141000")], "failed"),
        ({}, [], "unknown"),
        (OWN, [STATUS_APPROVED], "approved"),
        (OWN, [BEFORE], "failed"),
        (OWN, [status(result="B4")], "failed"),
        (OWN, [status("0043", "000018")], "unknown"),
        (OWN, [status(amount=1)], "unknown"),
        (OWN, [], "unknown"),
        # Receipt numbers wrap: the trace, or the clock, tells.
        ({"last_receipt": "9999"}, [status("0001")], "approved"),
        ({"last_receipt": "9999", "last_trace": ""}, [status("0001")], "approved"),
        ({"last_trace": "999999"}, [status(trace="000001")], "approved"),
        ({"last_trace": "900000"}, [status(trace="000001")], "approved"),
        ({"last_receipt": "0041"}, [status("0041")], "approved"),
        ({"last_receipt": "0042", "last_trace": "000018"}, [status("0042", "000018", "1123142000")],
         "failed"),
        # The clock was set back, the year ends.
        ({"last_time": "150000"}, [STATUS_APPROVED], "approved"),
        ({"last_date": "1231", "last_time": "235959", "last_trace": ""},
         [status("0042", "000017", "0101000010")], "approved"),
        # Only receipt numbers are known.
        ({"last_trace": "", "last_time": "", "last_date": ""}, [STATUS_APPROVED], "approved"),
        ({"last_trace": "", "last_time": "", "last_date": "", "last_receipt": "0042"},
         [STATUS_APPROVED], "failed"),
        ({"last_trace": "", "last_time": "", "last_date": "", "last_receipt": "0043"},
         [STATUS_APPROVED], "failed"),
    ],
)  # fmt: skip
def test_resolve(terminal: Terminal, notes: dict[str, str], last: list[str], kind: str) -> None:
    outcome = reader_of(remembering(terminal, *last)).resolve(an_attempt(**notes))
    assert outcome.kind == kind
    if kind == "failed":
        assert outcome.reason == "reversed"
    if kind == "approved":
        assert outcome.data is not None
        assert outcome.amount_minor == 1290


EMPTY = dict.fromkeys(("last_receipt", "last_trace", "last_time", "last_date"), "")


@pytest.mark.parametrize(
    ("notes", "last", "kind"),
    [
        ({}, [], "failed"),
        ({}, [STATUS_APPROVED], "unknown"),
        ({}, [status(amount=1)], "failed"),
        (OWN, [STATUS_APPROVED], "approved"),
        (OWN, [BEFORE], "unknown"),
    ],
)
def test_resolve_where_there_was_nothing_before(
    terminal: Terminal, notes: dict[str, str], last: list[str], kind: str
) -> None:
    attempt = Attempt(an_intent(), EMPTY | notes)
    assert reader_of(remembering(terminal, *last)).resolve(attempt).kind == kind


def test_an_attempt_without_a_snapshot_was_never_sent(terminal: Terminal) -> None:
    remembering(terminal, STATUS_APPROVED)
    outcome = reader_of(terminal).resolve(Attempt(an_intent()))
    assert (outcome.kind, outcome.reason) == ("failed", "not_sent")
    assert terminal.heard() == []


def test_resolve_waits_until_the_terminal_is_ready(terminal: Terminal) -> None:
    terminal.scripts["0501"] = [[OK, BUSY], ["84 9C 00"], [OK, "06 0F 01 00"]]
    reader = reader_of(remembering(terminal, BEFORE))
    assert reader.resolve(an_attempt()).kind == "failed"
    assert terminal.commands() == ["06 00", "05 01", "05 01", "05 01", "06 20"]


@pytest.mark.parametrize("run", [[OK, BUSY], ["84 9C 00"]])
def test_resolve_of_a_busy_terminal_cannot_say(terminal: Terminal, run: list[str]) -> None:
    terminal.scripts["0501"] = [run]
    assert reader_of(terminal).resolve(an_attempt()) == CardOutcome("unknown")


def test_an_approval_that_comes_late_is_acknowledged_and_counts(terminal: Terminal) -> None:
    reader = reader_of(remembering(terminal, STATUS_APPROVED))
    reader.open()
    terminal.send(STATUS_APPROVED)
    assert reader.resolve(an_attempt()).kind == "approved"
    assert NOT_ISSUED not in terminal.heard()


@pytest.mark.parametrize(
    ("late", "notes"),
    [(status(amount=1), {}), (BEFORE, {}), (status("0050", "000050"), OWN)],
)
def test_a_late_approval_of_something_else_is_not_issued(
    terminal: Terminal, late: str, notes: dict[str, str]
) -> None:
    terminal.after_refusal = []
    reader = reader_of(remembering(terminal, BEFORE))
    reader.open()
    terminal.send(late)
    assert reader.resolve(an_attempt(**notes)).kind == "failed"
    assert terminal.heard().count(NOT_ISSUED) == 1


@pytest.mark.parametrize("has_owner", [True, False])
def test_a_late_approval_at_opening_waits_for_whose_it_is(
    terminal: Terminal, has_owner: bool
) -> None:
    terminal.after_refusal = []
    terminal.scripts["0600"] = [[STATUS_APPROVED], [OK, REGISTERED]]
    reader = reader_of(remembering(terminal, STATUS_APPROVED))
    reader.open()
    assert terminal.heard() == ["06 00 06 00 00 00 BE 09 86"]
    if has_owner:
        assert reader.resolve(an_attempt()).kind == "approved"
    else:
        reader.ping()
    assert terminal.heard()[1] == (OK if has_owner else NOT_ISSUED)


def test_a_fault_while_resolving_is_raised_and_the_next_try_begins_anew(
    terminal: Terminal,
) -> None:
    terminal.scripts["0620"] = [[OK, GONE], [OK, STATUS_APPROVED, COMPLETION]]
    reader = reader_of(terminal)
    with pytest.raises(DeviceGoneError):
        reader.resolve(an_attempt())
    assert reader.resolve(an_attempt()).kind == "approved"
    assert terminal.opens == 2
    assert terminal.commands().count("06 00") == 2


def test_recover_waits_for_idle_and_issues_nothing(terminal: Terminal) -> None:
    terminal.after_refusal = []
    reader = reader_of(terminal)
    reader.open()
    terminal.send(STATUS_APPROVED)
    reader.recover()
    assert NOT_ISSUED in terminal.heard()
    terminal.scripts["0501"] = [[OK, BUSY]]
    with pytest.raises(DeviceTimeoutError):
        reader.recover()
