"""The TEF driver after a power cut at every point of a sale: nothing stays open, nothing flips."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Struct

from edge_agent.devices.drivers.tef.book import Book, Entry
from edge_agent.devices.errors import DeviceError, DeviceRefusedError, DeviceTimeoutError
from tests.support.scripted_tef import (
    APPROVED,
    PowerCut,
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
OTHER = "231120261030400773"


class Cut(Struct, frozen=True):
    """Where the power goes, and what the restarted driver then says. ``keep``: at which note,
    ``after`` it was written; ``when``: or at a moment the manager shows.
    """

    says: str
    keep: int = 0
    after: bool = True
    when: Callable[[ScriptedTef], bool] | None = None
    manager_was_down: bool = False


CUTS = {
    "before the intent was written": Cut("failed", keep=1, after=False),
    "before the request was shown": Cut("failed", keep=1),
    "request written, manager down": Cut("failed", when=lambda _: True, manager_was_down=True),
    "request read, not acknowledged": Cut("authorised", when=lambda tef: bool(tef.requests)),
    "acknowledged, customer at the pinpad": Cut("authorised", when=lambda tef: tef.now > 1),
    "answered, not read": Cut("authorised", when=lambda tef: (tef.resp / "intpos.001").exists()),
    "answer read, not kept": Cut("authorised", keep=2, after=False),
    "answer kept, not deleted": Cut("authorised", keep=2),
    "all done": Cut("authorised"),
}


def cut_sale(tef: ScriptedTef, cut: Cut) -> RecordingTalk:
    """A sale up to the cut; afterwards the manager goes on by itself."""
    talk = RecordingTalk(tef, cut.keep, cut.after)
    tef.is_up = not cut.manager_was_down
    if cut.when:
        tef.cut_at = cut.when
    if cut.keep or cut.when:
        with pytest.raises(PowerCut):
            reader(tef).pay(sale(), talk)
    else:
        reader(tef).pay(sale(), talk)
    if not cut.manager_was_down:
        tef.sleep(5)
    tef.is_up = True
    return talk


@pytest.mark.parametrize("point", CUTS)
def test_the_restarted_driver_knows_how_the_sale_stands(tmp_path: Path, point: str) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    talk = cut_sale(tef, CUTS[point])
    device = reader(tef)
    device.open()
    for again in (device, reader(tef)):
        outcome = again.resolve(attempt(talk))
        assert outcome.kind == CUTS[point].says
        if outcome.kind == "authorised":
            assert outcome.amount_minor == 2590
            assert outcome.data is not None
            assert outcome.data.slip[0] == "VIA CLIENTE"
    assert "CRT" not in tef.commands()[1:]


@pytest.mark.parametrize("point", CUTS)
def test_whatever_was_cut_can_be_given_back(tmp_path: Path, point: str) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    talk = cut_sale(tef, CUTS[point])
    reader(tef).open()
    if CUTS[point].says == "unknown":
        with pytest.raises(DeviceTimeoutError):
            reader(tef).undo(attempt(talk))
        return
    reader(tef).undo(attempt(talk))
    reader(tef).undo(attempt(talk))
    was_charged = CUTS[point].says == "authorised"
    assert tef.closings() == ([("NCN", CONTROL)] if was_charged else [])
    assert tef.ledger == ({CONTROL: "undone"} if was_charged else {})
    assert reader(tef).resolve(attempt(talk)).kind == "failed"
    with pytest.raises(DeviceRefusedError):
        reader(tef).confirm(attempt(talk))


@pytest.mark.parametrize("point", [name for name, cut in CUTS.items() if cut.says == "authorised"])
def test_whatever_was_cut_can_be_confirmed(tmp_path: Path, point: str) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    talk = cut_sale(tef, CUTS[point])
    reader(tef).confirm(attempt(talk))
    reader(tef).confirm(attempt(talk))
    assert tef.ledger == {CONTROL: "confirmed"}
    assert reader(tef).resolve(attempt(talk)).kind == "approved"
    with pytest.raises(DeviceRefusedError):
        reader(tef).undo(attempt(talk))
    assert tef.wrong == []


@pytest.mark.parametrize("point", CUTS)
def test_the_next_sale_finds_nothing_open(tmp_path: Path, point: str) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED), answering(APPROVED, f027=OTHER))
    talk = cut_sale(tef, CUTS[point])
    if "CRT" not in tef.commands():
        tef.answers.pop(0)
    reader(tef).open()
    assert reader(tef).pay(sale(810002), RecordingTalk(tef)).kind == "authorised"
    assert tef.ledger.pop(OTHER) == "open"
    assert set(tef.ledger.values()) <= {"undone"}
    asked = tef.commands()
    if "NCN" in asked:
        assert asked.index("NCN") < len(asked) - 1
        assert reader(tef).resolve(attempt(talk)).reason == "reversed"


@pytest.mark.parametrize(("command", "stage"), [("CNF", "confirmed"), ("NCN", "undone")])
def test_a_decision_cut_before_its_acknowledgement_is_sent_again(
    tmp_path: Path, command: str, stage: str
) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    talk = RecordingTalk(tef)
    device = reader(tef)
    device.pay(sale(), talk)
    tef.cut_at = lambda _: True
    with pytest.raises(PowerCut):
        (device.confirm if command == "CNF" else device.undo)(attempt(talk))
    assert (tef.req / "intpos.001").exists()
    reader(tef).open()
    assert tef.commands() == ["CRT", "ATV", command]
    assert tef.ledger == {CONTROL: stage}
    assert not list(tef.req.iterdir())


@pytest.mark.parametrize("command", ["CNF", "NCN"])
def test_a_decision_is_repeated_until_it_is_acknowledged(tmp_path: Path, command: str) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED), answering(APPROVED, f027=OTHER))
    talk = RecordingTalk(tef)
    device = reader(tef)
    device.pay(sale(), talk)
    decide = device.confirm if command == "CNF" else device.undo
    flip = device.undo if command == "CNF" else device.confirm
    tef.silent = {command}
    for _ in range(2):
        with pytest.raises(DeviceTimeoutError):
            decide(attempt(talk))
    with pytest.raises(DeviceRefusedError):
        flip(attempt(talk))
    assert device.pay(sale(810002), RecordingTalk(tef)).kind == "failed"
    assert tef.closings() == [(command, CONTROL)] * 3
    tef.silent = set()
    device.ping()
    decide(attempt(talk))
    assert tef.closings() == [(command, CONTROL)] * 4
    assert device.pay(sale(810002), RecordingTalk(tef)).kind == "authorised"
    assert tef.wrong == []


def test_an_answer_of_nobody_is_given_back_before_the_next_sale(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    tef.put_answer(paper(APPROVED, f001="7", f027=OTHER))
    assert reader(tef).pay(sale(), RecordingTalk(tef)).kind == "authorised"
    assert tef.commands() == ["NCN", "CRT"]
    assert tef.ledger == {OTHER: "undone", CONTROL: "open"}


@pytest.mark.parametrize("changes", [{"f009": "FF"}, {"f009": "51"}, {"f729": "1"}])
def test_an_answer_that_holds_no_money_open_is_only_cleared(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    tef.put_answer(paper(APPROVED, f001="7", f027=OTHER, **changes))
    assert reader(tef).pay(sale(), RecordingTalk(tef)).kind == "authorised"
    assert tef.commands() == ["CRT"]


def test_a_late_answer_is_found(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    tef.answer_s = 400
    talk = RecordingTalk(tef)
    device = reader(tef)
    with pytest.raises(DeviceTimeoutError):
        device.pay(sale(), talk)
    assert device.resolve(attempt(talk)).kind == "unknown"
    with pytest.raises(DeviceTimeoutError):
        device.confirm(attempt(talk))
    tef.sleep(120)
    assert device.resolve(attempt(talk)).kind == "authorised"
    device.undo(attempt(talk))
    assert tef.ledger == {CONTROL: "undone"}


def test_a_strange_number_is_not_ours_but_can_be_given_back(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, lambda _: paper(APPROVED, f001="99"))
    talk = RecordingTalk(tef)
    device = reader(tef)
    with pytest.raises(DeviceTimeoutError):
        device.pay(sale(), talk)
    assert device.resolve(attempt(talk)).kind == "unknown"
    device.undo(attempt(talk))
    assert tef.ledger == {CONTROL: "undone"}
    assert device.resolve(attempt(talk)).reason == "reversed"


def test_a_strange_number_is_ours_where_the_profile_says_so(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, lambda _: paper(APPROVED, f001="99"))
    talk = RecordingTalk(tef)
    assert reader(tef, echo="lenient").pay(sale(), talk).kind == "authorised"
    assert reader(tef, echo="lenient").resolve(attempt(talk)).kind == "authorised"


def test_a_stale_answer_during_a_sale_is_undone_not_taken(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED), answering(APPROVED, f027="3"))
    tef.answer_s = 5

    class Late(RecordingTalk):
        def tell(self, step: object, text: str) -> None:
            if text.startswith("Siga"):
                tef.put_answer(paper(APPROVED, f001="7", f027=OTHER))

    talk = Late(tef)
    device = reader(tef)
    outcome = device.pay(sale(), talk)
    assert outcome.kind == "authorised"
    assert talk.notes["027-000"] == CONTROL
    device.confirm(attempt(talk))
    device.pay(sale(810002), RecordingTalk(tef))
    assert tef.ledger == {CONTROL: "confirmed", OTHER: "undone", "3": "open"}


def _after_booking(monkeypatch: pytest.MonkeyPatch, deed: Callable[[Entry], None]) -> None:
    """``deed`` happens once an entry is in the book, before the driver goes on."""
    put = Book.put

    def written(book: Book, entry: Entry) -> None:
        put(book, entry)
        deed(entry)

    monkeypatch.setattr(Book, "put", written)


def test_an_answer_that_overtakes_the_throwing_away_of_a_stale_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    tef.answer_s = 5

    class Late(RecordingTalk):
        def tell(self, step: object, text: str) -> None:
            if text.startswith("Siga"):
                tef.put_answer(paper(APPROVED, f001="7", f027=OTHER))

    def answered(entry: Entry) -> None:
        if entry.during:
            tef.sleep(tef.answer_s)

    _after_booking(monkeypatch, answered)
    talk = Late(tef)
    assert reader(tef).pay(sale(), talk).kind == "authorised"
    assert talk.notes["027-000"] == CONTROL
    assert list(tef.resp.iterdir()) == []


def test_an_answer_that_overtakes_the_tidying_up_is_undone_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED, f027="3"))
    tef.put_answer(paper(APPROVED, f001="7", f027=OTHER))

    def answered(entry: Entry) -> None:
        if entry.number == "7" and CONTROL not in tef.ledger:
            tef.put_answer(paper(APPROVED))

    _after_booking(monkeypatch, answered)
    device = reader(tef)
    device.open()
    device.pay(sale(810002), RecordingTalk(tef))
    assert tef.ledger == {OTHER: "undone", CONTROL: "undone", "3": "open"}


def test_an_answer_on_its_way_out_at_a_power_cut_is_undone_too(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED, f027="3"))
    tef.put_answer(paper(APPROVED))
    (tef.resp / "intpos.001").rename(tef.resp / "intpos.old")
    device = reader(tef)
    device.open()
    device.pay(sale(810002), RecordingTalk(tef))
    assert tef.ledger == {CONTROL: "undone", "3": "open"}


def test_closing_may_carry_the_sales_number(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    talk = RecordingTalk(tef)
    device = reader(tef, reuse_id="yes")
    device.pay(sale(), talk)
    device.confirm(attempt(talk))
    assert read(tef.last("CNF"))["001-000"] == "810001"


def test_without_the_book_the_notes_are_enough(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    talk = RecordingTalk(tef)
    reader(tef).pay(sale(), talk)
    (tmp_path / "totem-tef.json").write_text("damaged")
    device = reader(tef)
    assert device.resolve(attempt(talk)).kind == "authorised"
    device.confirm(attempt(talk))
    assert tef.ledger == {CONTROL: "confirmed"}
    assert (tmp_path / "totem-tef.damaged").exists()


def test_recovering_decides_nothing(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    talk = RecordingTalk(tef)
    device = reader(tef)
    device.pay(sale(), talk)
    device.recover()
    assert tef.ledger == {CONTROL: "open"}
    device.finish("OBRIGADO")
    device.close()


def test_a_cancellation_cut_before_its_end_is_finished(tmp_path: Path) -> None:
    void = APPROVED.replace(CONTROL, OTHER)
    tef = ScriptedTef(tmp_path, answering(APPROVED), answering(void))
    talk, voiding = RecordingTalk(tef), RecordingTalk(tef, cut_at=2)
    device = reader(tef)
    device.pay(sale(), talk)
    device.confirm(attempt(talk))
    with pytest.raises(PowerCut):
        device.void(attempt(talk), sale(2), voiding)
    assert reader(tef).resolve(attempt(voiding, sale(2))).kind == "approved"
    assert tef.ledger == {CONTROL: "confirmed", OTHER: "confirmed"}


def test_a_lost_book_folder_is_a_device_error(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    (tmp_path / "totem-tef.tmp").mkdir()
    with pytest.raises(DeviceError):
        reader(tef).pay(sale(), RecordingTalk(tef))
    assert (tef.resp / "intpos.001").exists()


def test_a_denial_found_at_start_does_not_own_the_code_it_names(tmp_path: Path) -> None:
    pending = "000 CRT; 001 7; 009 = 7; 010 DEMO; 027 = " + OTHER + "; 729 = 1; 999-999 0"
    tef = ScriptedTef(tmp_path, answering(pending), answering(APPROVED))
    tef.put_answer(paper(pending))
    assert reader(tef).pay(sale(), RecordingTalk(tef)).kind == "authorised"
    assert tef.commands() == ["CRT", "NCN", "CRT"]
    assert tef.closings() == [("NCN", OTHER)]
