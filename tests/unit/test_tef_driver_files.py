"""The two folders of the TEF exchange, and whatever may lie in them."""

import os
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from edge_agent.devices.drivers.tef import fields as f
from edge_agent.devices.drivers.tef.files import Exchange
from edge_agent.devices.errors import DeviceError, DeviceGoneError
from tests.support.scripted_tef import (
    APPROVED,
    PAYGO,
    RecordingTalk,
    ScriptedTef,
    SharedFolder,
    answering,
    attempt,
    paper,
    reader,
    sale,
)

CONTROL = "231120261015400771"
ASK = {f.COMMAND: "ATV", f.NUMBER: "1"}


@pytest.fixture
def tef(tmp_path: Path) -> ScriptedTef:
    return ScriptedTef(tmp_path)


def exchange(tef: ScriptedTef) -> Exchange:
    return Exchange(SharedFolder(tef.path), tef, ("Req", "Resp"))


def never() -> bool:
    return False


@pytest.mark.parametrize(
    ("status", "reception"),
    [
        (paper("000 ATV; 001 1; 999-999 0"), "acknowledged"),
        (b"000-000 = ATV\n001-000 = 1\n999-999 = 0", "acknowledged"),
        (paper("000 ATV; 001 2; 999-999 0"), "taken"),
        (paper("000 CRT; 001 1; 999-999 0"), "taken"),
        (paper("000 ATV; 001 1"), "taken"),
        (b"", "taken"),
    ],
)
def test_only_the_requests_own_acknowledgement_counts(
    tef: ScriptedTef, status: bytes, reception: str
) -> None:
    tef.silent = {"ATV"}
    files_ = exchange(tef)
    files_.put(ASK)
    tef.step()
    tef.write("IntPos.Sts", status)
    assert files_.reception(ASK, never) == reception


@pytest.mark.parametrize(("status_s", "reception"), [(6.6, "acknowledged"), (9.0, "taken")])
def test_an_acknowledgement_has_seven_seconds(
    tef: ScriptedTef, status_s: float, reception: str
) -> None:
    tef.status_s = status_s
    files_ = exchange(tef)
    files_.put(ASK)
    assert files_.reception(ASK, never) == reception


def test_an_acknowledgement_after_the_withdrawal_counts(tef: ScriptedTef) -> None:
    class Slow(ScriptedTef):
        """Has read the request but deletes it late."""

        def step(self) -> None:
            if self.now > 7.2 and not (self.resp / "intpos.sts").exists():
                self.write("intpos.sts", paper("000 ATV; 001 1; 999-999 0"))

    slow = Slow(tef.path)
    files_ = exchange(slow)
    files_.put(ASK)
    assert files_.reception(ASK, never) == "acknowledged"
    assert not list(slow.req.iterdir())


def test_a_dead_managers_request_is_withdrawn(tef: ScriptedTef) -> None:
    tef.is_up = False
    files_ = exchange(tef)
    files_.put(ASK)
    assert [path.name for path in tef.req.iterdir()] == ["intpos.001"]
    assert files_.reception(ASK, never) == "withdrawn"
    assert not list(tef.req.iterdir())


def test_folders_are_looked_at_four_times_a_second_and_people_asked_twice_as_often(
    tef: ScriptedTef,
) -> None:
    asked = []

    def gave_up() -> bool:
        asked.append(tef.now)
        return False

    looks = [tef.now for _ in exchange(tef).looks(10.0, gave_up)]
    assert len(looks) == 41
    assert all(later - earlier >= 0.25 for earlier, later in pairwise(looks))
    assert len(asked) >= 80


def test_support_sees_each_file_once_and_of_it_what_may_be_kept(tef: ScriptedTef) -> None:
    folder = SharedFolder(tef.path)
    files_ = Exchange(folder, tef, ("Req", "Resp"))
    tef.silent = {"CRT"}
    files_.put({f.COMMAND: "CRT", f.NUMBER: "810001", "738-000": "SECRET"})
    spoilt = APPROVED.replace("030 TRANSACAO", "210-004 4539578763621486; 030 4539578763621486")
    tef.write("intpos.001", paper(spoilt).replace(b"DEMO", b"DE\rMO"))
    for _ in range(3):
        assert files_.response()[f.NUMBER] == "810001"
    asked, answered = folder.shown
    assert asked == (">", b"000-000 = CRT\r\n001-000 = 810001")
    assert answered[0] == "<"
    said = answered[1].decode()
    assert "012-000 = 400771" in said
    assert "453957******1486" in said
    for secret in ("4539578763621486", "VIA CLIENTE", "210-004"):
        assert secret not in said
    files_.put({f.COMMAND: "CNF", f.NUMBER: "810001"})
    files_.response()
    assert len(folder.shown) == 4


def held(deed: Callable[..., Any], tef: ScriptedTef, name: str, until: float) -> Callable[..., Any]:
    def refuse(path: Path, *args: Any, **named: Any) -> Any:
        if path.name == name and tef.now < until:
            raise PermissionError(13, "held")
        return deed(path, *args, **named)

    return refuse


@pytest.mark.parametrize("method", ["open", "unlink"])
def test_an_answer_held_by_another_program_is_tried_again(
    tef: ScriptedTef, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    tef.answers = [answering(APPROVED)]
    refusing = held(getattr(Path, method), tef, "intpos.001", until=6.0)
    talk = RecordingTalk(tef)

    class Ready(RecordingTalk):
        def tell(self, step: object, text: str) -> None:
            if text.startswith("Siga"):
                monkeypatch.setattr(Path, method, refusing)

    talk = Ready(tef)
    outcome = reader(tef).pay(sale(), talk)
    assert outcome.kind == "authorised"
    assert tef.now >= 6.0
    assert not list(tef.resp.iterdir())


def test_what_stays_held_is_a_device_error(
    tef: ScriptedTef, monkeypatch: pytest.MonkeyPatch
) -> None:
    tef.put_answer(paper(APPROVED))
    monkeypatch.setattr(Path, "open", held(Path.open, tef, "intpos.001", until=1e9))
    with pytest.raises(DeviceGoneError):
        reader(tef).open()
    monkeypatch.undo()
    assert (tef.resp / "intpos.001").exists()


def test_an_answer_written_in_halves_is_read_again(tef: ScriptedTef) -> None:
    class Halves(ScriptedTef):
        """Writes its answer in place, the second half two seconds later."""

        rest = b""
        due = 0.0

        def step(self) -> None:
            super().step()
            if self.rest and self.now >= self.due:
                with (self.resp / "intpos.001").open("ab") as file:
                    file.write(self.rest)
                self.rest = b""

        def write(self, name: str, raw: bytes) -> None:
            if name != "intpos.001":
                return super().write(name, raw)
            (self.resp / "INTPOS.001").unlink(missing_ok=True)
            (self.resp / name).write_bytes(raw[:200])
            self.rest, self.due = raw[200:], self.now + 2
            return None

    halves = Halves(tef.path, answering(APPROVED))
    outcome = reader(halves).pay(sale(), RecordingTalk(halves))
    assert outcome.kind == "authorised"
    assert outcome.data is not None
    assert len(outcome.data.slip) == 2


def test_the_remains_of_an_approval_are_given_back(tef: ScriptedTef) -> None:
    raw = paper(APPROVED)
    (tef.resp / "INTPOS.001").write_bytes(raw[: raw.index(b"713-002")])
    tef.answers = [answering(APPROVED, f027="2")]
    assert reader(tef).pay(sale(810002), RecordingTalk(tef)).kind == "authorised"
    assert tef.closings() == [("NCN", CONTROL)]


def test_names_may_have_any_case(tef: ScriptedTef) -> None:
    class Shouting(ScriptedTef):
        def write(self, name: str, raw: bytes) -> None:
            super().write(name.upper(), raw)

    shouting = Shouting(tef.path, answering(APPROVED))
    assert reader(shouting).pay(sale(), RecordingTalk(shouting)).kind == "authorised"
    assert not list(shouting.resp.iterdir())


def test_a_request_that_cannot_be_written_shows_nothing(
    tef: ScriptedTef, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    talk = RecordingTalk(tef)
    assert reader(tef).pay(sale(), talk).kind == "failed"
    assert not list(tef.req.iterdir())
    assert talk.notes.get("sent", "0") == "0"


def test_a_request_once_shown_cannot_come_back_as_never_shown(
    tef: ScriptedTef, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = []
    monkeypatch.setattr(
        "edge_agent.devices.drivers.tef.files.commit_names",
        lambda folder: committed.append(sorted(path.name for path in folder.iterdir())),
    )
    exchange(tef).put(ASK)
    assert committed == [["intpos.001"]]


def test_a_receipt_of_500_lines_and_a_wrong_count_are_read(tef: ScriptedTef) -> None:
    lines = {f"f713_{line:03d}": f'"L{line}"' for line in range(1, 501)}
    tef.answers = [answering(APPROVED, **lines, f712="3")]
    outcome = reader(tef).pay(sale(), RecordingTalk(tef))
    assert outcome.data is not None
    assert len(outcome.data.slip) == 500
    assert outcome.data.slip[499] == "L500"


line = st.tuples(
    st.sampled_from(["000-000", "001-000", "003-000", "009-000", "027-000", "729-000", "713-001"]),
    st.sampled_from(["CRT", "CNF", "810001", "0", "00", "FF", "1", "2", "", "2590", "25,90", "é"]),
)
junk = st.one_of(
    st.binary(max_size=120),
    st.lists(line, max_size=8).map(
        lambda pairs: "".join(f"{key} = {value}\r\n" for key, value in pairs).encode("cp1252")
    ),
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["intpos.001", "intpos.sts", "INTPOS.001"]), junk, st.booleans())
def test_junk_raises_nothing_but_device_errors(
    tmp_path_factory: pytest.TempPathFactory, name: str, raw: bytes, is_closed: bool
) -> None:
    tef = ScriptedTef(tmp_path_factory.mktemp("tef"))
    raw += b"\r\n999-999 = 0\r\n" if is_closed else b""
    talk = RecordingTalk(tef)

    def drop(asked: dict[str, str]) -> None:
        (tef.resp / name).write_bytes(raw)

    tef.answers = [drop]
    device = reader(tef, **PAYGO, response_s="3")
    (tef.resp / name).write_bytes(raw)
    intent = sale(timeout_s=1)
    known = ("authorised", "approved", "declined", "cancelled", "failed", "unknown")
    with suppress(DeviceError):
        assert device.pay(intent, talk).kind in known
    for deed in (device.resolve, device.confirm, device.undo):
        with suppress(DeviceError):
            deed(attempt(talk, intent))
    with suppress(DeviceError):
        device.open()
    assert tef.wrong == []
