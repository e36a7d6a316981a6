"""A paper as an image, without a printer: the real driver prints it on the emulated one."""

import asyncio

from edge_agent.clock import SystemClock
from edge_agent.devices.emulators.escpos import EscposEmulator
from edge_agent.devices.ports import Paper, PrinterProfile
from edge_agent.devices.registry import list_profiles, printer_for
from edge_agent.settings import DeviceSettings

DRIVER = "escpos"
PROCESS_ID = "PRE!"


class PreviewError(Exception):
    """The paper could not be drawn; the message says why."""


def profile_to_draw(name: str) -> PrinterProfile:
    """The make of this name, or for one that speaks another language than the emulated printer the
    plain one of the same width. Raises PreviewError.
    """
    known = {profile.id: profile for profile in list_profiles()}
    wanted = known.get(name)
    if wanted is None:
        raise PreviewError(f"no profile {name!r}; known: {', '.join(known)}")
    if wanted.dialect == DRIVER and not wanted.presenter:
        return wanted
    width = (wanted.columns, wanted.dots)
    alike = (it for it in known.values() if it.dialect == DRIVER and not it.presenter)
    found = next((it for it in alike if (it.columns, it.dots) == width), None)
    if found is None:
        raise PreviewError(f"{name}: no make of this width can be drawn")
    return found


def draw(paper: Paper, profile: PrinterProfile) -> bytes:
    """PNG. Raises PreviewError."""
    return asyncio.run(_draw(paper, profile))


async def _draw(paper: Paper, profile: PrinterProfile) -> bytes:
    emulator = EscposEmulator(columns=profile.columns, dots=profile.dots, lines_per_s=0)
    try:
        port = await emulator.start_tcp()
        address = f"tcp:127.0.0.1:{port}"
        await asyncio.to_thread(_print, paper, profile, address)
        if emulator.errors:
            raise PreviewError("; ".join(emulator.errors))
        return emulator.render(emulator.papers()[-1].number)
    finally:
        await emulator.stop()


def _print(paper: Paper, profile: PrinterProfile, address: str) -> None:
    printer = printer_for(DeviceSettings(DRIVER, address, {"profile": profile.id}), SystemClock())
    printer.open()
    try:
        result = printer.print(paper, PROCESS_ID)
    finally:
        printer.close()
    if result.outcome not in ("printed", "likely"):
        raise PreviewError(f"the emulated printer did not print: {result.outcome} {result.cause}")
