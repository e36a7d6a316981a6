"""Streams and clients for tests of the emulated printer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from edge_agent.devices.emulators.escpos import EscposEmulator
from edge_agent.devices.emulators.escpos.commands import Tokeniser
from edge_agent.devices.emulators.escpos.machine import Machine

DEADLINE_S = 20.0
START = b"\x1b@\x1bt\x03"
CUT = b"\x1dVB\x10"
QR_DATA = b"https://totem.example/s/A042"
QR = (
    b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1"
    + b"\x1d(k"
    + bytes((len(QR_DATA) + 3, 0))
    + b"1P0"
    + QR_DATA
    + b"\x1d(k\x03\x001Q0"
)
TICKET = (
    START
    + "\x1ba\x01Clínica São João\nSENHA\n\x1b!\x38A042\n\x1b!\x00".encode("cp860")
    + QR
    + b"\n\x1ba\x00"
    + b"Total".ljust(40)
    + b"R$ 12,90\n"
)


def process_id(name: bytes) -> bytes:
    return b"\x1d(H\x06\x0000" + name


def proof(name: bytes) -> bytes:
    return b"\x37\x22" + name + b"\0"


def printed(data: bytes, columns: int = 48, dots: int = 576) -> Machine:
    machine = Machine(columns, dots)
    for command in Tokeniser().feed(data):
        machine.perform(command)
    return machine


@asynccontextmanager
async def connected(
    emulator: EscposEmulator,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", await emulator.start_tcp())
    try:
        yield reader, writer
    finally:
        writer.close()
        await emulator.stop()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not true():  # noqa: ASYNC110 - the emulator has nothing to wait on, as a printer.
            await asyncio.sleep(0.002)


async def heard(reader: asyncio.StreamReader, size: int) -> bytes:
    async with asyncio.timeout(DEADLINE_S):
        return await reader.readexactly(size)


async def silent(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(0.08):
            return not await reader.read(1)
    except TimeoutError:
        return True
