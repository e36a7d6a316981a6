"""The emulated scanner as whoever listens hears it, byte for byte."""

import asyncio
import os

import pytest

from edge_agent.devices.emulators.scanner import FAULTS, ScannerEmulator


def heard(code: str, *faults: str, over_pty: bool = False) -> bytes:
    """What comes over the line for one scan."""

    async def run() -> bytes:
        scanner = ScannerEmulator(faults)
        if over_pty:
            line = os.open(scanner.start_pty(), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            await scanner.scan(code)
            await asyncio.sleep(0.02)
            data = os.read(line, 8192)
            os.close(line)
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", await scanner.start_tcp())
            await asyncio.sleep(0.02)
            await scanner.scan(code)
            data = await _all(reader)
            writer.close()
        await scanner.stop()
        return data

    return asyncio.run(run())


async def _all(reader: asyncio.StreamReader) -> bytes:
    data = b""
    while True:
        try:
            part = await asyncio.wait_for(reader.read(8192), 0.05)
        except TimeoutError:
            return data
        if not part:
            return data
        data += part


@pytest.mark.parametrize("over_pty", [False, True])
def test_a_code_is_one_line(over_pty: bool) -> None:
    assert heard("TOTEM1:AÇÃO", over_pty=over_pty) == "TOTEM1:AÇÃO\r\n".encode()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("split_bytes", b"CA042\r\n"),
        ("no_suffix", b"CA042"),
        ("lf_only", b"CA042\n"),
        ("garbage", b"\x00\xff\x1b[ACA042\r\n"),
        ("double_read", b"CA042\r\nCA042\r\n"),
        ("unplug", b""),
        ("latin1", b"CA042\r\n"),
    ],
)
def test_each_fault_does_what_its_name_says(fault: str, expected: bytes) -> None:
    assert heard("CA042", fault) == expected


def test_a_long_code_is_longer_than_any_of_ours() -> None:
    assert len(heard("CA042", "long_code")) > 2000


def test_a_fault_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match=FAULTS[0]):
        ScannerEmulator({"no such fault"})
