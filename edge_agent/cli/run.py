"""``totem run``: the agent of this machine."""

from pathlib import Path

import rich_click as click


@click.command(name="run")
@click.option(
    "--data-dir", required=True, type=click.Path(path_type=Path), help="This totem's data."
)
def command(data_dir: Path) -> None:
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
        serve(settings, lambda address: click.echo(f"READY {address}"))
    except (NotEnrolledError, IdentityError) as error:
        raise click.ClickException(str(error)) from error
