"""The emulated kiosk printer's mouth: presented, taken, left, retracted, jammed."""

import asyncio
from pathlib import Path

import pytest

from edge_agent.devices.emulators.escpos import EscposEmulator
from tests.support.escpos_bench import CUT, TICKET, connected, heard, silent

pytestmark = pytest.mark.anyio

PRESENT, RETRACT, EJECT, EJECTOR = b"\x1de\x03\x0c", b"\x1de\x02", b"\x1de\x05", b"\x1de\x06"
FULL = b"\x10\x04\x14"
PATIENCE_S = 5.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def presenting(*faults: str) -> EscposEmulator:
    return EscposEmulator(lines_per_s=0, dialect="custom", faults=frozenset(faults))


async def ejector(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
    writer.write(EJECTOR)
    return (await heard(reader, 1))[0]


async def full(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    writer.write(FULL)
    return (await heard(reader, 6))[2:].hex(" ")


def lying(emulator: EscposEmulator) -> list[str]:
    return [paper.where for paper in emulator.papers()]


async def test_a_ticket_waits_inside_then_at_the_mouth_then_is_taken() -> None:
    emulator = presenting("taken_s=never")
    async with connected(emulator) as (reader, writer):
        writer.write(TICKET + CUT)
        assert await ejector(reader, writer) == 0x04
        assert lying(emulator) == ["presenter"]
        emulator.act("take")
        assert lying(emulator) == ["presenter"]
        writer.write(PRESENT)
        assert await ejector(reader, writer) == 0x0C
        assert await full(reader, writer) == "20 00 00 00"
        emulator.act("take")
        assert await ejector(reader, writer) == 0x04
        assert await full(reader, writer) == "00 00 00 00"
    assert lying(emulator) == ["taken"]
    assert emulator.state().papers[0].where == "taken"
    assert (emulator.tickets_printed(), emulator.tickets_retracted()) == (1, 0)
    assert emulator.errors == []


async def test_a_customer_takes_the_ticket_after_a_while_though_it_is_asked_for_all_along() -> None:
    emulator = presenting("taken_s=0.1")
    async with connected(emulator) as (reader, writer):
        started = asyncio.get_running_loop().time()
        writer.write(TICKET + CUT + PRESENT)
        assert await ejector(reader, writer) == 0x0C
        async with asyncio.timeout(PATIENCE_S):
            while await full(reader, writer) == "20 00 00 00":
                pass
        assert asyncio.get_running_loop().time() - started >= 0.09
    assert lying(emulator) == ["taken"]


async def test_a_ticket_that_nobody_takes_is_retracted_and_no_longer_the_customers() -> None:
    emulator = presenting("taken_s=never")
    async with connected(emulator) as (reader, writer):
        writer.write(TICKET + CUT + PRESENT)
        assert await ejector(reader, writer) == 0x0C
        writer.write(RETRACT)
        assert await ejector(reader, writer) == 0x04
        emulator.act("take")
        writer.write(RETRACT)
        assert await ejector(reader, writer) == 0x04
    assert lying(emulator) == ["retracted"]
    assert (emulator.tickets_printed(), emulator.tickets_retracted()) == (0, 1)
    assert emulator.errors == []


async def test_eject_and_the_next_ticket_push_the_old_one_out() -> None:
    emulator = presenting("taken_s=never")
    async with connected(emulator) as (reader, writer):
        writer.write(TICKET + CUT + EJECT + TICKET + CUT + PRESENT + TICKET + CUT)
        assert await ejector(reader, writer) == 0x04
    assert lying(emulator) == ["ejected", "ejected", "presenter"]


async def test_a_jam_at_the_mouth_stops_the_printer_until_staff_frees_it() -> None:
    emulator = presenting("mouth_jam", "taken_s=0.01")
    async with connected(emulator) as (reader, writer):
        writer.write(TICKET + CUT)
        assert await ejector(reader, writer) == 0x04
        writer.write(PRESENT + EJECTOR)
        assert await silent(reader)
        assert await full(reader, writer) == "20 04 40 00"
        emulator.act("take")
        assert lying(emulator) == ["mouth"]
        emulator.act("mouth_free")
        assert await heard(reader, 1) == b"\x04"
        assert await full(reader, writer) == "00 00 00 00"
    assert lying(emulator) == ["cleared"]
    assert emulator.tickets_printed() == 0


async def test_the_automatic_full_status_tells_of_the_mouth() -> None:
    emulator = presenting("taken_s=never")
    async with connected(emulator) as (reader, writer):
        writer.write(b"\x1d\xe0\x05" + TICKET + CUT + PRESENT)
        assert (await heard(reader, 4)).hex(" ") == "10 05 00 00"
        assert (await heard(reader, 4)).hex(" ") == "10 05 20 00"
        emulator.act("take")
        assert (await heard(reader, 4)).hex(" ") == "10 05 00 00"


async def test_a_command_not_understood_is_told_once() -> None:
    emulator = presenting()
    async with connected(emulator) as (reader, writer):
        writer.write(b"\x1bZ" + EJECTOR)
        assert await heard(reader, 1) == b"\x04"
        assert await full(reader, writer) == "00 00 20 00"
        assert await full(reader, writer) == "00 00 00 00"
    assert len(emulator.errors) == 1


async def test_a_power_cut_leaves_the_ticket_at_the_mouth_and_the_folder_knows(
    tmp_path: Path,
) -> None:
    first = EscposEmulator(tmp_path, 48, 576, 0, frozenset({"taken_s=never"}), "custom")
    async with connected(first) as (reader, writer):
        writer.write(TICKET + CUT + PRESENT)
        assert await ejector(reader, writer) == 0x0C
        first.power_cycle()
    second = EscposEmulator(tmp_path, lines_per_s=0, dialect="custom")
    assert lying(second) == ["mouth"]
    second.act("take")
    third = EscposEmulator(tmp_path, dialect="custom")
    assert (lying(third), third.tickets_printed()) == (["taken"], 1)
