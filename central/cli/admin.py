"""``totem-central admin``: what only somebody with the keys of the house may do."""

import secrets
from typing import TYPE_CHECKING

import rich_click as click

from central.cli.ledger import on_ledger, where

if TYPE_CHECKING:
    from central.ledger.database import Database
    from central.settings import Settings


@click.group()
def admin() -> None:
    """Operators of this headquarters."""


@admin.command("reset-password")
@click.argument("username", default="admin")
@where
def reset_password(settings: "Settings", username: str) -> None:
    """Give USERNAME (admin, if not named) a new password, print it, and end all their logins."""
    from central.ledger.people import PeopleRecords
    from central.services.keys import Keys
    from central.services.people import People

    password = secrets.token_urlsafe(12)

    async def deed(database: "Database") -> bool:
        people = People(PeopleRecords(database.pool), Keys(settings.data_dir).login)
        return await people.reset_password(username, password)

    if not on_ledger(settings, deed):
        raise click.ClickException(f"there is no operator {username}")
    click.echo(password)


@admin.command()
@where
def restored(settings: "Settings") -> None:
    """Tell headquarters that its database was restored from a backup: run it before starting.

    Totems then compare everything again and bring back what the backup did not have.
    """
    from central.ledger.identity import raise_generation

    click.echo(f"generation {on_ledger(settings, raise_generation)}")
