"""``totem run``: the agent of this machine."""

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

if TYPE_CHECKING:
    from edge_agent.settings import Settings


@click.command(name="run")
@click.option(
    "--data-dir", required=True, type=click.Path(path_type=Path), help="This totem's data."
)
@click.option("--training", is_flag=True, help="Practise: emulated devices, nothing counts.")
def command(data_dir: Path, training: bool) -> None:
    """Serve the touchscreen, drive the devices, sync with headquarters."""
    from edge_agent.settings import SettingsError, load_settings
    from edge_agent.sync.enrol import NotEnrolledError
    from edge_agent.sync.errors import IdentityError
    from edge_agent.web import serve

    try:
        settings = load_settings(data_dir)
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    try:
        if training:
            _train(settings)
        else:
            serve(settings, _ready)
    except (NotEnrolledError, IdentityError) as error:
        raise click.ClickException(str(error)) from error


def _train(settings: "Settings") -> None:
    from edge_agent.cli.training import TrainingError, emulated, prepare
    from edge_agent.web import serve

    try:
        wanted = prepare(settings)
    except TrainingError as error:
        raise click.ClickException(str(error)) from error
    with emulated(wanted, click.echo) as beside:
        serve(beside, _ready)


def _ready(address: str) -> None:
    click.echo(f"READY {address}")
