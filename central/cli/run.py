"""``totem-central run``: PostgreSQL if none is named, the app, a clean end on Ctrl-C or SIGTERM.

Stdout carries ``LOGIN admin PASSWORD`` on the very first start, and ``READY http://host:port`` once
requests are served.
"""

import signal
import socket
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import rich_click as click

from central.cli.ledger import address, places, settings_of

if TYPE_CHECKING:
    from central.settings import Settings

BACKLOG = 1024
STOP_S = 3


@click.command()
@places
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.  [default: 8700]")
def run(
    database_url: str | None, data_dir: Path | None, host: str | None, port: int | None
) -> None:
    """Serve totems and the dashboard."""
    settings = settings_of(database_url=database_url, data_dir=data_dir, host=host, port=port)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end)
    try:
        with _listening(settings) as listener, address(settings, join=False) as url:
            _serve(settings, url, listener)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


def _end(_: int, __: FrameType | None) -> None:
    """SIGTERM and SIGHUP unwind like Ctrl-C, so that PostgreSQL is stopped on every way out."""
    raise KeyboardInterrupt


def _listening(settings: "Settings") -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        raise click.ClickException(f"cannot listen on {place}: {error.strerror}") from error


def _serve(settings: "Settings", url: str, listener: socket.socket) -> None:
    import uvicorn
    from msgspec import structs

    from central import logs
    from central.app import create_app

    logs.configure(settings.log_level, settings.data_dir)
    app = create_app(structs.replace(settings, database_url=url))
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = f"http://{host}:{listener.getsockname()[1]}"

    class Server(uvicorn.Server):
        """Says when it serves, and lets long polls go before it waits for open requests."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                _announce(app.state.admin_password, base)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.watch.close()
            await super().shutdown(sockets)

    config: Any = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=STOP_S,
    )
    server = Server(config)
    server.run(sockets=[listener])
    if not server.started:
        raise click.ClickException("central did not start: the log says why")


def _announce(password: str | None, base: str) -> None:
    if password:
        click.echo(f"LOGIN admin {password}")
    click.echo(f"READY {base}")
