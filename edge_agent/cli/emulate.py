"""``totem emulate``: the far end of a device, for training, demos and field tests."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

F = TypeVar("F", bound=Callable[..., object])
LINE = (
    click.option("--tcp", type=int, help="Listen on this port (0 takes a free one)."),
    click.option("--pty", is_flag=True, help="Open a pseudo-terminal instead."),
)
FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path), help="Keep papers and ledgers here."
)
FAULT = click.option(
    "--fault", "faults", multiple=True, help="A fault by name; may be repeated. help: all names."
)
AUTO = click.option(
    "--auto", is_flag=True, help="Customers act by themselves, nobody presses keys."
)


@click.group(name="emulate")
def command() -> None:
    """Emulated devices, byte for byte on TCP or a pseudo-terminal."""


def _with(*options: Callable[[F], F]) -> Callable[[F], F]:
    def add(deed: F) -> F:
        for option in reversed(options):
            deed = option(deed)
        return deed

    return add


@command.command()
@_with(*LINE, FOLDER, FAULT)
@click.option(
    "--dialect",
    type=click.Choice(["escpos", "bematech", "daruma", "custom"]),
    default="escpos",
    help="The language it speaks; custom has a presenter.",
)
def printer(
    tcp: int | None, pty: bool, folder: Path | None, faults: tuple[str, ...], dialect: str
) -> None:
    """A receipt printer that shows its paper on a page."""
    from edge_agent.devices.emulators.escpos import FAULTS, EscposEmulator

    known = _known(faults, FAULTS)
    _run(lambda: EscposEmulator(folder, faults=known, dialect=dialect), _line(pty, tcp))


@command.command()
@_with(*LINE, FOLDER, FAULT, AUTO)
def abecs(
    tcp: int | None, pty: bool, folder: Path | None, faults: tuple[str, ...], auto: bool
) -> None:
    """A pinpad (ABECS 2.12) that a person operates on a page."""
    from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour
    from edge_agent.devices.emulators.abecs.link import FAULTS

    known = _known(faults, FAULTS)
    behaviour = Behaviour(mode="auto" if auto else "manual")
    _run(lambda: AbecsEmulator(behaviour, folder, faults=known), _line(pty, tcp))


@command.command()
@_with(*LINE, FOLDER, FAULT, AUTO)
def zvt(
    tcp: int | None, pty: bool, folder: Path | None, faults: tuple[str, ...], auto: bool
) -> None:
    """A ZVT payment terminal, serial or TCP."""
    from edge_agent.devices.emulators.zvt import FAULTS, Behaviour, ZvtEmulator

    known = _known(faults, FAULTS)
    behaviour = Behaviour(mode="auto" if auto else "manual")
    _run(lambda: ZvtEmulator(behaviour, folder, faults=known), _line(pty, tcp))


@command.command()
@click.option(
    "--folder", required=True, type=click.Path(path_type=Path), help="Where Req and Resp are."
)
@_with(FAULT, AUTO)
@click.option("--profile", type=click.Choice(["paygo", "sitef", "classic"]), default="paygo")
def tef(folder: Path, faults: tuple[str, ...], auto: bool, profile: str) -> None:
    """A TEF manager that exchanges INTPOS files in a folder."""
    from edge_agent.devices.emulators.tef import FAULTS, Behaviour, TefEmulator

    known = _known(faults, FAULTS)
    behaviour = Behaviour(mode="auto" if auto else "manual")

    address = f"folder:{folder.resolve()}"

    async def start(emulator: Any) -> str:
        await emulator.start()
        return address

    _run(lambda: TefEmulator(behaviour, folder, known, profile=profile), start)


@command.command()
@click.option("--kiosk", required=True, help="HOST:PORT where the kiosk listens.")
@_with(FOLDER, FAULT, AUTO)
def cielo(kiosk: str, folder: Path | None, faults: tuple[str, ...], auto: bool) -> None:
    """A Cielo POS that calls the kiosk."""
    from edge_agent.devices.emulators.cielo import FAULTS, Behaviour, CieloEmulator

    host, _, port = kiosk.rpartition(":")
    if not host or not port.isdigit():
        raise click.BadParameter("must be HOST:PORT", param_hint="--kiosk")
    known = _known(faults, FAULTS)
    behaviour = Behaviour(mode="auto" if auto else "manual")

    async def start(emulator: Any) -> str:
        emulator.set_faults(known)
        await emulator.start()
        return f"listen:{kiosk} pos_ids={emulator.pos_id}"

    _run(lambda: CieloEmulator(behaviour, (host, int(port)), folder), start)


@command.command()
@_with(*LINE, FAULT)
def scanner(tcp: int | None, pty: bool, faults: tuple[str, ...]) -> None:
    """A barcode and QR scanner; type the codes on its page."""
    from edge_agent.devices.emulators.scanner import FAULTS, ScannerEmulator

    known = _known(faults, FAULTS)
    _run(lambda: ScannerEmulator(known), _line(pty, tcp))


@command.command()
@click.option("--tcp", type=int, help="Listen on this port (0 takes a free one).")
@_with(FOLDER, FAULT)
@click.option("--decline", is_flag=True, help="Refuse every stored payment.")
def acquirer(tcp: int | None, folder: Path | None, faults: tuple[str, ...], decline: bool) -> None:
    """An acquirer's gateway for stored card payments."""
    from edge_agent.devices.emulators.acquirer import FAULTS, AcquirerEmulator

    known = _known(faults, FAULTS)
    reason = "51" if decline else ""

    async def start(emulator: Any) -> str:
        return f"http://127.0.0.1:{await emulator.start_tcp(tcp or 0)}"

    _run(lambda: AcquirerEmulator(folder, lambda key, minor: reason, known), start)


@command.command()
@click.option("--port", type=int, help="Listen on this port (0 takes a free one).")
@_with(FOLDER, FAULT, AUTO)
@click.option("--outcome", "script", multiple=True, help="What the next customer does, in order.")
def charges(
    port: int | None, folder: Path | None, faults: tuple[str, ...], auto: bool, script: Any
) -> None:
    """Central's charge port for PIX, and a bank app to pay with."""
    from edge_agent.devices.emulators.charges import FAULTS, OUTCOMES, Behaviour, ChargesEmulator

    known = _known(faults, FAULTS)
    behaviour = Behaviour("auto" if auto else "manual", tuple(_known_in_order(script, OUTCOMES)))

    async def start(emulator: Any) -> str:
        return f"http://127.0.0.1:{await emulator.start_tcp(port or 0)}"

    _run(lambda: ChargesEmulator(behaviour, folder, known), start)


def _line(pty: bool, tcp: int | None) -> Callable[[Any], Awaitable[str]]:
    async def start(emulator: Any) -> str:
        if pty:
            return f"serial:{emulator.start_pty()}"
        return f"tcp:127.0.0.1:{await emulator.start_tcp(tcp or 0)}"

    return start


def _run(build: Callable[[], Any], start: Callable[[Any], Awaitable[str]]) -> None:
    """Say the two addresses, then run until interrupted."""

    async def serve() -> None:
        emulator = build()
        try:
            click.echo(f"device {await start(emulator)}")
            if hasattr(emulator, "start_http"):
                click.echo(f"page   http://127.0.0.1:{await emulator.start_http()}/")
            await asyncio.Event().wait()
        finally:
            await emulator.stop()

    asyncio.run(serve())


def _known_in_order(names: tuple[str, ...], known: Iterable[str]) -> Any:
    _known(names, known)
    return names


def _known(faults: tuple[str, ...], known: Iterable[str]) -> Any:
    """The faults as a set. ``help`` lists them; an unknown one is an error that does too."""
    names = tuple(known)
    if "help" in faults:
        click.echo("\n".join(names))
        sys.exit(0)
    kinds = {name.partition("=")[0] for name in names}
    unknown = [it for it in faults if it.partition("=")[0] not in kinds]
    if unknown:
        wrong = ", ".join(unknown)
        raise click.BadParameter(f"unknown: {wrong}; known: {', '.join(names)}")
    return frozenset(faults)
