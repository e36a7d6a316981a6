"""``totem emulate``: the far end of a device, for training, demos and field tests."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import rich_click as click

Start = Callable[[], Awaitable[str]]


@click.group(name="emulate")
def command() -> None:
    """Emulated devices, byte for byte on TCP or a pseudo-terminal."""


@command.command()
@click.option("--tcp", type=int, help="Listen on this port (0 takes a free one).")
@click.option("--pty", is_flag=True, help="Open a pseudo-terminal instead.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep every paper here.")
@click.option("--fault", "faults", multiple=True, help="A fault by name; may be repeated.")
def printer(tcp: int | None, pty: bool, folder: Path | None, faults: tuple[str, ...]) -> None:
    """A receipt printer (ESC/POS) that shows its paper on a page."""
    from edge_agent.devices.emulators.escpos import EscposEmulator

    emulator = EscposEmulator(folder=folder, faults=frozenset(faults))
    _serve("printer", emulator.start_pty if pty else None, emulator.start_tcp, emulator, tcp or 0)


@command.command()
@click.option("--tcp", type=int, help="Listen on this port (0 takes a free one).")
@click.option("--pty", is_flag=True, help="Open a pseudo-terminal instead.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the list of approvals here.")
@click.option("--fault", "faults", multiple=True, help="A fault by name; may be repeated.")
def abecs(tcp: int | None, pty: bool, folder: Path | None, faults: tuple[str, ...]) -> None:
    """A pinpad (ABECS 2.12) that a person operates on a page."""
    from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour

    emulator = AbecsEmulator(Behaviour.manual(), folder=folder, faults=frozenset(faults))
    _serve("pinpad", emulator.start_pty if pty else None, emulator.start_tcp, emulator, tcp or 0)
