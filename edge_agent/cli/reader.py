"""``totem reader``: look at the card reader, test it, bring it to idle."""

from pathlib import Path

import rich_click as click

from edge_agent.cli.device_line import DATA_DIR, JSON, act, ask_agent, settings_of, tell

MENU_S = 330.0


@click.group(name="reader")
def command() -> None:
    """The card reader of this totem."""


@command.command("status")
@DATA_DIR
@JSON
def status(data_dir: Path, as_json: bool) -> None:
    """Whether the reader answers, and how fast."""
    act(data_dir, "reader", "status", as_json=as_json)


@command.command("test")
@DATA_DIR
@JSON
def test(data_dir: Path, as_json: bool) -> None:
    """Put a question on the reader's display, where it can, and wait for somebody's key."""
    act(data_dir, "reader", "test", as_json=as_json)


@command.command("doctor")
@DATA_DIR
@JSON
def doctor(data_dir: Path, as_json: bool) -> None:
    """Who the reader is, what its driver promises, and three answers in a row."""
    act(data_dir, "reader", "doctor", as_json=as_json)


@command.command("recover")
@DATA_DIR
@JSON
def recover(data_dir: Path, as_json: bool) -> None:
    """Bring the reader to idle; starts nothing."""
    act(data_dir, "reader", "recover", as_json=as_json)


@command.command("admin")
@DATA_DIR
@JSON
def admin(data_dir: Path, as_json: bool) -> None:
    """Open the TEF manager's own menu and wait until it is closed; what it prints is shown here.

    A sale cancelled there is not cancelled in this totem's books: use the attendant's corner.
    """
    act(data_dir, "reader", "admin", as_json=as_json, wait_s=MENU_S)


@command.command("list")
@JSON
def list_drivers(as_json: bool) -> None:
    """Card reader drivers that are installed, for ``driver`` in agent.toml."""
    from edge_agent.devices.registry import list_drivers as found

    rows = [it for it in found() if it.kind in ("card_reader", "")]
    if as_json:
        from msgspec import json

        click.echo(json.encode([it._asdict() for it in rows]))
        return
    for it in rows:
        click.echo(f"{it.name:<16} {it.fault}")


@command.command("review")
@DATA_DIR
@JSON
@click.argument("payment")
@click.option("--by", required=True, help="Who answers for it.")
def review(data_dir: Path, payment: str, by: str, as_json: bool) -> None:
    """Take PAYMENT, in doubt, out of the totem's hands: the acquirer's statement will tell."""
    body = {"payment": payment, "by": by}
    findings = ask_agent(settings_of(data_dir), "POST", "/v1/devices/reader/review", body)
    if findings is None:
        raise click.ClickException("The agent does not run here: start it with totem run.")
    tell(findings, as_json=as_json)
