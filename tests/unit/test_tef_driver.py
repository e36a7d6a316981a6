"""The TEF driver against a scripted manager: the examples, what each profile sends, two phases."""

from pathlib import Path

import pytest
import structlog

from edge_agent.devices.errors import (
    DeviceError,
    DeviceGoneError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import Attempt, CardOutcome
from tests.support.scripted_tef import (
    APPROVED,
    ID,
    RecordingTalk,
    ScriptedTef,
    answering,
    attempt,
    paper,
    read,
    reader,
    sale,
)

CONTROL = "231120261015400771"
DENIED = "000 CRT; 001 1; 003 2590; 009 = 51; 010 DEMO; 028 0; 030 = SALDO INSUFICIENTE; 729 = 1"
DENIED += "; 999-999 0"
CANCELLED = "000 CRT; 001 1; 009 = FF; 028 0; 030 = OPERACAO CANCELADA; 999-999 0"
PENDING = "000 CRT; 001 1; 009 = 7; 010 DEMO; 012 = 400773; 027 = 231120261030400773; "
PENDING += "030 = TRANSACAO PENDENTE; 729 = 1; 999-999 0"
PAN = "5555444433331111"


def paid(tef: ScriptedTef, **options: str) -> tuple[CardOutcome, RecordingTalk]:
    talk = RecordingTalk(tef)
    return reader(tef, **options).pay(sale(), talk), talk


def test_an_approved_debit_asks_and_confirms_as_in_the_example(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    outcome, talk = paid(tef)
    assert tef.requests == [
        (
            "000-000 = CRT\r\n001-000 = 810001\r\n002-000 = 810001\r\n003-000 = 2590\r\n"
            "004-000 = 0\r\n706-000 = 156\r\n716-000 = ACME KIOSK LTDA\r\n727-000 = 0\r\n"
            "731-000 = 2\r\n732-000 = 1\r\n" + ID + "749-000 = 1\r\n999-999 = 0\r\n"
        ).encode()
    ]
    assert (outcome.kind, outcome.amount_minor) == ("authorised", 2590)
    data = outcome.data
    assert data is not None
    assert (data.brand, data.nsu, data.auth_code) == ("MAESTRO", "400771", "118204")
    assert (data.masked_pan, data.acquirer) == ("************4321", "DEMO")
    assert data.slip == ("VIA CLIENTE", "DEBITO        R$ 25,90")

    reader(tef).confirm(attempt(talk))
    number = read(tef.last("CNF"))["001-000"]
    assert len(number) == 10
    assert (
        tef.last("CNF")
        == (
            f"000-000 = CNF\r\n001-000 = {number}\r\n010-000 = DEMO\r\n027-000 = {CONTROL}\r\n"
            f"{ID}999-999 = 0\r\n"
        ).encode()
    )
    assert tef.ledger == {CONTROL: "confirmed"}
    assert not list(tef.req.iterdir())
    assert not list(tef.resp.iterdir())


def test_a_denied_sale_is_declined_and_never_closed(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(DENIED))
    outcome, talk = paid(tef)
    assert (outcome.kind, outcome.reason) == ("declined", "host_declined")
    assert talk.told[-1] == "SALDO INSUFICIENTE"
    reader(tef).undo(attempt(talk))
    with pytest.raises(DeviceRefusedError):
        reader(tef).confirm(attempt(talk))
    assert tef.commands() == ["CRT"]


@pytest.mark.parametrize("status", ["FF", "ff", "101"])
def test_what_ended_before_the_network_is_cancelled(tmp_path: Path, status: str) -> None:
    tef = ScriptedTef(tmp_path, answering(CANCELLED, f009=status))
    outcome, _ = paid(tef)
    assert (outcome.kind, outcome.reason) == ("cancelled", "customer_cancelled")
    assert tef.commands() == ["CRT"]


@pytest.mark.parametrize("status", ["0", "00", " 0 "])
def test_any_zero_is_an_approval(tmp_path: Path, status: str) -> None:
    outcome, _ = paid(ScriptedTef(tmp_path, answering(APPROVED, f009=status)))
    assert outcome.kind == "authorised"


def test_an_approval_given_back_carries_its_own_code(tmp_path: Path) -> None:
    control = "231120261022400772"
    tef = ScriptedTef(tmp_path, answering(APPROVED, f012="400772", f027=control))
    _, talk = paid(tef)
    reader(tef).undo(attempt(talk))
    number = read(tef.last("NCN"))["001-000"]
    assert (
        tef.last("NCN")
        == (
            f"000-000 = NCN\r\n001-000 = {number}\r\n010-000 = DEMO\r\n027-000 = {control}\r\n"
            f"{ID}999-999 = 0\r\n"
        ).encode()
    )
    assert tef.ledger == {control: "undone"}


def test_an_unknown_pending_transaction_is_undone_and_the_sale_asked_again(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(PENDING), answering(APPROVED))
    outcome, talk = paid(tef)
    assert tef.commands() == ["CRT", "NCN", "CRT"]
    assert tef.closings() == [("NCN", "231120261030400773")]
    assert outcome.kind == "authorised"
    numbers = [read(raw)["001-000"] for raw in tef.requests]
    assert len(set(numbers)) == 3
    assert talk.notes["tef_id"] == numbers[2]
    reader(tef).confirm(attempt(talk))
    assert tef.ledger[CONTROL] == "confirmed"


def test_a_sale_is_asked_again_only_once(tmp_path: Path) -> None:
    other = "231120261030400774"
    tef = ScriptedTef(tmp_path, answering(PENDING), answering(PENDING, f027=other))
    outcome, _ = paid(tef)
    assert (outcome.kind, outcome.reason) == ("failed", "reader_error")
    assert tef.commands() == ["CRT", "NCN", "CRT", "NCN"]


@pytest.mark.parametrize("profile", ["sitef", "classic"])
def test_a_denial_with_a_code_is_only_a_denial_elsewhere(tmp_path: Path, profile: str) -> None:
    tef = ScriptedTef(tmp_path, answering(PENDING))
    outcome, _ = paid(tef, profile=profile)
    assert outcome.kind == "declined"
    assert tef.commands() == ["CRT"]


def test_a_denial_naming_a_confirmed_sale_touches_nothing(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED), answering(PENDING, f027=CONTROL))
    _, talk = paid(tef)
    reader(tef).confirm(attempt(talk))
    outcome = reader(tef).pay(sale(810002), RecordingTalk(tef))
    assert outcome.kind == "declined"
    assert tef.ledger == {CONTROL: "confirmed"}
    assert tef.wrong == []


def test_a_pending_notice_explains_the_one_answer_that_never_came(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, lambda _: None, answering(PENDING), answering(APPROVED))
    lost = RecordingTalk(tef)
    with pytest.raises(DeviceTimeoutError):
        reader(tef).pay(sale(), lost)
    assert reader(tef).resolve(attempt(lost)).kind == "unknown"
    assert reader(tef).pay(sale(810002), RecordingTalk(tef)).kind == "authorised"
    said = reader(tef).resolve(attempt(lost))
    assert (said.kind, said.reason) == ("failed", "reversed")
    reader(tef).undo(attempt(lost))


def test_a_cancellation_is_confirmed_by_itself(tmp_path: Path) -> None:
    void = """000 CNC; 001 1; 003 2590; 009 0; 010 DEMO; 012 400780; 025 400771; 026 2311101532;
    027 231120261105400780; 028 0; 030 CANCELAMENTO APROVADO; 729 2; 730 51; 999-999 0"""
    tef = ScriptedTef(tmp_path, answering(APPROVED), answering(void))
    device = reader(tef)
    talk, voiding = RecordingTalk(tef), RecordingTalk(tef)
    device.pay(sale(), talk)
    device.confirm(attempt(talk))
    outcome = device.void(attempt(talk), sale(810020), voiding)
    assert (
        tef.last("CNC")
        == (
            "000-000 = CNC\r\n001-000 = 810020\r\n003-000 = 2590\r\n004-000 = 0\r\n"
            "010-000 = DEMO\r\n012-000 = 400771\r\n013-000 = 118204\r\n022-000 = 23112026\r\n"
            f"023-000 = 101532\r\n027-000 = {CONTROL}\r\n706-000 = 156\r\n"
            "716-000 = ACME KIOSK LTDA\r\n" + ID + "999-999 = 0\r\n"
        ).encode()
    )
    assert (outcome.kind, outcome.amount_minor) == ("approved", 2590)
    assert tef.closings()[-1] == ("CNF", "231120261105400780")
    assert reader(tef).resolve(attempt(voiding, sale(810020))).kind == "approved"


def test_a_refused_cancellation_is_declined(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED), answering(DENIED))
    device = reader(tef)
    talk = RecordingTalk(tef)
    device.pay(sale(), talk)
    device.confirm(attempt(talk))
    assert device.void(attempt(talk), sale(2), RecordingTalk(tef)).kind == "declined"
    assert tef.ledger == {CONTROL: "confirmed"}


def test_what_cannot_be_named_cannot_be_cancelled(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path)
    with pytest.raises(DeviceRefusedError):
        reader(tef).void(Attempt(sale()), sale(2), RecordingTalk(tef))
    assert tef.requests == []


def test_the_journal_knows_before_the_manager_and_before_the_answer_is_gone(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    _, talk = paid(tef)
    assert talk.saw == [(False, False), (False, True)]
    assert not (tef.resp / "intpos.001").exists()


def test_nothing_is_sent_that_the_journal_could_not_take(tmp_path: Path) -> None:
    class FullDisk(RecordingTalk):
        def keep(self, notes: object) -> None:
            raise DeviceError("disk full")

    tef = ScriptedTef(tmp_path, answering(APPROVED))
    with pytest.raises(DeviceError):
        reader(tef).pay(sale(), FullDisk(tef))
    tef.sleep(1)
    assert tef.requests == []


def test_an_answer_the_journal_could_not_take_stays(tmp_path: Path) -> None:
    class FillingDisk(RecordingTalk):
        def keep(self, notes: object) -> None:
            if self.saw:
                raise DeviceError("disk full")
            super().keep(notes)  # type: ignore[arg-type]

    tef = ScriptedTef(tmp_path, answering(APPROVED))
    talk = FillingDisk(tef)
    with pytest.raises(DeviceError):
        reader(tef).pay(sale(), talk)
    assert (tef.resp / "intpos.001").exists()
    assert reader(tef).resolve(attempt(talk)).kind == "authorised"


def test_a_whole_card_number_goes_nowhere(tmp_path: Path) -> None:
    changes = {"f210_004": PAN + "=2912", "f740": PAN, "f741": "MARIA", "f713_003": f'"{PAN} X"'}
    changes |= {"f030": f"CARTAO {PAN}", "f041": PAN}
    tef = ScriptedTef(tmp_path, answering(APPROVED, **changes))
    with structlog.testing.capture_logs() as logs:
        outcome, talk = paid(tef)
        reader(tef).confirm(attempt(talk))
    book = (tmp_path / "totem-tef.json").read_text()
    everything = repr((outcome, talk.notes, talk.told, logs, book, tef.requests[1:]))
    assert PAN not in everything
    assert "MARIA" not in everything
    assert outcome.data is not None
    assert outcome.data.masked_pan == "555544******1111"
    assert outcome.data.slip[-1] == "555544******1111 X"


def test_a_whole_card_number_found_at_start_goes_nowhere(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path)
    tef.put_answer(paper(APPROVED, f210_004=PAN, f740=PAN))
    with structlog.testing.capture_logs() as logs:
        reader(tef).open()
    kept = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert PAN not in repr((logs, kept))


@pytest.mark.parametrize(("charge", "kind"), [("2500", "failed"), ("25,90", "failed")])
def test_another_amount_is_given_back(tmp_path: Path, charge: str, kind: str) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED, f003=charge))
    outcome, talk = paid(tef)
    assert (outcome.kind, outcome.reason) == (kind, "wrong_amount")
    assert tef.ledger == {CONTROL: "undone"}
    assert reader(tef).resolve(attempt(talk)).reason == "wrong_amount"


def test_a_final_sale_is_neither_confirmed_nor_undone(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED, f729="1"))
    outcome, talk = paid(tef)
    assert outcome.kind == "approved"
    reader(tef).confirm(attempt(talk))
    with pytest.raises(DeviceRefusedError):
        reader(tef).undo(attempt(talk))
    assert tef.commands() == ["CRT"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"f729": ""}, "authorised"),
        ({"f729": "", "f713_001": "", "f713_002": "", "f712_000": ""}, "approved"),
        ({"f729": "", "f713_001": "", "f713_002": "", "f712_000": "", "f028": "9"}, "authorised"),
        ({"f027": ""}, "unknown"),
        ({"f009": "", "f027": ""}, "unknown"),
        ({"f009": ""}, "failed"),
    ],
)
def test_answers_that_leave_something_out(
    tmp_path: Path, changes: dict[str, str], kind: str
) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED, **changes))
    outcome, talk = paid(tef)
    assert outcome.kind == kind
    assert reader(tef).resolve(attempt(talk)).kind == kind
    assert tef.closings() == ([("NCN", CONTROL)] if kind == "failed" else [])


def test_without_an_acknowledgement_the_sale_is_withdrawn(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path)
    tef.is_up = False
    outcome, talk = paid(tef)
    assert (outcome.kind, outcome.reason) == ("failed", "reader_error")
    assert 7 <= tef.now < 9
    tef.is_up = True
    tef.sleep(1)
    assert tef.requests == []
    assert reader(tef).resolve(attempt(talk)).kind == "failed"


def test_an_acknowledgement_just_after_the_request_was_read_counts(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    tef.status_s = 7.5
    tef.answer_s = 60
    assert paid(tef)[0].kind == "authorised"


def test_a_taken_sale_without_acknowledgement_is_still_waited_for(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    tef.silent = {"CRT"}
    tef.answer_s = 200
    assert paid(tef)[0].kind == "authorised"


def test_a_customer_who_gives_up_early_takes_the_request_back(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path)
    tef.is_up = False
    talk = RecordingTalk(tef)
    talk.give_up = True
    outcome = reader(tef).pay(sale(), talk)
    assert (outcome.kind, outcome.reason) == ("cancelled", "we_cancelled")
    assert not talk.notes


def test_a_customer_who_gives_up_late_is_sent_to_the_pinpad(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(CANCELLED))
    tef.answer_s = 30

    class Leaving(RecordingTalk):
        def cancelled(self) -> bool:
            return tef.now > 5

    talk = Leaving(tef)
    assert reader(tef).pay(sale(), talk).kind == "cancelled"
    assert sum("cancelar" in text for text in talk.told) == 1


def test_the_wait_for_an_answer_is_long_and_ends(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    tef.answer_s = 290
    assert paid(tef)[0].kind == "authorised"
    silent = ScriptedTef(tmp_path)
    with pytest.raises(DeviceTimeoutError):
        reader(silent).pay(sale(810002), RecordingTalk(silent))
    assert 300 <= silent.now < 320


def test_open_and_ping_ask_whether_the_manager_lives(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path)
    device = reader(tef)
    assert device.open().model == "TEF paygo"
    number = read(tef.requests[0])["001-000"]
    assert tef.requests[0] == (
        f"000-000 = ATV\r\n001-000 = {number}\r\n{ID}999-999 = 0\r\n".encode()
    )
    device.ping()
    assert tef.commands() == ["ATV", "ATV"]
    tef.is_up = False
    with pytest.raises(DeviceGoneError):
        device.ping()
    assert not list(tef.req.iterdir())


def test_a_missing_folder_is_a_lost_device(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path)
    (tmp_path / "Req").rmdir()
    with pytest.raises(DeviceGoneError):
        reader(tef).open()
    assert reader(tef).pay(sale(), RecordingTalk(tef)).kind == "failed"
