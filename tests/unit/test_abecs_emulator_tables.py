"""The emulator's EMV tables, by acquirer and across power cuts, and what it tells of itself."""

from pathlib import Path

import pytest

from edge_agent.devices.emulators.abecs import AbecsEmulator
from tests.support.pinpad_line import Line, after_power_cut, block, play, tlv, values_in


def record(acquirer: str, number: str, kind: str = "1") -> bytes:
    body = f"{kind}{acquirer}{number}07A0000000041010"
    return f"{len(body) + 3:03d}{body}".encode()


async def version(line: Line, acquirer: str) -> bytes:
    return (await line.ask(block("GTS", acquirer.encode())))[9:]


async def loaded(line: Line, acquirer: str, name: bytes, *records: bytes) -> None:
    assert await line.ask(block("TLI", acquirer.encode(), name)) in (b"TLI020", b"TLI000")
    if records:
        count = f"{len(records):02d}".encode()
        assert await line.ask(block("TLR", count, *records)) == b"TLR000"
    assert await line.ask(b"TLE") == b"TLE000"


def test_tables_are_loaded_by_acquirer_and_outlive_power_and_process(tmp_path: Path) -> None:
    async def first(emulator: AbecsEmulator, line: Line) -> None:
        await loaded(line, "02", b"XEMVST0003", record("02", "01"), record("03", "01"))
        assert await version(line, "02") == b"XEMVST0003"
        assert await version(line, "03") == b"0000000000"
        assert await line.ask(block("TLI", b"02XEMVST0003")) == b"TLI000"
        assert await line.ask(block("TLI", b"02XEMVST0004")) == b"TLI020"
        assert await line.ask(block("TLR", b"01", record("02", "02"))) == b"TLR000"
        later = await after_power_cut(emulator, line)
        assert await later.ask(b"TLE") == b"TLE010"
        assert await version(later, "02") == b"XEMVST0003"
        await later.close()

    async def second(_: AbecsEmulator, line: Line) -> None:
        assert await version(line, "02") == b"XEMVST0003"
        asked = values_in(await line.ask(block("GIX", tlv(1, b"\x93\x02\x93\x03\x80\x62"))))
        assert asked == {
            0x9302: b"XEMVST0003",
            0x9303: b"0000000000",
            0x8062: (100_000 - len(record("02", "01"))).to_bytes(4, "big"),
        }

    play(first, folder=tmp_path)
    play(second, folder=tmp_path)


def test_one_load_for_everybody_has_a_general_version_until_one_goes_its_way() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        await loaded(line, "00", b"TABVER0008", record("02", "01"), record("03", "01", "2"))
        assert [await version(line, it) for it in ("00", "02", "03")] == [b"TABVER0008"] * 3
        assert await version(line, "04") == b"0000000000"
        await loaded(line, "03", b"TABVER0009", record("03", "01"))
        shown = [await version(line, it) for it in ("00", "02", "03")]
        assert shown == [b"0000000000", b"TABVER0008", b"TABVER0009"]
        await loaded(line, "03", b"TABVER0010")
        assert await version(line, "03") == b"0000000000"
        await loaded(line, "00", b"TABVER0011")
        assert await version(line, "02") == b"0000000000"

    play(scene)


def test_a_load_without_room_leaves_the_old_tables() -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        await loaded(line, "02", b"XEMVST0003", record("02", "01"))
        emulator.faults.add("table_error")
        await line.ask(block("TLI", b"02XEMVST0004"))
        assert await line.ask(b"TLE") == b"TLE021"
        assert await line.ask(b"TLE") == b"TLE010"
        assert await version(line, "02") == b"XEMVST0003"

    play(scene)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (block("TLR", b"01", record("02", "01")), b"TLR010"),
        (b"TLE", b"TLE010"),
        (block("TLI", b"02SHORT"), b"TLI011"),
        (block("GTS", b"2"), b"GTS011"),
        (block("GTS", b"\xb2\xb2"), b"GTS011"),
        (block("GIN", b"x0"), b"GIN011"),
        (block("GIX", tlv(1, b"\x80")), b"GIX011"),
    ],
)
def test_loads_and_questions_out_of_place_are_refused(command: bytes, answer: bytes) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(command) == answer

    play(scene)


def test_an_answer_too_long_for_a_frame_is_none() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        maps, slots = (0x8032, 0x8033, 0x8035, 0x8036), range(0x9100, 0x910A)
        wanted = (*maps, *slots, *range(0x9200, 0x920A), *range(0x9300, 0x9364))
        ids = b"".join(number.to_bytes(2, "big") for number in wanted)
        assert await line.ask(block("GIX", tlv(1, ids))) == b"GIX045"
        assert (await line.ask(block("GIX", tlv(1, ids[:20])))).startswith(b"GIX000")

    play(scene)


@pytest.mark.parametrize("count", [b"02", b"x1", b"00"])
def test_records_that_do_not_add_up_are_refused(count: bytes) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        await line.ask(block("TLI", b"02XEMVST0003"))
        assert await line.ask(block("TLR", count, record("02", "01"))) == b"TLR011"

    play(scene)


@pytest.mark.parametrize(
    ("acquirer", "size", "beginning"),
    [("00", 100, "TOTEM"), ("02", 42, "Abecs"), ("03", 42, "Abecs"), ("07", 42, "Abecs")],
)
def test_gin_has_its_fixed_lengths(acquirer: str, size: int, beginning: str) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        answer = await line.ask(block("GIN", acquirer.encode()))
        assert answer.startswith(f"GIN000{size:03d}{beginning}".encode())
        assert len(answer) == 9 + size
        assert b"2.12" in answer

    play(scene)
