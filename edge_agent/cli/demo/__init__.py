"""``totem demo``: a whole company on one machine, by hand or by itself.

By hand: open the printed addresses, buy a ticket, act on the pinpad's page, see the paper.
Headless: seeded customers buy through the real local API, the network to central is cut in the
middle, and an audit lays journals, devices and ledger side by side.
"""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path

import rich_click as click
from msgspec import json

from edge_agent.cli.demo.audit import Report
from edge_agent.cli.demo.children import ChildFailedError
from edge_agent.cli.demo.floor import Floor, Plan, fresh_folder
from edge_agent.cli.demo.headless import Orders, run_headless
from edge_agent.cli.demo.table import show_until_interrupted


@click.command(name="demo")
@click.option("--headless", is_flag=True, help="Customers buy by themselves, then the audit.")
@click.option("--totems", default=2, show_default=True, type=click.IntRange(1, 6))
@click.option("--sales", default=60, show_default=True, type=click.IntRange(1, 5000))
@click.option("--cut-network", "cut_s", default=15.0, show_default=True, help="Seconds offline.")
@click.option("--seed", default=1, show_default=True, help="The crowd's seed.")
@click.option("--tamper", is_flag=True, help="Change one row of the ledger before the audit.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to keep the demo's data.")
def command(folder: Path | None, headless: bool, as_json: bool, **options: int | float) -> None:
    """Start headquarters and totems with emulated devices, and watch them sell."""
    place = fresh_folder(folder or Path(tempfile.gettempdir()) / "totem-demo")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    plan = Plan(place, int(options["totems"]), int(options["seed"]), by_hand=not headless)
    try:
        if headless:
            orders = Orders(int(options["sales"]), float(options["cut_s"]), bool(options["tamper"]))
            sys.exit(_print(asyncio.run(run_headless(Floor(plan, _say), orders, _say)), as_json))
        asyncio.run(show_until_interrupted(Floor(plan, _say), _say))
    except ChildFailedError as error:
        raise click.ClickException(f"{error}\nLogs: {place / 'logs'}") from error
    except KeyboardInterrupt:
        _say("stopped")
        sys.exit(130)


def _say(text: str) -> None:
    click.echo(f"· {text}", err=True)


def _print(report: Report, as_json: bool) -> int:
    if as_json:
        click.echo(json.encode(report).decode())
    else:
        for field in report.__struct_fields__:
            click.echo(f"{field:28} {getattr(report, field)}")
    return 0 if report.balanced else 1
