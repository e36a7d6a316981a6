"""The pinpad emulator over real sockets and ptys, spoken to with frames written out by hand."""

import asyncio
import os
import tty

import pytest
from hypothesis import given, settings, strategies as st

from edge_agent.devices.emulators.abecs import (
    OUTCOMES,
    AbecsEmulator,
    Behaviour,
    Fault,
    Timing,
)
from edge_agent.devices.emulators.abecs.framing import frame
from edge_agent.devices.emulators.abecs.message import response
from tests.support.abecs_kiosk import (
    ACK,
    CAN,
    EOT,
    FAST,
    NAK,
    Kiosk,
    Scene,
    command,
    gcx,
    gox,
    play,
    tlv,
    values_of,
)
from tests.support.pinpad_line import prompted

OPN = "16 4F504E 17 A8A9"
GIX = "16 474958 303130 0001 0006 8001 8003 8007 17 7852"
DSP = "16 445350303332" + b"PAGUE R$ 12,90  APROXIME CARTAO ".hex() + "17 6BC9"
CEX = "16 434558303135 00060006313131313030 000C00013C 17 0F01"
GCD = "16 474344303231 000B00020007 000D00010B 000E00010B 000C00013C 17 4B75"
GCX = (
    "16 474358303635 00133300 0C 303030303030303031323930 00150006 323631313233"
    "00133600 06 313433353037 00133700 05 3130303030 00220003 393836 00230004 30363034"
    "000C0001 3C 17 51BC"
)
FCX = "16 464358303136 00190004 32303030 00040004 9F269F27 17 AC0A"
CLX = "16 434C58303132 001B0008 4F4252494741444F 17 B83C"


# ---- conversation


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (OPN, b"OPN000"),
        (DSP, b"DSP000"),
        (CLX, b"CLX000"),
        (frame(b"OPN000").hex(), b"OPN000"),
        (frame(b"CLO032" + b" " * 32).hex(), b"CLO000"),
        (frame(b"DEX005OL\rAB").hex(), b"DEX000"),
        (frame(b"UNK").hex(), b"ERR010"),
        (frame(b"").hex(), b"ERR010"),
        (frame(b"GIX9").hex(), b"GIX011"),
        (frame(b"GIX0030001").hex(), b"GIX011"),
        (frame(b"GCX").hex(), b"GCX019"),
        (frame(gox()).hex(), b"GOX010"),
        (FCX, b"FCX010"),
        (frame(b"RMC032" + b"RETIRE O CARTAO " * 2).hex(), b"RMC000"),
        (GIX, response("GIX", {0x8001: b"SN00000001", 0x8003: b"EMU-1;8MB", 0x8007: b"2.12"})),
        (GCD, response("GCD", {0x804D: b"12345678909"})),
        (CEX, response("CEX", {0x8040: b"92"})),
    ],
)
def test_every_command_has_its_answer(sent: str, answer: bytes) -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(bytes.fromhex(sent))
        assert await kiosk.byte() == ACK
        assert await kiosk.heard() == answer

    play(scene)


def test_the_golden_gcx_with_all_three_stuffings_reads_a_card() -> None:
    data = command(
        "GCX",
        tlv(0x0013, b"000000001290"),
        tlv(0x0015, b"261123"),
        tlv(0x0016, b"143507"),
        tlv(0x0017, b"10000"),
        tlv(0x0022, b"986"),
        tlv(0x0023, b"0604"),
        tlv(0x000C, b"\x3c"),
    )
    assert frame(data) == bytes.fromhex(GCX)

    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        answer = values_of(await kiosk.ask(data))
        pan = answer[0x8052].decode()
        assert (answer[0x804F], pan[6:-4]) == (b"03", "******")
        assert answer[0x805B] in (b"VISA CREDITO", b"MASTER CREDITO")
        assert kiosk.notices[0] == "    R$ 12,90    INSIRA O CARTAO "

    play(scene)


def test_gix_without_a_list_tells_all_or_refuses_by_choice() -> None:
    async def all_of_it(_: AbecsEmulator, kiosk: Kiosk) -> None:
        assert values_of(await kiosk.ask(b"GIX"))[0x8007] == b"2.12"
        assert len(values_of(await kiosk.ask(b"GIX000"))) == 10

    async def refused(_: AbecsEmulator, kiosk: Kiosk) -> None:
        assert await kiosk.ask(b"GIX") == b"GIX019"

    play(all_of_it)
    play(refused, faults={"gix_needs_list"})


# ---- cancelling


@pytest.mark.parametrize("steps", range(6))
def test_can_is_answered_with_eot_at_any_time_and_nothing_comes_after(steps: int) -> None:
    slow = Behaviour(delay_s=0.02)

    async def scene(emulator: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(frame(gcx()))
        await asyncio.sleep(0.01 * steps)
        kiosk.write(CAN)
        while await kiosk.byte() != EOT:
            continue
        assert await kiosk.quiet(0.08) == b""
        assert await kiosk.ask(gox()) == b"GOX010"
        assert await kiosk.ask(b"OPN") == b"OPN000"

    assert play(scene, behaviour=slow) == []


def test_can_during_the_pin_leaves_no_approval() -> None:
    async def scene(emulator: AbecsEmulator, kiosk: Kiosk) -> None:
        await kiosk.ask(gcx())
        emulator._customer.behaviour = Behaviour(delay_s=0.3)
        kiosk.write(frame(gox()))
        assert await kiosk.byte() == ACK
        await prompted(emulator, "pin")
        kiosk.write(CAN)
        while await kiosk.byte() != EOT:
            continue
        assert await kiosk.quiet(0.7) == b""

    assert play(scene) == []


def test_can_is_answered_when_idle_and_after_a_broken_frame() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(CAN)
        assert await kiosk.byte() == EOT
        kiosk.write(bytes.fromhex("16 4F504E 17 0000 18"))
        assert await kiosk.byte() == EOT
        assert await kiosk.ask(b"OPN") == b"OPN000"

    play(scene)


def test_a_new_frame_aborts_a_running_command() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(frame(gcx()) + bytes.fromhex(OPN))
        assert await kiosk.byte() == ACK
        assert await kiosk.byte() == ACK
        assert await kiosk.heard() == b"OPN000"
        assert await kiosk.quiet(0.05) == b""

    play(scene, behaviour=Behaviour(delay_s=0.01))


# ---- bad lines


@pytest.mark.parametrize(
    "broken",
    ["16 4F504E 17 A8A8", "16 4F504E 13 41 17 A8A9", "16 4F504E", "16 4F504E 17 A8"],
)
def test_a_broken_frame_is_refused_after_silence(broken: str) -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(bytes.fromhex(broken))
        assert await kiosk.quiet(0.01) == b""
        assert await kiosk.byte() == NAK
        assert await kiosk.ask(b"OPN") == b"OPN000"

    play(scene)


def test_a_nak_repeats_the_last_response_and_is_ignored_when_there_is_none() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(NAK)
        assert await kiosk.quiet(0.02) == b""
        await kiosk.ask(b"OPN")
        kiosk.write(NAK)
        assert await kiosk.heard() == b"OPN000"

    play(scene)


def test_bytes_may_come_one_by_one_with_noise_before() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        for byte in b"\xff\x00" + frame(gcx()):
            kiosk.write(bytes([byte]))
            await asyncio.sleep(0)
        assert await kiosk.byte() == ACK
        assert (await kiosk.heard()).startswith(b"GCX000")

    play(scene, timing=Timing())


@settings(max_examples=15, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=30), max_size=4))
def test_after_any_garbage_can_brings_the_pinpad_back(garbage: list[bytes]) -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        for piece in garbage:
            kiosk.write(piece)
            await asyncio.sleep(0)
        await asyncio.sleep(FAST.byte_s + FAST.quiet_s + 0.02)
        await kiosk.quiet(0.001)
        kiosk.write(CAN)
        while await kiosk.byte() != EOT:
            continue
        assert await kiosk.ask(b"OPN") == b"OPN000"

    assert play(scene) == []


def test_faults_do_what_their_names_say() -> None:
    async def nak_first(_: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(bytes.fromhex(OPN))
        assert await kiosk.byte() == NAK
        assert await kiosk.ask(b"OPN") == b"OPN000"

    async def drop_ack(_: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(bytes.fromhex(OPN))
        assert await kiosk.byte() == b"\x16"

    async def crc_flip(_: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(bytes.fromhex(OPN))
        assert await kiosk.quiet(0.05) == ACK + bytes.fromhex("16 4F504E303030 17 775F")
        kiosk.write(NAK)
        assert await kiosk.heard() == b"OPN000"

    async def split_bytes(_: AbecsEmulator, kiosk: Kiosk) -> None:
        assert await kiosk.ask(b"OPN") == b"OPN000"

    async def silent(emulator: AbecsEmulator, kiosk: Kiosk) -> None:
        kiosk.write(CAN + bytes.fromhex(OPN))
        assert await kiosk.quiet(0.05) == b""
        emulator.faults.clear()
        assert await kiosk.ask(b"OPN") == b"OPN000"

    async def notify_flood(_: AbecsEmulator, kiosk: Kiosk) -> None:
        await kiosk.ask(gcx())
        assert len(kiosk.notices) >= 20

    scenes: dict[Fault, Scene] = {
        "nak_first": nak_first,
        "drop_ack": drop_ack,
        "crc_flip": crc_flip,
        "split_bytes": split_bytes,
        "silent": silent,
        "notify_flood": notify_flood,
    }
    for fault, scene in scenes.items():
        play(scene, faults={fault})


def test_unknown_faults_and_outcomes_are_named() -> None:
    with pytest.raises(ValueError, match=r"unknown faults \['x'\]; known: nak_first"):
        AbecsEmulator(Behaviour(), faults={"x"})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"unknown outcomes \['x'\]; known: approve_offline"):
        Behaviour(mix={"x": 1})  # type: ignore[dict-item]
    assert set(Behaviour().mix) <= set(OUTCOMES)


def test_a_new_connection_replaces_the_old_one() -> None:
    async def scene(emulator: AbecsEmulator, kiosk: Kiosk) -> None:
        port = emulator._servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        newer = Kiosk(reader, writer.write)
        assert await newer.ask(b"OPN") == b"OPN000"
        assert await kiosk.quiet(0.5) == b""
        assert kiosk._reader.at_eof()
        writer.close()
        await writer.wait_closed()

    play(scene)


def test_a_sale_on_a_pty_and_a_second_opening_of_the_port() -> None:
    async def sell(path: str) -> None:
        port = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(port)
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        loop.add_reader(port, lambda: reader.feed_data(os.read(port, 999)))
        kiosk = Kiosk(reader, lambda data: os.write(port, data))
        assert (await kiosk.ask(gcx())).startswith(b"GCX000")
        assert values_of(await kiosk.ask(gox()))[0x8056] == b"001000"
        loop.remove_reader(port)
        os.close(port)

    async def run() -> None:
        emulator = AbecsEmulator(Behaviour(delay_s=0), timing=FAST)
        path = emulator.start_pty()
        await sell(path)
        await sell(path)
        await emulator.stop()
        await emulator.stop()
        assert len(emulator.approvals()) == 2

    asyncio.run(run())
