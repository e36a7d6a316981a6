"""``totem-central catalogue``: what totems sell, from a file to the feed."""

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from central.cli.ledger import on_ledger, where

if TYPE_CHECKING:
    from central.ledger.database import Database
    from central.ledger.feed import Change
    from central.settings import Settings


@click.group()
def catalogue() -> None:
    """What totems sell."""


@catalogue.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--scope", default="org", show_default=True, help="org, site:ID or totem:ID.")
@where
def import_file(settings: "Settings", file: Path, scope: str) -> None:
    """Publish FILE (JSON or TOML) as the whole catalogue of a scope.

    What is published already is not published again; what FILE no longer names is withdrawn.
    """
    from central.domain.catalogue_file import items_of
    from central.domain.errors import CatalogueFileError
    from central.ledger import feed

    if scope != "org" and not scope.startswith(("site:", "totem:")):
        raise click.BadParameter("must be org, site:ID or totem:ID", param_hint="--scope")
    try:
        wanted = items_of(read_document(file))
    except CatalogueFileError as error:
        raise click.ClickException(f"{file}: {error}") from error

    async def deed(database: "Database") -> "list[Change]":
        return await feed.replace(database, scope, wanted)

    changes = on_ledger(settings, deed)
    put = sum(change.kind == "put" for change in changes)
    same = len(wanted) - put
    click.echo(f"{put} published, {same} unchanged, {len(changes) - put} withdrawn")


@catalogue.command("pin")
def pin() -> None:
    """Ask for an attendant's PIN and print the hash for ``staff`` in the catalogue file."""
    import secrets

    from sync_protocol.pins import hash_secret

    asked = click.prompt("PIN (4 to 8 digits)", hide_input=True, confirmation_prompt=True)
    if not (asked.isascii() and asked.isdecimal() and 4 <= len(asked) <= 8):
        raise click.ClickException("A PIN has 4 to 8 digits.")
    click.echo(hash_secret(asked, secrets.token_bytes(16)))


def read_document(file: Path) -> object:
    """The file as plain objects. Raises CatalogueFileError with the line."""
    import json
    import tomllib

    from central.domain.errors import CatalogueFileError

    try:
        text = file.read_text(encoding="utf-8")
        return tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CatalogueFileError(str(error)) from error
