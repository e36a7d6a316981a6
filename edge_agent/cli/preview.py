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


def profile_named(name: str) -> PrinterProfile:
    """The make of this name. Raises PreviewError."""
    known = {profile.id: profile for profile in list_profiles()}
    if name not in known:
        raise PreviewError(f"no profile {name!r}; known: {', '.join(known)}")
    return known[name]


def draw(paper: Paper, profile: PrinterProfile, logo: str = "") -> bytes:
    """PNG, with the picture file ``logo`` at its head. Raises PreviewError."""
    return asyncio.run(_draw(paper, profile, logo))


async def _draw(paper: Paper, profile: PrinterProfile, logo: str) -> bytes:
    emulator = EscposEmulator(
        columns=profile.columns, dots=profile.dots, lines_per_s=0, dialect=profile.dialect
    )
    try:
        port = await emulator.start_tcp()
        address = f"tcp:127.0.0.1:{port}"
        options = {"profile": profile.id} | ({"logo": logo} if logo else {})
        await asyncio.to_thread(_print, paper, DeviceSettings(DRIVER, address, options))
        if emulator.errors:
            raise PreviewError("; ".join(emulator.errors))
        return emulator.render(emulator.papers()[-1].number)
    finally:
        await emulator.stop()


def _print(paper: Paper, wanted: DeviceSettings) -> None:
    printer = printer_for(wanted, SystemClock())
    printer.open()
    try:
        result = printer.print(paper, PROCESS_ID)
    finally:
        printer.close()
    if result.outcome not in ("printed", "likely"):
        raise PreviewError(f"the emulated printer did not print: {result.outcome} {result.cause}")
