"""Odd acknowledgements, answers and refusals of the TEF manager; a sale through the driver at each
of them is in test_tef_faults."""

import asyncio
from pathlib import Path

import pytest

from edge_agent.devices.emulators.tef import TefEmulator
from tests.support.tef_desk import CRT, ID, SILENCE_S, Desk, Fields, parsed, play, spelled, states


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("no_sts", None),
        ("sts_of_other_command", {"000-000": "XXX", "001-000": "1", "999-999": "0"}),
        ("sts_without_trailer", {"000-000": "CRT", "001-000": "1"}),
    ],
)
def test_the_acknowledgement_is_wrong_and_the_answer_right(
    tmp_path: Path, fault: str, said: Fields | None
) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        desk.put(spelled(CRT.format(id=1)))
        assert parsed(await desk.take(".001"))["009-000"] == "0"
        found = desk.found(".sts")
        assert [parsed(it.read_bytes()) for it in found] == ([] if said is None else [said])

    play(tmp_path, scene, {fault})


def test_the_answer_of_a_former_sale_lies_there_first(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        control = (await desk.ask(CRT.format(id=1)))["027-000"]
        await desk.word("CNF", control)
        desk.put(spelled(CRT.format(id=2)))
        assert parsed(await desk.take(".001"))["027-000"] == control
        assert parsed(await desk.take(".001"))["001-000"] == "2"

    play(tmp_path, scene, {"stale_response"})


def test_a_request_that_cannot_be_deleted_is_carried_out_once(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        await desk.ask(CRT.format(id=1))
        await asyncio.sleep(SILENCE_S)
        assert (desk.requests / "intpos.001").exists()
        assert states(emulator) == ["OPEN"]

    play(tmp_path, scene, {"undeletable_request"})


@pytest.mark.parametrize(
    ("fault", "name", "value"),
    [
        ("status_00", "009-000", "00"),
        ("status_101", "009-000", "101"),
        ("line_count", "712-000", "99"),
        ("long_control", "027-000", "1|400771"),
        ("no_final_flag", "729-000", None),
        ("no_final_flag_no_receipt", "713-001", None),
    ],
)
def test_an_odd_answer_says(tmp_path: Path, fault: str, name: str, value: str | None) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        assert (await desk.ask(CRT.format(id=1))).get(name) == value

    play(tmp_path, scene, {fault})


def test_a_sloppy_record_has_what_counts_once_and_first(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        await desk.tell(CRT.format(id=1))
        await desk.until(lambda: desk.found(".001"))
        lines = desk.found(".001")[0].read_bytes().decode("cp1252").split("\n")
        assert lines[-1] == "999-999 = 0"
        assert [it for it in lines if it.startswith("009-")] == ["009-000 = 0", "009-000 = 99"]
        assert not any('"' in it for it in lines)

    play(tmp_path, scene, {"sloppy_record"})


@pytest.mark.parametrize("fault", ["cnc_other_day", "cnc_wrong_password"])
def test_a_cancellation_is_refused_and_the_sale_stands(tmp_path: Path, fault: str) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        sold = await desk.ask(CRT.format(id=1))
        await desk.word("CNF", sold["027-000"])
        told = await desk.ask(
            f"000 CNC; 001 2; 003 2590; 004 0; 010 DEMO; 012 {sold['012-000']}; 022 24112026; "
            f"023 101532; 027 {sold['027-000']}; 706 156; 716 ACME KIOSK LTDA; {ID}; 999-999 0"
        )
        assert told["009-000"] not in ("0", "00")
        assert states(emulator) == ["CONFIRMED"]

    play(tmp_path, scene, {fault})
