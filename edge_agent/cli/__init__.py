"""The technician's tool, one file per command group. Commands are imported when they are called:
``--help`` must not load the agent.
"""

from importlib import import_module
from importlib.metadata import version

import rich_click as click

_COMMANDS = {
    "run": "run",
    "enrol": "enrol",
    "demo": "demo",
    "devices": "devices",
    "printer": "printer",
    "reader": "reader",
    "scanner": "scanner",
    "emulate": "emulate",
    "journal": "journal",
    "screens": "screens",
}


class _Lazy(click.RichGroup):
    """Finds a command's module by name on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module = import_module(f"edge_agent.cli.{_COMMANDS[name]}")
        command: click.Command = module.command
        return command


@click.group(cls=_Lazy)
@click.version_option(version("totem"), prog_name="totem")
def main() -> None:
    """Totem: the self-service kiosk that never loses a sale."""
