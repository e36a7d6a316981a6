"""``python -m edge_agent`` is ``totem``."""

from edge_agent.cli import main

main(prog_name="totem")
