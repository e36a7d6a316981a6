"""How a command reaches the ledger: a URL, the PostgreSQL that runs, or one started for it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

if TYPE_CHECKING:
    from central.ledger.database import Database
    from central.settings import Settings

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


def where(command: Callable[..., None]) -> Callable[..., None]:
    """The two options that every command takes; they come in as ``settings``."""

    @wraps(command)
    def wrapped(database_url: str | None, data_dir: Path | None, **options: object) -> None:
        settings = settings_of(database_url=database_url, data_dir=data_dir)
        command(settings=settings, **options)

    return places(wrapped)


def places(command: F) -> F:
    """The two options themselves."""
    for option in (
        click.option(
            "--data-dir",
            type=click.Path(path_type=Path, file_okay=False),
            help="Folder of keys, logs and the embedded PostgreSQL.",
        ),
        click.option("--database-url", help="A PostgreSQL to use instead of the embedded one."),
    ):
        command = option(command)
    return command


def settings_of(**options: object) -> "Settings":
    """Settings, or one sentence about what is wrong with them."""
    from central.settings import SettingsError, load

    try:
        return load(options)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def address(settings: "Settings", *, join: bool = True) -> Iterator[str]:
    """The URL of the ledger. An embedded cluster that is down is started, and stopped at the end.

    With ``join`` false a cluster that runs already is somebody else's: an error.
    """
    from central.ledger.binaries import BinariesError
    from central.ledger.cluster import Cluster, ClusterError, running_url

    if settings.database_url:
        yield settings.database_url
        return
    running = running_url(settings.data_dir) if join else None
    if running:
        yield running
        return
    try:
        cluster = Cluster(settings.data_dir)
        if cluster.notice:
            click.echo(cluster.notice, err=True)
        url = cluster.start()
    except (ClusterError, BinariesError) as error:
        raise click.ClickException(str(error)) from error
    try:
        yield url
    finally:
        cluster.stop()


def on_ledger(settings: "Settings", deed: "Callable[[Database], Awaitable[T]]") -> T:
    """Run ``deed`` on the migrated ledger; errors for people come out as one sentence."""
    from central.domain.errors import LedgerUnavailableError, OperatorError

    with address(settings) as url:
        try:
            return asyncio.run(_run(url, deed))
        except (OperatorError, LedgerUnavailableError) as error:
            raise click.ClickException(str(error)) from error


async def _run(url: str, deed: "Callable[[Database], Awaitable[T]]") -> T:
    from central.ledger.database import Database
    from central.ledger.migrate import migrate

    await migrate(url)
    database = await Database.open(url, 2)
    try:
        return await deed(database)
    finally:
        await database.close()
