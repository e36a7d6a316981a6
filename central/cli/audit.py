"""``totem-central audit``: headquarters' half of the proof that the books balance."""

from typing import TYPE_CHECKING

import rich_click as click

from central.cli.ledger import on_ledger, where

if TYPE_CHECKING:
    from central.services.audit import Findings
    from central.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on one line.")
@where
def audit(settings: "Settings", as_json: bool) -> None:
    """Recompute everything from the events held; exit 1 and name every difference."""
    from msgspec import json

    from central.services.audit import audit as audit_books

    found = on_ledger(settings, audit_books)
    if as_json:
        click.echo(json.encode(found).decode())
    else:
        _tell(found)
    if not found.balanced:
        raise SystemExit(1)


def _tell(found: "Findings") -> None:
    click.echo(f"{found.totems} totems, {found.events_posted} of {found.events_held} events posted")
    click.echo(f"settled {found.ledger_sum_minor} minor units: {found.sums_by_method}")
    for difference in found.differences:
        click.echo(f"DIFFERENCE {difference}")
    click.echo("balanced" if found.balanced else f"{len(found.differences)} differences")
