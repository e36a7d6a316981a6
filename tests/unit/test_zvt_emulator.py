"""The emulated ZVT terminal against hand-written bytes: framing, money rules, faults."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from edge_agent.devices.emulators.zvt import FAULTS, Behaviour, Timing, ZvtEmulator
from edge_agent.devices.emulators.zvt.framing import (
    SerialDeframer,
    TcpDeframer,
    apdu,
    framed,
    kermit,
)

QUICK = Timing(between_s=0.01)
PATIENCE_S = 5.0
AUTH_1290 = bytes.fromhex("06010A04000000001290490986")
OK = bytes.fromhex("800000")


def test_the_check_value_of_the_crc() -> None:
    assert kermit(b"123456789") == 0x2189


@pytest.mark.parametrize(
    ("plain", "wire"),
    [
        ("0600061234 56BA0978", "1002060006123456BA0978100324C3"),
        ("06010A040000000110004909 78", "100206010A04000000011010004909781003F2FF"),
        ("800000", "10028000001003F51F"),
        ("849C00", "1002849C001003C341"),
        ("050103123456", "10020501031234561003E043"),
        ("06010A04000000001290490986", "100206010A0400000000129049098610037CB0"),
        ("04FF010A", "100204FF010A1003F57D"),
        ("061E016C", "1002061E016C1003C9F2"),
    ],
)
def test_golden_frames_both_ways(plain: str, wire: str) -> None:
    data, line = bytes.fromhex(plain.replace(" ", "")), bytes.fromhex(wire)
    assert framed(data) == line
    assert SerialDeframer().feed(line) == [data]


@given(st.binary(min_size=0, max_size=40), st.integers(1, 7))
def test_however_the_bytes_are_cut_the_same_apdus_come_out(data: bytes, size: int) -> None:
    message = apdu(0x06D1, data)
    for deframer, line in ((SerialDeframer(), framed(message) * 2), (TcpDeframer(), message * 2)):
        found = [
            event
            for start in range(0, len(line), size)
            for event in deframer.feed(line[start : start + size])
        ]
        assert found == [message, message]


@given(st.binary(max_size=200))
def test_garbage_breaks_nothing(data: bytes) -> None:
    SerialDeframer().feed(data)
    TcpDeframer().feed(data)


class Register:
    """A cash register's end of a TCP line, by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer

    async def hear(self) -> bytes:
        head = await asyncio.wait_for(self._reader.readexactly(3), PATIENCE_S)
        return head + await self._reader.readexactly(head[2])

    def say(self, data: bytes) -> None:
        self.writer.write(data)

    async def until(self, kind: str, ack: bytes = OK) -> bytes:
        """Acknowledge everything up to and including this APDU."""
        while True:
            message = await self.hear()
            if message[:2] == bytes.fromhex(kind):
                return message
            if message != OK:
                self.say(ack)


async def connected(emulator: ZvtEmulator) -> Register:
    return Register(*await asyncio.open_connection("127.0.0.1", await emulator.start_tcp()))


def states(emulator: ZvtEmulator) -> list[str]:
    return [it.state for it in emulator.ledger()]


def sold(folder: Path, answer: str, faults: frozenset[str] = frozenset()) -> ZvtEmulator:
    """A sale of R$ 12,90 whose status information is answered with ``answer``; empty hangs up."""
    emulator = ZvtEmulator(Behaviour(delay_s=0.0), folder, faults=faults, timing=QUICK)

    async def run() -> None:
        register = await connected(emulator)
        register.say(AUTH_1290)
        status = await register.until("040F")
        assert bytes.fromhex("27000400000000129049") in status
        if answer:
            register.say(bytes.fromhex(answer))
            await register.until("061E" if answer.startswith("8405") else "060F")
            register.say(OK)
        register.writer.close()
        async with asyncio.timeout(PATIENCE_S):
            while "open" in states(emulator):  # noqa: ASYNC110 # the emulator tells nobody
                await asyncio.sleep(0.005)
        await emulator.stop()

    asyncio.run(run())
    return emulator


@pytest.mark.parametrize("answer", ["800000", "840000"])
def test_a_sale_is_stored_once_its_status_was_acknowledged(tmp_path: Path, answer: str) -> None:
    assert states(sold(tmp_path, answer)) == ["stored"]


@pytest.mark.parametrize("answer", ["", "840500"])
def test_a_sale_that_is_not_issued_or_not_acknowledged_is_reversed(
    tmp_path: Path, answer: str
) -> None:
    assert states(sold(tmp_path, answer)) == ["reversed"]


def test_the_ledger_survives_power_cuts_and_goes_on_counting(tmp_path: Path) -> None:
    first = sold(tmp_path, "800000")
    again = ZvtEmulator(Behaviour(), tmp_path, timing=QUICK)
    assert again.ledger() == first.ledger()
    assert [it.amount_minor for it in again.charged()] == [1290]


def test_what_was_open_at_a_power_cut_is_reversed(tmp_path: Path) -> None:
    emulator = ZvtEmulator(Behaviour(), tmp_path, timing=QUICK)
    emulator._memory.begin(1290)
    assert states(ZvtEmulator(Behaviour(), tmp_path, timing=QUICK)) == ["reversed"]


def test_a_fault_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match=FAULTS[0]):
        ZvtEmulator(Behaviour(), faults={"no such fault"})


def test_an_unknown_command_is_refused_in_words_of_the_protocol() -> None:
    async def run() -> None:
        emulator = ZvtEmulator(Behaviour(), timing=QUICK)
        register = await connected(emulator)
        register.say(bytes.fromhex("0F0F00"))
        assert await register.hear() == bytes.fromhex("848300")
        register.writer.close()
        await emulator.stop()

    asyncio.run(run())
