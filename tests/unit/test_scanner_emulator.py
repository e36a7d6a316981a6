"""The emulated scanner as whoever listens hears it, byte for byte."""

import asyncio
import os
import select
from collections.abc import Callable

import pytest

from edge_agent.devices.emulators.scanner import FAULTS, ScannerEmulator

DEADLINE_S = 20.0


def heard(code: str, *faults: str) -> bytes:
    """What comes over TCP for one scan, up to the hanging up."""

    async def run() -> bytes:
        scanner = ScannerEmulator(faults)
        reader, writer = await asyncio.open_connection("127.0.0.1", await scanner.start_tcp())
        async with asyncio.timeout(DEADLINE_S):
            while not scanner.is_heard():  # noqa: ASYNC110 - a scanner tells nobody.
                await asyncio.sleep(0.002)
            await scanner.scan(code)
            await scanner.stop()
            data = await reader.read()
        writer.close()
        return data

    return asyncio.run(run())


def heard_over_pty(code: str) -> bytes:
    """What comes over a serial line for one scan, up to the end of its line."""

    async def run() -> bytes:
        scanner, data = ScannerEmulator(), b""
        line = os.open(scanner.start_pty(), os.O_RDWR | os.O_NOCTTY)
        await scanner.scan(code)
        while not data.endswith(b"\n"):
            assert select.select([line], [], [], DEADLINE_S)[0], "no end of the line"
            data += os.read(line, 8192)
        os.close(line)
        await scanner.stop()
        return data

    return asyncio.run(run())


@pytest.mark.parametrize("hear", [heard, heard_over_pty])
def test_a_code_is_one_line(hear: Callable[[str], bytes]) -> None:
    assert hear("TOTEM1:AÇÃO") == "TOTEM1:AÇÃO\r\n".encode()


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
