"""Every fault of the TEF manager does what its name says; sloppy requests are noticed."""

import asyncio
import time
from pathlib import Path

import pytest

from edge_agent.devices.emulators.tef import TefEmulator
from tests.support.tef_desk import (
    ATV,
    CRT,
    FAST,
    ID,
    SILENCE_S,
    TRAILER,
    Change,
    Desk,
    parsed,
    play,
    spelled,
    states,
)

# ---- the acknowledgement


def test_inactive_leaves_the_request_until_the_manager_is_there(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        desk.put(spelled(ATV))
        await asyncio.sleep(SILENCE_S)
        assert (desk.requests / "intpos.001").exists()
        assert list(desk.answers.iterdir()) == []
        emulator.faults.clear()
        assert parsed(await desk.take(".sts"))["000-000"] == "ATV"

    play(tmp_path, scene, {"inactive"})


def test_slow_sts_comes_late(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        since = time.monotonic()
        await desk.tell(ATV)
        assert time.monotonic() - since >= FAST.slow_sts_s

    play(tmp_path, scene, {"slow_sts"})


def test_bad_sts_names_another_command(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        desk.put(spelled(CRT.format(id=810001)))
        assert parsed(await desk.take(".sts"))["001-000"] != "810001"

    play(tmp_path, scene, {"bad_sts"})


def test_sts_then_dead_never_answers(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        await desk.tell(CRT.format(id=1))
        await asyncio.sleep(SILENCE_S)
        assert list(desk.answers.iterdir()) == []

    assert play(tmp_path, scene, {"sts_then_dead"}).ledger() == []


@pytest.mark.parametrize(("command", "state"), [("CNF", "CONFIRMED"), ("NCN", "UNDONE")])
def test_a_word_is_heard_and_not_acknowledged(tmp_path: Path, command: str, state: str) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        control = (await desk.ask(CRT.format(id=1)))["027-000"]
        emulator.faults.add(f"{command.lower()}_unanswered")
        desk.put(spelled(f"000 {command}; 001 2; 027 {control}; {ID}; 999-999 0"))
        await desk.until(lambda: states(emulator) == [state])
        await asyncio.sleep(SILENCE_S)
        assert list(desk.answers.iterdir()) == []
        emulator.faults.clear()
        await desk.word(command, control, 3)
        assert states(emulator) == [state]

    assert play(tmp_path, scene).violations() == []


# ---- the answer's file


def test_slow_response_comes_late(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        since = time.monotonic()
        await desk.tell(CRT.format(id=1))
        assert parsed(await desk.take(".001"))["009-000"] == "0"
        assert time.monotonic() - since >= FAST.slow_response_s

    play(tmp_path, scene, {"slow_response"})


@pytest.mark.parametrize("fault", ["response_in_pieces", "truncated_response"])
def test_half_an_answer_is_there_before_the_whole(tmp_path: Path, fault: str) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        await desk.tell(CRT.format(id=1))
        path = desk.answers / "intpos.001"
        await desk.until(lambda: path.exists() and path.stat().st_size)
        half = path.read_bytes()
        assert not half.endswith(TRAILER)
        await desk.until(lambda: path.read_bytes().endswith(TRAILER))
        assert path.read_bytes().startswith(half)

    play(tmp_path, scene, {fault})


def test_wrong_id_answers_another_operation(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        answer = await desk.ask(CRT.format(id=810001))
        assert answer["001-000"] != "810001"
        assert answer["000-000"] == "CRT"

    play(tmp_path, scene, {"wrong_id"})


def test_duplicate_response_comes_back_after_it_was_deleted(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        first = await desk.ask(CRT.format(id=1))
        assert parsed(await desk.take(".001")) == first

    assert len(play(tmp_path, scene, {"duplicate_response"}).ledger()) == 1


@pytest.mark.parametrize(
    ("fault", "names"),
    [
        ("uppercase_names", ["INTPOS.001", "INTPOS.STS"]),
        ("mixed_case_names", ["IntPos.001", "IntPos.sts"]),
    ],
)
def test_names_come_in_other_cases(tmp_path: Path, fault: str, names: list[str]) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        desk.put(spelled(CRT.format(id=1)))
        await desk.until(lambda: len(list(desk.answers.iterdir())) == 2)
        assert sorted(it.name for it in desk.answers.iterdir()) == names

    play(tmp_path, scene, {fault})


def test_locked_file_is_out_of_reach_for_a_while(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        await desk.tell(CRT.format(id=1))
        await desk.until(lambda: desk.found(".held"))
        assert desk.found(".001") == []
        assert parsed(await desk.take(".001"))["009-000"] == "0"

    play(tmp_path, scene, {"locked_file"})


# ---- what the answer says


def test_different_amount_is_told_and_booked(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        told = int((await desk.ask(CRT.format(id=1)))["003-000"])
        assert told != 2590
        assert [it.amount_minor for it in emulator.pending()] == [told]

    play(tmp_path, scene, {"different_amount"})


@pytest.mark.parametrize(
    ("fault", "missing"), [("no_status", "009-000"), ("no_control", "027-000")]
)
def test_a_field_is_missing(tmp_path: Path, fault: str, missing: str) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        answer = await desk.ask(CRT.format(id=1))
        assert missing not in answer
        assert answer["729-000"] == "2"

    play(tmp_path, scene, {fault})


def test_final_at_once_needs_no_word(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        answer = await desk.ask(CRT.format(id=1))
        assert (answer["009-000"], answer["729-000"]) == ("0", "1")
        assert [it.amount_minor for it in emulator.charged()] == [2590]

    play(tmp_path, scene, {"final_at_once"})


def test_accents_are_one_byte_each(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        await desk.tell(CRT.format(id=1))
        content = await desk.take(".001")
        assert "AUTORIZAÇÃO".encode("cp1252") in content
        with pytest.raises(UnicodeDecodeError):
            content.decode()

    play(tmp_path, scene, {"accents"})


def test_full_pan_sets_a_trap_only_when_asked(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        answer = await desk.ask(CRT.format(id=1))
        pan, _, expiry = answer["210-004"].partition("=")
        assert len(pan) == 16
        assert len(expiry) == 4
        await desk.word("CNF", answer["027-000"])
        emulator.faults.clear()
        await desk.tell(CRT.format(id=2))
        assert pan.encode() not in await desk.take(".001")
        assert pan.encode() not in (tmp_path / "ledger" / "tef-ledger.jsonl").read_bytes()

    play(tmp_path, scene, {"full_pan"})


def test_long_receipt_counts_its_lines(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        answer = await desk.ask(CRT.format(id=1))
        count = sum(name.startswith("713-") for name in answer)
        assert count == int(answer["712-000"]) > 500

    play(tmp_path, scene, {"long_receipt"})


# ---- power and what the manager does by itself


def test_a_crash_before_the_response_undoes_the_sale(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        await desk.tell(CRT.format(id=1))
        await desk.until(lambda: states(emulator) == ["UNDONE"])
        await desk.tell(ATV)
        assert desk.found(".001") == []
        assert (await desk.ask(CRT.format(id=2)))["009-000"] == "0"

    play(tmp_path, scene, {"crash_before_response"})


def test_a_crash_after_the_response_keeps_the_sale_open(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        answer = await desk.ask(CRT.format(id=1))
        await desk.tell(ATV)
        assert "crash_after_response" not in emulator.faults
        assert (await desk.ask(CRT.format(id=2)))["027-000"] == answer["027-000"]
        assert states(emulator) == ["OPEN"]

    play(tmp_path, scene, {"crash_after_response"})


def test_a_crash_may_forget_an_open_sale(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        await desk.ask(CRT.format(id=1))
        await desk.tell(ATV)
        assert emulator.ledger() == []

    play(tmp_path, scene, {"crash_after_response", "forget_on_restart"})


def test_auto_confirm_charges_the_open_sale_at_the_next(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        await desk.ask(CRT.format(id=1))
        assert states(emulator) == ["OPEN"]
        assert (await desk.ask(CRT.format(id=2)))["009-000"] == "0"
        assert states(emulator) == ["CONFIRMED", "OPEN"]

    play(tmp_path, scene, {"auto_confirm"})


# ---- sloppy requests


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda it: it.replace(b"003-000 = 2590\r\n", b""), "CRT without 003-000"),
        (lambda it: it.replace(b"004-000 = 0\r\n", b""), "CRT without 004-000"),
        (lambda it: it.replace(b"706-000 = 156\r\n", b""), "CRT without 706-000"),
        (lambda it: it.replace(b"716-000 = ACME KIOSK LTDA\r\n", b""), "CRT without 716-000"),
        (lambda it: it.replace(b"733-000 = 210\r\n", b""), "CRT without 733-000"),
        (lambda it: it.replace(b"= 156", b"= 152"), "without bit 4"),
        (lambda it: it.replace(b"= 2590", b"= 25,90"), "not an amount"),
        (lambda it: it.replace(b"ACME", b"CAF\xc9"), "printable ASCII"),
        (lambda it: it.replace(b"\r\n", b"\n"), "CR LF"),
        (lambda it: it.replace(b" = ", b"="), "one space"),
        (lambda it: it + b"002-000 = 1\r\n", "trailer is not the last"),
        (lambda it: it.replace(b"001-000 = 1\r", b"001-000 = A1\r"), "001-000 is not a number"),
    ],
)
def test_a_sloppy_sale_is_noticed(tmp_path: Path, change: Change, complaint: str) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        desk.put(change(spelled(CRT.format(id=1))))
        await desk.until(lambda: desk.found(".001"))
        assert any(complaint in error for error in emulator.errors), emulator.errors

    play(tmp_path, scene, is_clean=False)


@pytest.mark.parametrize("command", ["CNF", "NCN"])
def test_a_word_without_its_control_code_is_noticed(tmp_path: Path, command: str) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        await desk.ask(CRT.format(id=1))
        await desk.tell(f"000 {command}; 001 2; {ID}; 999-999 0")
        assert emulator.errors == [f"{command} without 027-000"]
        assert states(emulator) == ["OPEN"]

    play(tmp_path, scene, is_clean=False)


def test_a_request_is_not_touched_before_its_trailer_is_there(tmp_path: Path) -> None:
    whole = spelled(ATV)

    async def scene(_: TefEmulator, desk: Desk) -> None:
        path = desk.requests / "intpos.001"
        path.write_bytes(whole[:30])
        await asyncio.sleep(SILENCE_S)
        assert path.read_bytes() == whole[:30]
        path.write_bytes(whole)
        assert parsed(await desk.take(".sts"))["000-000"] == "ATV"

    play(tmp_path, scene)
