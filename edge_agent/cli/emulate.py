"""``totem emulate``: the far end of a device, for training, demos and field tests."""

import asyncio
from pathlib import Path
from typing import Any, Protocol

import rich_click as click


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

    asyncio.run(_serve(EscposEmulator(folder=folder, faults=_known(faults)), pty, tcp or 0))


@command.command()
@click.option("--tcp", type=int, help="Listen on this port (0 takes a free one).")
@click.option("--pty", is_flag=True, help="Open a pseudo-terminal instead.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the list of approvals here.")
@click.option("--fault", "faults", multiple=True, help="A fault by name; may be repeated.")
def abecs(tcp: int | None, pty: bool, folder: Path | None, faults: tuple[str, ...]) -> None:
    """A pinpad (ABECS 2.12) that a person operates on a page."""
    from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour

    behaviour = Behaviour(mode="manual")
    asyncio.run(_serve(AbecsEmulator(behaviour, folder, faults=_known(faults)), pty, tcp or 0))


class _Emulator(Protocol):
    async def start_tcp(self, port: int = 0) -> int: ...

    def start_pty(self) -> str: ...

    async def start_http(self, port: int = 0) -> int: ...

    async def stop(self) -> None: ...


async def _serve(emulator: _Emulator, pty: bool, tcp: int) -> None:
    """Say the two addresses, then run until interrupted."""
    try:
        if pty:
            click.echo(f"device serial:{emulator.start_pty()}")
        else:
            click.echo(f"device tcp:127.0.0.1:{await emulator.start_tcp(tcp)}")
        click.echo(f"page   http://127.0.0.1:{await emulator.start_http()}/")
        await asyncio.Event().wait()
    finally:
        await emulator.stop()


def _known(faults: tuple[str, ...]) -> Any:
    """The names as the emulator wants them; it checks them itself and names the known ones."""
    return frozenset(faults)
