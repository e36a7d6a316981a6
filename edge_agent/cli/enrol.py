"""``totem enrol``: give this machine its identity, once, with the code headquarters made."""

from pathlib import Path

import rich_click as click


@click.command(name="enrol")
@click.option(
    "--data-dir", required=True, type=click.Path(path_type=Path), help="This totem's data."
)
@click.option("--code", required=True, help="The one-time code from headquarters.")
def command(data_dir: Path, code: str) -> None:
    """Enrol at the central named in agent.toml. Repeating it with the same code is harmless."""
    from edge_agent.settings import SettingsError, load_settings
    from edge_agent.sync.enrol import enrol
    from edge_agent.sync.errors import CentralRefusedError, CentralUnreachableError, IdentityError

    try:
        record = enrol(load_settings(data_dir), code.replace("-", "").upper())
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    except CentralUnreachableError as error:
        raise click.ClickException(
            f"Central does not answer: {error}. Check central_url in {data_dir / 'agent.toml'}."
        ) from error
    except CentralRefusedError as error:
        raise click.ClickException(
            f"Central refused the code: {error}. Ask for a new one."
        ) from error
    except IdentityError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{record.totem} {record.name} enrolled at {record.site_name}, series {record.grant.series}"
    )
