"""``totem scanner``: test the code scanner."""

from pathlib import Path

import rich_click as click

from edge_agent.cli.device_line import DATA_DIR, JSON, act


@click.group(name="scanner")
def command() -> None:
    """The barcode and QR scanner of this totem."""


@command.command("test")
@DATA_DIR
@JSON
def test(data_dir: Path, as_json: bool) -> None:
    """Wait for one code and show it."""
    act(data_dir, "scanner", "test", as_json=as_json)
