"""``totem journal``: read this machine's journal, and prove it. The agent may be running."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

if TYPE_CHECKING:
    from edge_agent.journal.connection import Connection

DATA_DIR = click.option(
    "--data-dir", required=True, type=click.Path(path_type=Path), help="This totem's data."
)
SUMMARY_MAX = 72


@click.group(name="journal")
def command() -> None:
    """What this totem wrote: list it, verify it."""


@command.command("verify")
@DATA_DIR
def verify_command(data_dir: Path) -> None:
    """Walk the chain, central's grants and central's acks; name the first event that is wrong."""
    from edge_agent.journal.verification import BrokenJournalError, verify
    from edge_agent.sync.enrol import NotEnrolledError, load_record
    from edge_agent.sync.identity import acked_by, granted_by

    try:
        record = load_record(data_dir)
    except NotEnrolledError as error:
        raise click.ClickException(str(error)) from error
    keys = record.server_keys
    with _opened(data_dir) as connection:
        try:
            found = verify(connection, granted_by(keys), acked_by(keys, record.totem))
        except BrokenJournalError as error:
            raise click.ClickException(
                f"{error}. Nothing after it can be believed: keep this disk, and call headquarters."
            ) from error
        aside = _set_aside(connection)
    epoch, seq = found.acked
    click.echo(
        f"{found.totem}: {found.events} events in {found.epochs} epochs and {found.acks} acks "
        f"verify; headquarters acked up to {epoch}/{seq}."
    )
    if aside:
        places = ", ".join(f"{epoch}/{seq}" for epoch, seq in sorted(aside))
        click.echo(f"Headquarters holds these events and could not post them: {places}.")


@command.command("list")
@DATA_DIR
@click.option("--last", default=30, show_default=True, help="How many events, the newest.")
@click.option("--sale", default="", help="Only the events of this sale.")
def list_command(data_dir: Path, last: int, sale: str) -> None:
    """The newest events, oldest first, with what central made of them."""
    with _opened(data_dir) as connection:
        acked = _acked(connection)
        aside = _set_aside(connection)
        for row in _newest(connection, last, sale):
            epoch, seq, kind, wall_ms, body = row
            mark = " " if (epoch, seq) > acked else "="
            mark = "!" if (epoch, seq) in aside else mark
            at = datetime.fromtimestamp(wall_ms / 1000, UTC).isoformat(" ", "seconds")
            text = bytes(body).decode(errors="replace")
            click.echo(f"{mark} {epoch}/{seq:<6} {at[:19]}Z {kind:21} {text[:SUMMARY_MAX]}")
        incidents = connection.execute(
            "SELECT kind, detail FROM sync_incidents ORDER BY id DESC LIMIT 5"
        ).fetchall()
    click.echo("= held by headquarters   ! held, and could not be posted   (blank) not sent yet")
    for kind, detail in incidents:
        click.echo(f"incident {kind}: {detail}", err=True)


@contextmanager
def _opened(data_dir: Path) -> Iterator["Connection"]:
    """A read-only look at one moment of the journal."""
    from edge_agent.journal.connection import (
        JOURNAL_FILE,
        DatabaseError,
        load_key,
        open_reader,
    )
    from edge_agent.journal.errors import JournalError

    if not (data_dir / JOURNAL_FILE).exists():
        raise click.ClickException(f"There is no {JOURNAL_FILE} in {data_dir}.")
    try:
        connection = open_reader(data_dir / JOURNAL_FILE, load_key(data_dir))
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM epochs").fetchone()
    except (JournalError, DatabaseError) as error:
        raise click.ClickException(f"The journal in {data_dir} cannot be read: {error}") from error
    try:
        yield connection
    finally:
        connection.close()


def _newest(connection: "Connection", last: int, sale: str) -> list[tuple[Any, ...]]:
    sql = "SELECT epoch, seq, type, wall_ms, body FROM journal {} ORDER BY epoch DESC, seq DESC"
    if sale:
        found = connection.execute(sql.format("WHERE instr(body, ?)"), (sale.encode(),))
    else:
        found = connection.execute(sql.format(""))
    rows: list[tuple[Any, ...]] = found.fetchmany(last)
    return rows[::-1]


def _acked(connection: "Connection") -> tuple[int, int]:
    row = connection.execute(
        "SELECT epoch, seq FROM acks ORDER BY epoch DESC, seq DESC LIMIT 1"
    ).fetchone()
    return (0, 0) if row is None else (row[0], row[1])


def _set_aside(connection: "Connection") -> set[tuple[int, int]]:
    rows = connection.execute("SELECT epoch, seq FROM set_aside").fetchall()
    return {(epoch, seq) for epoch, seq in rows}
