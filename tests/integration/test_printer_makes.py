"""Every make of printer that is known prints on an emulated one of its dialect, which shares
nothing with the driver: no byte is misunderstood, every code can be read back, the proof is the
make's own.
"""

import asyncio
import subprocess
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from edge_agent.clock import SystemClock
from edge_agent.devices.drivers.escpos import DRIVER, EscposPrinter
from edge_agent.devices.emulators.escpos import EscposEmulator
from edge_agent.devices.ports import PrinterProfile
from edge_agent.devices.wire import TcpWire
from edge_agent.services.bench import CODE_TEXT, EAN, test_paper as paper_for

PROOFS = {"process_id": "printed", "sentinel": "likely", "status": "likely"}
CODE, CHECK_DIGIT = "TOTEM-1234", "7"
PROFILES = {profile.id: profile for profile in DRIVER.profiles}


@contextmanager
def running(emulator: EscposEmulator) -> Iterator[int]:
    """The port it listens on."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(10)

    try:
        yield run(emulator.start_tcp())
    finally:
        run(emulator.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def emulated(profile: PrinterProfile) -> EscposEmulator:
    return EscposEmulator(
        columns=profile.columns, dots=profile.dots, lines_per_s=0, dialect=profile.dialect
    )


@pytest.mark.parametrize("name", PROFILES)
def test_a_test_paper_is_clean_on_every_make(name: str, tmp_path: Path) -> None:
    profile = PROFILES[name]
    emulator = emulated(profile)
    with running(emulator) as port:
        wire = TcpWire("127.0.0.1", port)
        printer = DRIVER.build({"profile": name}, wire, SystemClock())
        assert isinstance(printer, EscposPrinter)
        printer.open()
        proof = printer.describe()["proof"]
        result = printer.print(paper_for(printer.describe()), "TST!")
        wire.close()
    assert emulator.errors == []
    assert result.outcome == ("printed" if profile.presenter else PROOFS[proof])
    (paper,) = emulator.papers()
    assert paper.complete
    assert "áàâã éê í óôõ úü ç ñ" in paper.text
    assert _read_back(emulator.render(paper.number), tmp_path) >= {
        f"QR-Code:{CODE_TEXT}",
        f"CODE-128:{CODE}",
        f"EAN-13:{EAN}{CHECK_DIGIT}",
    }


def _read_back(picture: bytes, folder: Path) -> set[str]:
    """What a scanner reads on the paper."""
    path = folder / "paper.png"
    path.write_bytes(picture)
    done = subprocess.run(["zbarimg", "--quiet", path], capture_output=True, text=True, check=False)
    return {*done.stdout.splitlines()}
