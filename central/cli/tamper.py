"""``totem-central tamper``: falsify one row of a demo's ledger, to see that the audit can fail."""

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from central.cli.ledger import on_ledger, places, settings_of

if TYPE_CHECKING:
    from central.ledger.database import Database

DEMO_MARK = ".totem-demo"


@click.command(hidden=True)
@places
def tamper(database_url: str | None, data_dir: Path | None) -> None:
    """Add one minor unit to the first leg. Refuses any ledger but a demo's."""
    from central.ledger.falsify import add_one_minor_unit

    if database_url or data_dir is None or not (data_dir.parent / DEMO_MARK).exists():
        raise click.UsageError("only the ledger of a totem demo may be falsified")

    async def deed(database: "Database") -> str:
        return await add_one_minor_unit(database)

    click.echo(on_ledger(settings_of(database_url=None, data_dir=data_dir), deed))
