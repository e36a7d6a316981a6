"""``totem-central subject``: a person's right to see and to erase what they said at a totem."""

from functools import partial
from typing import TYPE_CHECKING

import rich_click as click

from central.cli.ledger import on_ledger, where

if TYPE_CHECKING:
    from central.ledger.database import Database
    from central.settings import Settings


@click.group()
def subject() -> None:
    """What customers said of themselves: export it, erase it."""


@subject.command()
@click.argument("asked", metavar="SALE|TICKET")
@where
def export(settings: "Settings", asked: str) -> None:
    """Print as JSON what the customer of SALE, or of the newest such TICKET, said."""
    from msgspec import json

    from central.services import privacy

    async def deed(database: "Database") -> dict[str, str]:
        sale = await _sale(database, asked)
        key = partial(privacy.unsealer_at, settings.data_dir)
        return {"sale": sale, **await privacy.said(database, key, sale)}

    click.echo(json.format(json.encode(on_ledger(settings, deed)), indent=2).decode())


@subject.command()
@click.argument("sale")
@where
def erase(settings: "Settings", sale: str) -> None:
    """Erase what the customer of SALE said, for ever: it is refused if it comes later."""
    from central.domain.errors import OperatorError
    from central.services.privacy import Erasures
    from sync_protocol.ids import parse_name

    async def deed(database: "Database") -> None:
        try:
            parse_name(sale)
        except ValueError as error:
            raise OperatorError(f"{sale:.64} is not a sale's name; export shows it") from error
        await Erasures(settings.data_dir).erase(database, sale)

    on_ledger(settings, deed)
    click.echo(f"{sale}: erased")


async def _sale(database: "Database", asked: str) -> str:
    """The sale itself, or the newest with this ticket. Raises OperatorError."""
    from central.domain.errors import OperatorError
    from central.ledger import private

    if await private.is_known(database, asked):
        return asked
    found = await private.named(database, asked)
    if not found:
        raise OperatorError(f"no sale or ticket {asked:.64} is known here")
    for other in found[1:]:
        click.echo(f"also {other.number} of {other.business_day}: {other.sale}", err=True)
    return found[0].sale
