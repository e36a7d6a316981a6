"""``totem devices``: what is connected, how it is, and what went over its wires."""

from pathlib import Path

import rich_click as click

from edge_agent.cli.device_line import DATA_DIR, JSON, ask_agent, settings_of


@click.group(name="devices", invoke_without_command=True)
@click.option("--data-dir", type=click.Path(path_type=Path), help="This totem's data.")
@JSON
@click.pass_context
def command(ctx: click.Context, data_dir: Path | None, as_json: bool) -> None:
    """Devices of this totem, with driver, health and what to do."""
    if ctx.invoked_subcommand is not None:
        return
    if data_dir is None:
        raise click.UsageError("Missing option '--data-dir'.")
    rows = ask_agent(settings_of(data_dir), "GET", "/v1/devices/")
    if rows is None:
        raise click.ClickException("The agent does not run here: start it with totem run.")
    if as_json:
        from msgspec import json

        click.echo(json.encode(rows))
        return
    for row in rows:
        facts = " ".join(value for value in row["facts"].values() if value)
        paper = f" paper {row['paper']}" if row["paper"] not in ("", "ok") else ""
        click.echo(f"{row['name']:<8} {row['state']:<8}{paper} {row['driver']:<14} {facts}")
        click.echo(f"         {row['address']}")
        if row["reason"]:
            click.echo(f"         ! {row['reason']}")
        if row["hint"]:
            click.echo(f"         {row['hint']}")


@command.command("drivers")
@JSON
def drivers(as_json: bool) -> None:
    """Every driver that is installed, broken ones too."""
    from edge_agent.devices.registry import list_drivers

    found = list_drivers()
    if as_json:
        from msgspec import json

        click.echo(json.encode([it._asdict() for it in found]))
        return
    for it in found:
        click.echo(f"{it.name:<16} {it.kind:<12} {it.fault}")


@command.command("capture")
@DATA_DIR
@click.option("--seconds", default=60.0, show_default=True, help="How far back.")
def capture(data_dir: Path, seconds: float) -> None:
    """What went over the wires lately, in hex, card numbers masked: for support."""
    lines = ask_agent(settings_of(data_dir), "GET", f"/v1/devices/capture?seconds={seconds}")
    if lines is None:
        raise click.ClickException("The agent does not run here: start it with totem run.")
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo(f"Nothing went over the wires in the last {seconds:.0f} s.", err=True)
