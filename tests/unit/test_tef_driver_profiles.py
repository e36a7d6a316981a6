"""What the TEF driver sends with each profile, and the settings it takes."""

from pathlib import Path
from typing import Any

import pytest

from edge_agent.devices.drivers.tef import DRIVER
from edge_agent.devices.ports import CardOutcome
from tests.support.scripted_tef import (
    APPROVED,
    RecordingTalk,
    ScriptedTef,
    SharedFolder,
    answering,
    attempt,
    read,
    reader,
    sale,
)

CONTROL = "231120261015400771"
SITEF = {"profile": "sitef"}
CLASSIC = {"profile": "classic"}


def paid(tef: ScriptedTef, **options: str) -> tuple[CardOutcome, RecordingTalk]:
    talk = RecordingTalk(tef)
    return reader(tef, **options).pay(sale(), talk), talk


def test_classic_and_sitef_send_no_identity(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED, f003="25,90", f002="810001"))
    _, talk = paid(tef, **SITEF)
    assert tef.requests[0] == (
        b"000-000 = CRT\r\n001-000 = 810001\r\n002-000 = 810001\r\n003-000 = 25,90\r\n"
        b"004-000 = 0\r\n731-000 = 2\r\n732-000 = 1\r\n999-999 = 0\r\n"
    )
    reader(tef, **SITEF).confirm(attempt(talk))
    number = read(tef.last("CNF"))["001-000"]
    assert (
        tef.last("CNF")
        == (
            f"000-000 = CNF\r\n001-000 = {number}\r\n002-000 = 810001\r\n010-000 = DEMO\r\n"
            f"012-000 = 400771\r\n027-000 = {CONTROL}\r\n999-999 = 0\r\n"
        ).encode()
    )


def test_the_classic_profile_counts_in_cents(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED, f002="", f729=""))
    outcome, talk = paid(tef, **CLASSIC)
    assert read(tef.requests[0])["003-000"] == "2590"
    assert outcome.kind == "authorised"
    reader(tef, **CLASSIC).undo(attempt(talk))
    said = read(tef.last("NCN"))
    assert sorted(said) == ["000-000", "001-000", "010-000", "012-000", "027-000", "999-999"]


@pytest.mark.parametrize(
    ("changes", "options", "expected"),
    [
        ({"kind": "credit"}, {}, {"731-000": "1", "732-000": "1"}),
        ({"kind": "voucher"}, {}, {"731-000": "3", "732-000": "1"}),
        (
            {"kind": "credit", "instalments": 3},
            {},
            {"731-000": "1", "732-000": "3", "018-000": "3"},
        ),
        (
            {"kind": "credit", "instalments": 3},
            {"financing": "issuer", "network": "REDE"},
            {"732-000": "2", "018-000": "3", "010-000": "REDE"},
        ),
    ],
)
def test_kind_and_instalments_spare_the_managers_menus(
    tmp_path: Path, changes: dict[str, Any], options: dict[str, str], expected: dict[str, str]
) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    reader(tef, **options).pay(sale(**changes), RecordingTalk(tef))
    asked = read(tef.requests[0])
    assert {key: asked.get(key) for key in expected} == expected
    assert ("018-000" in asked) == ("018-000" in expected)


@pytest.mark.parametrize(
    "changes",
    [{"currency": "USD"}, {"number": 0}, {"number": 10**9}, {"amount_minor": 0}],
)
def test_what_the_protocol_cannot_say_is_not_asked(tmp_path: Path, changes: dict[str, Any]) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    talk = RecordingTalk(tef)
    assert reader(tef).pay(sale(**changes), talk).kind == "failed"
    assert tef.requests == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"profile": "cappta"},
        {"profile": "paygo"},
        {"profile": "classic", "company": "ACME"},
        {"profile": "classic", "speed": "9600"},
        {"profile": "classic", "echo": "loose"},
        {"profile": "classic", "request": "../Req"},
        {"profile": "classic", "response_s": "0"},
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"tef driver|cannot be|needs"):
        DRIVER.build(options, SharedFolder(tmp_path), ScriptedTef(tmp_path))


def test_capabilities_always_hold_four(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="capabilities"):
        reader(ScriptedTef(tmp_path), capabilities="8")


def test_the_folders_may_have_other_names(tmp_path: Path) -> None:
    tef = ScriptedTef(tmp_path, answering(APPROVED))
    (tmp_path / "Req").rename(tmp_path / "REQ")
    (tmp_path / "Resp").rename(tmp_path / "Respostas")
    tef.req, tef.resp = tmp_path / "REQ", tmp_path / "Respostas"
    assert paid(tef, response="Respostas")[0].kind == "authorised"
