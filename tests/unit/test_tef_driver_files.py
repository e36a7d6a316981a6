"""The TEF record format and the two folders."""

import os
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_agent.devices.drivers.tef import fields as f
from edge_agent.devices.drivers.tef.answers import customer_copy
from edge_agent.devices.drivers.tef.fields import decode, encode, is_complete, masked_card
from edge_agent.devices.drivers.tef.files import Exchange
from edge_agent.devices.drivers.tef.profiles import PROFILES, read_amount, written_amount
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
PAN = "5555444433331111"
ASK = {f.COMMAND: "ATV", f.NUMBER: "1"}
VERBATIM = (f.NSU, f.AUTH_CODE, f.CONTROL, f.DOCUMENT, f.RECEIPT_DATE, f.RECEIPT_TIME)

one_line = st.text(st.characters(codec="cp1252", exclude_characters="\r\n"), max_size=40)


@given(st.dictionaries(st.sampled_from(VERBATIM), one_line))
def test_what_is_written_reads_back(record: dict[str, str]) -> None:
    assert decode(encode(record)) == record | {f.TRAILER: "0"}


@given(st.dictionaries(st.sampled_from(VERBATIM), st.text(st.characters(codec="latin-1"))))
def test_any_text_is_written_on_its_line_or_refused(record: dict[str, str]) -> None:
    with suppress(ValueError):
        raw = encode(record)
        assert raw.count(b"\r\n") == len(record) + 1
        assert is_complete(decode(raw))


@given(st.binary(max_size=300))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert all(f.listed({key: ""}) or key == f.TRAILER for key in decode(raw))


@pytest.mark.parametrize("key", ["1-000", "001-00", "0010000", "٠٠١-000"])
def test_a_strange_key_is_not_written(key: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        encode({key: "x"})


def test_fields_rise_and_the_trailer_closes() -> None:
    raw = encode({"731-000": "2", f.TRAILER: "0", "000-000": "CRT", "003-000": "1"})
    assert raw == b"000-000 = CRT\r\n003-000 = 1\r\n731-000 = 2\r\n999-999 = 0\r\n"


@pytest.mark.parametrize(
    ("raw", "key", "value"),
    [
        ("030-000 = CARTÃO NÃO ACEITO\r\n".encode("cp1252"), f.MESSAGE, "CARTÃO NÃO ACEITO"),
        (b"030-000 = CART\xc3O \x81\r\n", f.MESSAGE, "CARTÃO \x81"),
        (b"010-000 = DEMO\n", f.NETWORK, "DEMO"),
        (b"010-000 = A\r\n010-000 = B\r\n", f.NETWORK, "A"),
        (b"010-000=DEMO\r\n", f.NETWORK, "DEMO"),
        (b"027-000 = 12|34\r\n", f.CONTROL, "12|34"),
        (b"012-000 = E12345678202311231015abcdEF\r\n", f.NSU, "E12345678202311231015abcdEF"),
        (b'713-001 = "  R$ 1  "\r\n', "713-001", "  R$ 1  "),
        (b'713-001 = ""A""\r\n', "713-001", '"A"'),
        (b"713-001 =   A\r\n", "713-001", "  A"),
        (b'713-001 = "A\r\n', "713-001", '"A'),
        (b'713-001 = ""\r\n', "713-001", ""),
        (b"713-001 = \r\n", "713-001", ""),
        (b"029-001 = \x85 A\r\n", "029-001", "… A"),
    ],
)
def test_values_are_read_as_managers_write_them(raw: bytes, key: str, value: str) -> None:
    assert decode(raw)[key] == value


def test_without_the_whole_trailer_a_record_is_not_complete() -> None:
    raw = paper(APPROVED)
    for length in range(len(raw)):
        record = decode(raw[:length])
        is_whole = length >= len(raw) - 2
        assert is_complete(record) == is_whole
        assert record.get(f.CONTROL, CONTROL) == CONTROL
    assert decode(raw + b"010-000 = LATE\r\n") == decode(raw)


def test_an_unlisted_field_is_not_read() -> None:
    raw = paper(APPROVED, f210_004=PAN, f741="MARIA", f747="1229", f800_001="1")
    assert decode(raw) == decode(paper(APPROVED))


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (PAN, "555544******1111"),
        ("CARTAO 5555 4444 3333 1111 VAL 12/29", "CARTAO 5555 44** **** 1111 VAL 12/29"),
        ("3782 822463 10005", "3782 82**** *0005"),
        ("CNPJ 12345678000195", "CNPJ 12345678000195"),
        ("NSU 5555444433331112", "NSU 5555444433331112"),
        ("************1111", "************1111"),
    ],
)
def test_a_card_number_in_free_text_is_masked(line: str, read: str) -> None:
    assert decode(f'713-001 = "{line}"\r\n'.encode())["713-001"] == read


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("************4321", "************4321"),
        ("555544XXXXXX1111", "555544******1111"),
        ("5555 44** **** 1111", "555544******1111"),
        (PAN, "555544******1111"),
        ("55554444*1111", ""),
        ("555544**33331111", ""),
        ("", ""),
        ("4321", ""),
    ],
)
def test_a_card_is_masked_or_not_shown(text: str, masked: str) -> None:
    assert masked_card(text) == masked


@given(st.integers(1, 10**12 - 1), st.sampled_from(sorted(PROFILES)))
def test_amounts_read_back(minor: int, profile_id: str) -> None:
    profile = PROFILES[profile_id]
    assert read_amount(profile, written_amount(profile, minor)) == minor


@pytest.mark.parametrize(
    ("profile_id", "text"),
    [
        ("paygo", "25,90"),
        ("classic", "25.90"),
        ("sitef", "2590"),
        ("sitef", "25,9"),
        ("sitef", ",90"),
        ("paygo", "-1"),
        ("paygo", "٢"),
        ("paygo", "1" * 13),
    ],
)
def test_an_amount_of_another_dialect_is_refused(profile_id: str, text: str) -> None:
    with pytest.raises(ValueError, match="dialect"):
        read_amount(PROFILES[profile_id], text)


@pytest.mark.parametrize(
    ("said", "slip"),
    [
        ({"713-001": "A", "713-002": "B", "711-001": "C", "029-001": "D"}, ("A", "B")),
        ({"711-001": "C", "029-001": "D"}, ("C",)),
        ({"029-002": "E", "029-001": "D"}, ("D", "E")),
        ({"028-000": "9", "028-001": "1", "029-002": "E", "029-001": "D"}, ("D",)),
        ({"737-000": "2", "713-001": "A"}, ()),
        ({"737-000": "3", "713-001": "A"}, ("A",)),
        ({"715-001": "M"}, ()),
    ],
)
def test_the_customers_copy_is_chosen(said: dict[str, str], slip: tuple[str, ...]) -> None:
    assert customer_copy(said) == slip


# ---- the folders


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
    assert talk.notes["sent"] == "0"


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


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
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
