"""``totem printer``: look at the printer, test it, print a second copy."""

from pathlib import Path

import rich_click as click

from edge_agent.cli.device_line import DATA_DIR, JSON, act, ask_agent, settings_of, tell


@click.group(name="printer")
def command() -> None:
    """The receipt printer of this totem."""


@command.command("test")
@DATA_DIR
@JSON
def test(data_dir: Path, as_json: bool) -> None:
    """Print accents, a ruler, QR, barcodes and a bar; tell what proof came back."""
    act(data_dir, "printer", "test", as_json=as_json)


@command.command("doctor")
@DATA_DIR
@JSON
def doctor(data_dir: Path, as_json: bool) -> None:
    """Every status of the printer, raw and in words."""
    act(data_dir, "printer", "doctor", as_json=as_json)


@command.command("recover")
@DATA_DIR
@JSON
def recover(data_dir: Path, as_json: bool) -> None:
    """Throw away what an old job left in the printer's buffer."""
    act(data_dir, "printer", "recover", as_json=as_json)


@command.command("logo")
@DATA_DIR
@JSON
def logo(data_dir: Path, as_json: bool) -> None:
    """Keep the owner's picture, ``options.logo`` in agent.toml, in the printer's memory."""
    act(data_dir, "printer", "logo", as_json=as_json)


@command.command("list")
@JSON
def listing(as_json: bool) -> None:
    """Makes of printer that are known, for ``options.profile`` in agent.toml."""
    from edge_agent.devices.registry import list_profiles as known

    found = known()
    if as_json:
        from msgspec import json

        click.echo(json.encode(found))
        return
    for it in found:
        click.echo(f"{it.id:<20} {it.name:<28} {it.columns} columns, proof {it.proof}")


@command.command("status")
@DATA_DIR
@JSON
def status(data_dir: Path, as_json: bool) -> None:
    """How the printer is now."""
    act(data_dir, "printer", "doctor", as_json=as_json)


@command.command("reprint")
@DATA_DIR
@JSON
@click.argument("ticket")
def reprint(data_dir: Path, ticket: str, as_json: bool) -> None:
    """Print TICKET (its number or name) once more, marked 2ª via. The agent must be running."""
    findings = ask_agent(
        settings_of(data_dir), "POST", "/v1/devices/printer/reprint", {"ticket": ticket}
    )
    if findings is None:
        raise click.ClickException("The agent does not run here: start it with totem run.")
    tell(findings, as_json=as_json)


@command.command("preview")
@click.argument("document", type=click.Choice(["ticket", "slip", "receipt", "paid"]))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="PNG to write.")
@click.option("--profile", default="generic-80mm", show_default=True, help="A make: printer list.")
@click.option("--logo", type=click.Path(exists=True, dir_okay=False), help="A picture file.")
def preview(document: str, out: Path, profile: str, logo: str | None) -> None:
    """Draw DOCUMENT with made-up content as a picture; no printer is needed."""
    from edge_agent.cli.preview import PreviewError, draw, profile_named
    from edge_agent.services.specimens import SPECIMENS

    try:
        out.write_bytes(draw(SPECIMENS[document](), profile_named(profile), logo or ""))
    except PreviewError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{out}: {document} on {profile}", err=True)
