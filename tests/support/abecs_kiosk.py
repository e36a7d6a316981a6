"""A kiosk for the pinpad emulator, written out by hand: it shares no code with the driver."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from edge_agent.devices.emulators.abecs import (
    AbecsEmulator,
    Approval,
    Behaviour,
    Fault,
    Outcome,
    Timing,
)
from edge_agent.devices.emulators.abecs.framing import Receiver, frame

FAST = Timing(quiet_s=0.03, byte_s=0.05)
ACK, NAK, CAN, EOT = b"\x06", b"\x15", b"\x18", b"\x04"


def tlv(number: int, value: bytes) -> bytes:
    return number.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value


def command(name: str, *parameters: bytes) -> bytes:
    body = b"".join(parameters)
    return name.encode() + (f"{len(body):03d}".encode() + body if body else b"")


def gcx(amount_minor: int = 1290, kind: str = "01", mask: bytes = b"0604") -> bytes:
    return command(
        "GCX",
        tlv(0x0013, f"{amount_minor:012d}".encode()),
        tlv(0x0015, b"261123"),
        tlv(0x0016, b"143507"),
        tlv(0x0011, kind.encode()),
        tlv(0x0023, mask),
        tlv(0x000C, b"\x3c"),
    )


def gox(*more: bytes) -> bytes:
    return command("GOX", tlv(0x0010, b"01"), tlv(0x0002, b"1"), tlv(0x0009, b"00"), *more)


def fcx(option: bytes = b"2000") -> bytes:
    return command("FCX", tlv(0x0019, option))


def values_of(answer: bytes) -> dict[int, bytes]:
    values, rest = {}, answer[6:]
    while rest:
        size, block, rest = int(rest[:3]), rest[3:], b""
        block, rest = block[:size], block[size:]
        while block:
            length = int.from_bytes(block[2:4], "big")
            values[int.from_bytes(block[:2], "big")] = block[4 : 4 + length]
            block = block[4 + length :]
    return values


class Kiosk:
    """The other end of the line: reads what comes, one frame or byte at a time."""

    def __init__(self, reader: asyncio.StreamReader, write: Callable[[bytes], object]) -> None:
        self.write = write
        self.notices: list[str] = []
        self._reader = reader

    async def byte(self) -> bytes:
        async with asyncio.timeout(10):
            return await self._reader.readexactly(1)

    async def quiet(self, seconds: float) -> bytes:
        """What arrives within ``seconds``."""
        try:
            async with asyncio.timeout(seconds):
                return await self._reader.read(4096)
        except TimeoutError:
            return b""

    async def heard(self) -> bytes:
        """The data of the next frame that is no notification."""
        while True:
            data = await self._one_frame()
            if not data.startswith(b"NTM"):
                return data
            self.notices.append(data[9:].decode("latin-1"))

    async def _one_frame(self) -> bytes:
        receiver, byte = Receiver(), b""
        while True:
            byte = await self.byte()
            found = receiver.feed(byte[0])
            assert found is None or isinstance(found, bytes), found
            if found is not None:
                return found

    async def ask(self, data: bytes) -> bytes:
        self.write(frame(data))
        assert await self.byte() == ACK
        return await self.heard()


Scene = Callable[[AbecsEmulator, Kiosk], Awaitable[None]]


def play(
    scene: Scene,
    *script: Outcome,
    behaviour: Behaviour | None = None,
    folder: Path | None = None,
    faults: Iterable[Fault] = (),
    timing: Timing = FAST,
) -> list[Approval]:
    """One kiosk on TCP and one emulator whose customer follows ``script``."""
    is_over = {"timeout", "timeout_at_pin"} & {*script}
    who = behaviour or Behaviour(script=script, delay_s=0, second_s=0.01 if is_over else 1)

    async def run() -> list[Approval]:
        emulator = AbecsEmulator(who, folder, faults=frozenset(faults), timing=timing)
        reader, writer = await asyncio.open_connection("127.0.0.1", await emulator.start_tcp())
        try:
            await scene(emulator, Kiosk(reader, writer.write))
        finally:
            writer.close()
            await writer.wait_closed()
            await emulator.stop()
        return emulator.approvals()

    return asyncio.run(run())
