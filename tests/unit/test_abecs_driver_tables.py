"""EMV tables: read from a file, loaded only into a pinpad that has another version."""

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from structlog.testing import capture_logs

from edge_agent.devices.drivers.abecs.tables import Tables
from edge_agent.devices.errors import DeviceRefusedError
from tests.support.scripted_pinpad import Pinpad, frame, reader_of, said

VERSION = "2026112301"


def record(number: int, kind: int = 1, acquirer: str = "02", size: int = 40) -> str:
    return f"{size:03d}{kind}{acquirer}{number:02d}".ljust(size, "0")


def a_file(folder: Path, *records: str, version: str = VERSION) -> str:
    path = folder / "tables.toml"
    listed = ",\n".join(json.dumps(text) for text in records or (record(1), record(2)))
    path.write_text(f'version = "{version}"\nacquirer = "02"\nrecords = [\n{listed}\n]\n')
    return str(path)


def pinpad_with(version: str | None) -> Pinpad:
    pinpad = Pinpad()
    table = [] if version is None else [(0x9302, version.encode())]
    pinpad.answers["GIX"].append(frame(said("GIX", *table)))
    pinpad.answers |= {name: [frame(f"{name}000".encode())] for name in ("TLI", "TLR", "TLE")}
    return pinpad


def loaded(pinpad: Pinpad, path: str) -> list[bytes]:
    reader_of(pinpad, tables=path).open()
    return pinpad.commands[2:]


def test_the_same_version_is_left_alone(tmp_path: Path) -> None:
    pinpad = pinpad_with(VERSION)
    assert loaded(pinpad, a_file(tmp_path)) == [b"GIX006\0\x01\0\x02\x93\x02"]


def test_another_version_is_loaded_in_order(tmp_path: Path) -> None:
    pinpad = pinpad_with("2025010101")
    pinpad.answers["TLI"] = [frame(b"TLI020")]
    with capture_logs() as logs:
        sent = loaded(pinpad, a_file(tmp_path))
    assert sent[1:] == [
        b"TLI01202" + VERSION.encode(),
        b"TLR08202" + (record(1) + record(2)).encode(),
        b"TLE",
    ]
    assert [line["event"] for line in logs] == [
        "abecs.tables.loading",
        "abecs.tables.progress",
        "abecs.tables.loaded",
    ]
    assert (logs[1]["sent"], logs[1]["records"]) == (2, 2)


def test_a_pinpad_that_tells_no_version_is_asked_the_old_way(tmp_path: Path) -> None:
    pinpad = pinpad_with(None)
    pinpad.answers["GTS"] = [frame(b"GTS000010" + VERSION.encode())]
    assert loaded(pinpad, a_file(tmp_path))[1:] == [b"GTS00202"]
    pinpad = pinpad_with(None)
    pinpad.answers["GTS"] = [frame(b"ERR010")]
    assert [data[:3] for data in loaded(pinpad, a_file(tmp_path))[1:]] == [
        b"GTS",
        b"TLI",
        b"TLR",
        b"TLE",
    ]


def test_many_records_go_in_blocks_that_fit(tmp_path: Path) -> None:
    records = [record(number, size=314) for number in range(7)]
    pinpad = pinpad_with("")
    sent = [data for data in loaded(pinpad, a_file(tmp_path, *records)) if data[:3] == b"TLR"]
    assert [data[6:8] for data in sent] == [b"03", b"03", b"01"]
    assert "".join(data[8:].decode() for data in sent) == "".join(records)
    assert max(len(data) for data in sent) <= 1024


@pytest.mark.parametrize("name", ["TLI", "TLR", "TLE"])
def test_a_refused_load_tells_where(name: str, tmp_path: Path) -> None:
    pinpad = pinpad_with("")
    pinpad.answers[name] = [frame(f"{name}021".encode())]
    with pytest.raises(DeviceRefusedError) as caught:
        loaded(pinpad, a_file(tmp_path))
    assert caught.value.code == f"{name}021"


@pytest.mark.parametrize(
    "records",
    [
        ["039" + record(1)[3:]],
        [record(1, kind=4)],
        [record(1, acquirer="03")],
        [record(1), record(1)],
        [record(1)[:-1] + "é"],
        ["0071020"],
        [record(1, size=998)],
    ],
    ids=["length", "kind", "acquirer", "twice", "accent", "short", "long"],
)
def test_a_wrong_file_never_reaches_the_pinpad(records: list[str], tmp_path: Path) -> None:
    pinpad = pinpad_with("")
    with pytest.raises(DeviceRefusedError) as caught:
        loaded(pinpad, a_file(tmp_path, *records))
    assert caught.value.code == "tables"
    assert pinpad.commands == []


@pytest.mark.parametrize(
    "written",
    ["{", '{"version": "1", "records": ["x"]}', '{"version": "2026112301", "records": []}'],
)
def test_a_broken_json_file_is_refused(written: str, tmp_path: Path) -> None:
    path = tmp_path / "tables.json"
    path.write_text(written)
    for name in (str(path), str(tmp_path / "missing.json"), str(tmp_path / "missing.toml")):
        with pytest.raises(DeviceRefusedError, match="cannot be read"):
            reader_of(Pinpad(), tables=name).open()


def test_a_json_file_will_do(tmp_path: Path) -> None:
    path = tmp_path / "tables.json"
    path.write_text(json.dumps({"version": VERSION, "acquirer": "02", "records": [record(1)]}))
    assert loaded(pinpad_with(""), str(path))[-1] == b"TLE"


@given(st.lists(st.text(max_size=30), max_size=4))
def test_no_text_makes_tables_by_accident(records: list[str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Tables(version=VERSION, records=(*records, "010"))
