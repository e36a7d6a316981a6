"""The faults of the pinpad's line and power do what their names say."""

import asyncio

import pytest

from edge_agent.devices.emulators.abecs import AbecsEmulator, Approval, Behaviour, Fault, Timing
from edge_agent.devices.emulators.abecs.framing import frame
from tests.support.abecs_kiosk import ACK, CAN, EOT, NAK, Kiosk, gcx, gox, play
from tests.support.pinpad_line import prompted

OPN, OPN_SAID = frame(b"OPN"), frame(b"OPN000")


def test_every_copy_is_refused() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        for _n in range(4):
            kiosk.write(OPN)
            assert await kiosk.byte() == NAK

    play(scene, faults={"nak_always"})


def test_ack_and_answer_leave_in_one_piece() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(OPN)
        assert await kiosk._reader.read(4096) == ACK + OPN_SAID

    play(scene, faults={"merged_frames"})


def test_noise_comes_before_the_answer_and_never_looks_like_one() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(OPN)
        said = await kiosk.quiet(0.05)
        assert said.startswith(ACK)
        assert said.endswith(OPN_SAID)
        noise = said[1 : -len(OPN_SAID)]
        assert noise
        assert not {*noise} & {*b"\x04\x06\x15\x16\x18"}

    play(scene, faults={"garbage"})


def test_the_response_that_was_called_off_comes_after_eot() -> None:
    async def scene(emulator: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(frame(gcx()))
        assert await kiosk.byte() == ACK
        await prompted(emulator, "insert")
        kiosk.write(CAN)
        said = b""
        while not said.endswith(frame(b"GCX013")):
            said += await kiosk.byte()
        assert said.endswith(EOT + frame(b"GCX013"))
        kiosk.write(CAN)
        assert await kiosk.quiet(0.1) == EOT

    play(scene, behaviour=Behaviour(mode="manual"), faults={"late_answer"})


def test_one_answer_is_slow_and_can_be_called_off() -> None:
    async def scene(emulator: AbecsEmulator, kiosk: Kiosk) -> None:
        emulator._timing = Timing(slow_s=9.0)
        kiosk.write(OPN)
        assert await kiosk.byte() == ACK
        kiosk.write(CAN)
        assert await kiosk.byte() == EOT
        assert await kiosk.ask(b"OPN") == b"OPN000"

    play(scene, faults={"slow_answer"})


def test_an_idle_pinpad_speaks_and_still_answers() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        assert await kiosk.ask(b"OPN") == b"OPN000"
        for _n in range(2):
            assert (await kiosk._one_frame()).startswith(b"NTM000")

    play(scene, faults={"speaks_idle"})


@pytest.mark.parametrize(
    ("fault", "before", "struck", "approved"),
    [
        ("unplug_opening", [], b"OPN", 0),
        ("unplug_card", [b"OPN"], gcx(), 0),
        ("unplug_pin", [b"OPN", gcx()], gox(), 0),
        ("unplug_approved", [b"OPN", gcx()], gox(), 1),
        ("unplug_goodbye", [b"OPN", gcx(), gox()], b"CLX", 1),
        ("power_cycle", [b"OPN", gcx()], gox(), 1),
    ],
)
def test_the_line_drops_once_where_the_name_says(
    fault: Fault, before: list[bytes], struck: bytes, approved: int
) -> None:
    async def scene(emulator: AbecsEmulator, kiosk: Kiosk) -> None:
        for data in before:
            await kiosk.ask(data)
        kiosk.write(frame(struck))
        async with asyncio.timeout(10):
            await kiosk._reader.read()
        assert fault not in emulator.faults

    approvals: list[Approval] = play(scene, faults={fault})
    assert len(approvals) == approved


@pytest.mark.parametrize(
    ("fault", "command", "said"),
    [("table_version", gcx(), b"GCX020"), ("decline", gox(), b"GOX000")],
)
def test_the_card_or_its_tables_refuse(fault: Fault, command: bytes, said: bytes) -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        if command != gcx():
            await kiosk.ask(gcx())
        assert (await kiosk.ask(command)).startswith(said)

    assert play(scene, faults={fault}) == []


def test_the_card_vouches_for_another_amount() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        await kiosk.ask(gcx(4990))
        assert bytes.fromhex("9F0206000000005090") in await kiosk.ask(gox())

    assert [it.amount_minor for it in play(scene, faults={"wrong_amount"})] == [4990]
