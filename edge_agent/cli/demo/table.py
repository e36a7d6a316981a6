"""The demo by hand: addresses first, then a live table until Ctrl-C."""

import asyncio
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.panel import Panel
from rich.table import Table

from edge_agent.cli.agent_client import AgentClient, AgentUnreachableError
from edge_agent.cli.demo.floor import Floor, Say, Totem
from edge_agent.cli.screens import build_screens

REFRESH_S = 1.0


async def show_until_interrupted(floor: Floor, say: Say) -> None:
    """Build the screens, open the floor, draw the table; whatever happens, close the floor."""
    await asyncio.to_thread(build_screens, say)
    console = Console()
    try:
        await floor.open()
        console.print(_addresses(floor))
        with Live(console=console, refresh_per_second=4) as live:
            while True:
                live.update(await _figures(floor))
                await asyncio.sleep(REFRESH_S)
    finally:
        say("stopping everything this demo started")
        await floor.close()


def _addresses(floor: Floor) -> Panel:
    rows = Table.grid(padding=(0, 2))
    for totem in floor.totems:
        rows.add_row(f"[bold]{totem.totem}[/] touchscreen", totem.address)
        rows.add_row("  its pinpad (insert a card here)", f"http://127.0.0.1:{totem.pinpad_page}/")
        rows.add_row("  its printer (see the paper)", f"http://127.0.0.1:{totem.printer_page}/")
    rows.add_row("[bold]Bank app[/] (pay a PIX here)", f"http://127.0.0.1:{floor.charges_page}/")
    rows.add_row("[bold]Headquarters[/]", f"http://127.0.0.1:{floor.central_port}/")
    rows.add_row("  login", f"{floor.login[0]}  {floor.login[1]}")
    return Panel(rows, title="Totem demo · Ctrl-C stops everything", border_style="green")


async def _figures(floor: Floor) -> Table:
    table = Table(title="journal → outbox → ledger", expand=True)
    for heading in ("totem", "sales", "printed", "outbox", "acked", "ledger", "network"):
        table.add_column(heading, justify="left" if heading == "totem" else "right")
    for totem in floor.totems:
        health = await asyncio.to_thread(_health, totem)
        if health is None:
            table.add_row(totem.totem, "–", "–", "–", "–", "–", "[red]agent not answering[/]")
            continue
        table.add_row(
            f"{totem.totem} {totem.name}",
            str(health["tickets"]),
            str(totem.printer.tickets_printed()),
            str(health["outbox"]),
            str(health["acked"]),
            str(health["acked"]),
            "[green]online[/]" if health["online"] else "[yellow]offline, selling[/]",
        )
    return table


def _health(totem: Totem) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = AgentClient("127.0.0.1", totem.port).get("/v1/health", 2)
    except AgentUnreachableError:
        return None
    return found
