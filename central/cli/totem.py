"""``totem-central totem``: totems, and the one-time codes that enrol them."""

import secrets
from typing import TYPE_CHECKING

import rich_click as click

from central.cli.ledger import on_ledger, where

if TYPE_CHECKING:
    from central.ledger.database import Database
    from central.settings import Settings


@click.group()
def totem() -> None:
    """Totems and their enrolment codes."""


@totem.command()
@click.argument("site")
@click.argument("name")
@click.option("--id", "totem_id", help="Its name for machines, e.g. VCLARA1.  [default: made up]")
@click.option("--site-name", help="What people call the site, when it is new.")
@where
def create(
    settings: "Settings", site: str, name: str, totem_id: str | None, site_name: str | None
) -> None:
    """Create a totem NAME at SITE; prints its enrolment code."""
    from central.ledger.identity import NewTotem
    from central.services.enrolment import create_totem

    new = NewTotem(totem_id or _made_up(), name, site, site_name or site)

    async def deed(database: "Database") -> str:
        return await create_totem(database, new)

    code = on_ledger(settings, deed)
    _tell(new.totem, code)


@totem.command()
@click.argument("totem_id", metavar="TOTEM")
@click.option("--replace", is_flag=True, help="TOTEM is enrolled, and its disk or machine is new.")
@where
def code(settings: "Settings", totem_id: str, replace: bool) -> None:
    """Print a new enrolment code for TOTEM; an older one no longer works.

    With --replace whoever enrols next goes on as TOTEM, gets back what is held of it, and the
    machine before it may not sell any more.
    """
    from central.services.enrolment import new_code

    async def deed(database: "Database") -> str:
        return await new_code(database, totem_id, is_replacement=replace)

    _tell(totem_id, on_ledger(settings, deed))


@totem.command("list")
@where
def listing(settings: "Settings") -> None:
    """List every totem."""
    from central.ledger import identity

    rows = on_ledger(settings, identity.listing)
    for row in rows:
        seen = row.last_contact_at.isoformat(timespec="seconds") if row.last_contact_at else "never"
        held = f"{row.epoch}/{row.held_seq}"
        click.echo(f"{row.totem:<17}{row.site:<17}{row.status:<9}{held:<12}{seen:<27}{row.name}")


@totem.command()
@click.option("--last", default=20, show_default=True, help="How many, the newest.")
@where
def incidents(settings: "Settings", last: int) -> None:
    """What went wrong between totems and headquarters, in words, and what to do."""
    from central.domain.incidents import in_words
    from central.ledger import posting

    async def deed(database: "Database") -> list[posting.Incident]:
        return await posting.incidents(database, last)

    for found in on_ledger(settings, deed):
        words = in_words(found.totem, found.kind, found.detail)
        at = found.seen_at.isoformat(timespec="seconds")
        click.echo(f"{at}  {found.kind}\n  {words.what}\n  What to do: {words.todo}\n")


@totem.command()
@click.argument("totem_id", metavar="TOTEM")
@click.argument("instance_id", metavar="MACHINE")
@where
def choose(settings: "Settings", totem_id: str, instance_id: str) -> None:
    """Let MACHINE go on as TOTEM, in place of the one that does now; `incidents` names it."""
    from central.ledger import epochs

    async def deed(database: "Database") -> bool:
        asked = await epochs.asked_by(database, totem_id)
        if instance_id not in asked:
            known = ", ".join(asked) or "none"
            raise click.ClickException(
                f"no machine {instance_id} was refused as {totem_id}; refused: {known}"
            )
        return await epochs.give_leave(database, totem_id, instance_id)

    if not on_ledger(settings, deed):
        raise click.ClickException(f"totem {totem_id} is not active")
    click.echo(f"{instance_id} goes on as {totem_id} when it asks next, within five minutes.")


@totem.command("command")
@click.argument("totem_id", metavar="TOTEM")
@click.argument("effect", type=click.Choice(["sync", "verify"]))
@click.option("--hours", default=24, show_default=True, help="It is not done any later than this.")
@where
def order_command(settings: "Settings", totem_id: str, effect: str, hours: int) -> None:
    """Have TOTEM do EFFECT once: `sync` (report at once), `verify` (prove its journal)."""
    from datetime import timedelta

    from central import clock
    from central.ledger import commands
    from sync_protocol.feed import Command

    async def deed(database: "Database") -> Command:
        life = timedelta(hours=hours)
        return await commands.order(database, totem_id, effect, clock.now(), life)

    click.echo(on_ledger(settings, deed).id)


@totem.command("commands")
@click.argument("totem_id", metavar="TOTEM")
@click.option("--last", default=20, show_default=True, help="How many, the newest.")
@where
def list_commands(settings: "Settings", totem_id: str, last: int) -> None:
    """What TOTEM was told to do, and what came of it."""
    from central.ledger import commands

    async def deed(database: "Database") -> "list[commands.Ordered]":
        return await commands.listing(database, totem_id, last)

    ordered = on_ledger(settings, deed)
    if not ordered:
        click.echo(f"no command was given to {totem_id} in the last 30 days", err=True)
    for found in ordered:
        at = found.made_at.isoformat(timespec="seconds")
        click.echo(f"{at}  {found.id}  {found.effect:<10}{found.state:<11}{found.detail}")


def _tell(totem_id: str, code: str) -> None:
    click.echo(f"totem {totem_id}: enrol it within 15 minutes; the code works once", err=True)
    click.echo(code)


def _made_up() -> str:
    from sync_protocol.ids import CROCKFORD

    return "T" + "".join(secrets.choice(CROCKFORD) for _ in range(6))
