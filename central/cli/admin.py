"""``totem-central admin``: what only somebody with the keys of the house may do."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from central.cli.ledger import on_ledger, settings_of, where

if TYPE_CHECKING:
    from central.ledger.database import Database


@click.group()
def admin() -> None:
    """Operators of this headquarters."""


@admin.command("reset-password")
@click.argument("username", default="admin")
@where
def reset_password(username: str, database_url: str | None, data_dir: Path | None) -> None:
    """Give USERNAME (admin, if not named) a new password, print it, and end all their logins."""
    from central.ledger.people import PeopleRecords
    from central.services.keys import Keys
    from central.services.people import People

    settings = settings_of(database_url=database_url, data_dir=data_dir)
    password = secrets.token_urlsafe(12)

    async def deed(database: "Database") -> bool:
        people = People(PeopleRecords(database.pool), Keys(settings.data_dir).login)
        return await people.reset_password(username, password)

    if not on_ledger(settings, deed):
        raise click.ClickException(f"there is no operator {username}")
    click.echo(password)
