"""A bare line to the pinpad emulator for its own tests: frames, TLVs and packets written anew, so
that no mistake can hide by being made twice."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour, Fault, Timing

ACK, NAK, EOT, CAN = b"\x06", b"\x15", b"\x04", b"\x18"
QUICK = Timing(quiet_s=0.02, byte_s=0.04)
PATIENCE_S = 5.0
AT_ONCE = Behaviour(delay_s=0, second_s=PATIENCE_S)
RSA_KEY = rsa.generate_private_key(65537, 2048)
MODULUS = RSA_KEY.public_key().public_numbers().n.to_bytes(256, "big")
EXPONENT = b"\x01\x00\x01"
SECURE_OPN = b"OPN523" + b"0256" + MODULUS.hex().upper().encode() + b"3010001"


def check_of(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = value << 1 ^ (0x1021 if value & 0x8000 else 0)
        value &= 0xFFFF
    return value


def framed(data: bytes) -> bytes:
    stuffed = b"".join(
        bytes([0x13, byte + 0x20]) if byte in b"\x13\x16\x17" else bytes([byte]) for byte in data
    )
    return b"\x16" + stuffed + b"\x17" + check_of(data + b"\x17").to_bytes(2, "big")


def frames_in(stream: bytes) -> list[bytes]:
    """The data of every frame of a sound stream; single signals are passed over."""
    found, at = [], 0
    while (at := stream.find(b"\x16", at)) >= 0:
        end = stream.index(b"\x17", at)
        stuffed, check = stream[at + 1 : end], stream[end + 1 : end + 3]
        data, escaped = bytearray(), False
        for byte in stuffed:
            if byte == 0x13 and not escaped:
                escaped = True
                continue
            data.append(byte - 0x20 if escaped else byte)
            escaped = False
        assert check == check_of(bytes(data) + b"\x17").to_bytes(2, "big")
        found.append(bytes(data))
        at = end + 3
    return found


def block(command: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return command.encode() + f"{len(body):03d}".encode() + body


def tlv(number: int, value: bytes) -> bytes:
    return number.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value


def values_in(answer: bytes) -> dict[int, bytes]:
    assert answer[3:6] == b"000", answer
    found, rest = {}, answer[6:]
    while rest:
        size = int(rest[:3])
        body, rest = rest[3 : 3 + size], rest[3 + size :]
        while body:
            end = 4 + int.from_bytes(body[2:4], "big")
            found[int.from_bytes(body[:2], "big")] = body[4:end]
            body = body[end:]
    return found


def gcx(options: bytes = b"00000", *more: bytes) -> bytes:
    when = tlv(0x0015, b"261123") + tlv(0x0016, b"143507")
    return block("GCX", tlv(0x0013, b"000000001290"), when, tlv(0x0017, options), *more)


GOX = block("GOX", tlv(0x0010, b"00"), tlv(0x0002, b"3"), tlv(0x0009, b"01"))


def packed_packet(key: bytes, clear: bytes) -> bytes:
    body = len(clear).to_bytes(2, "big") + check_of(clear).to_bytes(2, "big") + clear
    cipher = Cipher(AES(key), CBC(bytes(16))).encryptor()
    return b"\x12" + cipher.update(body + bytes(-len(body) % 16))


def opened_packet(key: bytes, packet: bytes) -> bytes:
    assert packet[:1] == b"\x12", packet
    body = Cipher(AES(key), CBC(bytes(16))).decryptor().update(packet[1:])
    clear = body[4 : 4 + int.from_bytes(body[:2], "big")]
    assert check_of(clear) == int.from_bytes(body[2:4], "big")
    return clear


def own_key(answer: bytes) -> bytes:
    """The channel's key from the answer to SECURE_OPN."""
    assert answer[:9] == b"OPN000515"
    assert answer[9:12] == b"256"
    return RSA_KEY.decrypt(bytes.fromhex(answer[12:].decode()), padding.PKCS1v15())


def opened(key: bytes, data: bytes, mode: str) -> bytes:
    """Triple DES taken off; mode 0 is ECB, 1 is CBC from zeros."""
    cbc_or_ecb = CBC(bytes(8)) if mode == "1" else ECB()
    return Cipher(TripleDES(key + key[:8]), cbc_or_ecb).decryptor().update(data)


class Line:
    """One connection. Notifications are collected as they came, sealed or not."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.notices: list[bytes] = []
        self._reader = reader
        self.write = writer.write
        self._writer = writer
        self._key = b""

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def byte(self) -> bytes:
        async with asyncio.timeout(PATIENCE_S):
            return await self._reader.readexactly(1)

    async def frame(self) -> bytes:
        """The next frame's data, whatever it is."""
        raw = await self.byte()
        assert raw == b"\x16", raw
        while raw[-1:] != b"\x17":
            raw += await self.byte()
        (data,) = frames_in(raw + await self.byte() + await self.byte())
        return data

    async def answer(self) -> bytes:
        """The next frame that is no notification."""
        while True:
            data = await self.frame()
            clear = opened_packet(self._key, data) if data[:1] == b"\x12" else data
            if clear[:3] != b"NTM":
                return data
            self.notices.append(data)

    async def ask(self, data: bytes) -> bytes:
        self.write(framed(data))
        assert await self.byte() == ACK
        return await self.answer()

    async def secure(self) -> bytes:
        self._key = own_key(await self.ask(SECURE_OPN))
        return self._key

    async def ask_sealed(self, data: bytes) -> bytes:
        return opened_packet(self._key, await self.ask(packed_packet(self._key, data)))

    async def cancel(self) -> None:
        self.write(CAN)
        assert await self.byte() == EOT

    async def silence(self, seconds: float = 0.05) -> None:
        try:
            async with asyncio.timeout(seconds):
                heard = await self._reader.readexactly(1)
        except TimeoutError:
            return
        raise AssertionError(heard)


Scene = Callable[[AbecsEmulator, Line], Awaitable[None]]


async def connected(emulator: AbecsEmulator) -> Line:
    return Line(*await asyncio.open_connection("127.0.0.1", await emulator.start_tcp()))


async def after_power_cut(emulator: AbecsEmulator, line: Line) -> Line:
    """A new line to the pinpad that was off."""
    emulator.power_cycle()
    await line.close()
    return await connected(emulator)


async def prompted(emulator: AbecsEmulator, *prompts: str) -> None:
    """Until the pinpad waits for somebody, for one of ``prompts`` when there are any."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            prompt = emulator._panel.prompt
            if prompt and (not prompts or prompt in prompts):
                return
            await asyncio.sleep(0.001)


def play(
    scene: Scene,
    behaviour: Behaviour = AT_ONCE,
    faults: Collection[Fault] = (),
    folder: Path | None = None,
) -> AbecsEmulator:
    """The emulator as the scene left it."""

    async def run() -> AbecsEmulator:
        emulator = AbecsEmulator(behaviour, folder, faults=faults, timing=QUICK)
        line = await connected(emulator)
        try:
            await scene(emulator, line)
        finally:
            await line.close()
            await emulator.stop()
        return emulator

    return asyncio.run(run())
