"""The ledger's ground: the embedded cluster, its migrations, and the audit that can fail."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from central.ledger.cluster import Cluster, ClusterError, running_url
from central.ledger.database import Database
from central.ledger.migrate import MIGRATIONS, migrate, newest
from central.ledger.schema import metadata
from central.services.audit import Findings, audit
from tests.support.central_server import Central, serving
from tests.support.postgres import fresh_database, named
from tests.support.totem_peer import acked


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="totem-cluster-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def running(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    keys = tmp_path_factory.mktemp("central")
    with fresh_database(postgres) as url, serving(url, keys) as central:
        yield central


@pytest.fixture
def books(running: Central) -> Iterator[Central]:
    """Two totems with every kind of sale."""
    for totem in ("KIOSK1", "KIOSK2"):
        peer = running.peer(totem)
        for method, minor in (("debit", 3200), ("credit", 4500), ("counter", 900), ("free", 0)):
            peer.sell(method, minor)  # type: ignore[arg-type]  # the literals of a test
        acked(peer.push(peer.run()))
    yield running
    running.empty()


def answers(url: str) -> int:
    async def ask() -> int:
        connection = await asyncpg.connect(url)
        try:
            found: int = await connection.fetchval("SELECT 42")
        finally:
            await connection.close()
        return found

    return asyncio.run(ask())


def test_cluster_starts_stops_and_starts_again(folder: Path) -> None:
    cluster = Cluster(folder)
    try:
        url = cluster.start()
        assert answers(url) == 42
        assert running_url(folder) == url
    finally:
        cluster.stop()
    assert running_url(folder) is None
    try:
        assert answers(cluster.start()) == 42
    finally:
        cluster.stop()


def test_cluster_is_kept_by_one_process_only(folder: Path) -> None:
    cluster = Cluster(folder)
    try:
        cluster.start()
        with pytest.raises(ClusterError, match="another totem-central"):
            Cluster(folder).start()
        assert answers(cluster.url) == 42
    finally:
        cluster.stop()


def test_cluster_replaces_a_postmaster_left_behind(folder: Path) -> None:
    killed = os.fork()
    if killed == 0:
        Cluster(folder).start()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(killed, 0)
    pid_file = folder / "postgres" / "data" / "postmaster.pid"
    left_behind = int(pid_file.read_text().split()[0])
    cluster = Cluster(folder)
    try:
        assert answers(cluster.start()) == 42
        assert int(pid_file.read_text().split()[0]) != left_behind
    finally:
        cluster.stop()


def test_cluster_starts_over_a_stale_pid_file(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.start()
    cluster.stop()
    pid_file = folder / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{folder}\n0\n5432\n\n\n\n\n")
    try:
        assert answers(cluster.start()) == 42
    finally:
        cluster.stop()


def test_cluster_in_a_very_long_path_still_gets_a_socket(folder: Path) -> None:
    deep = folder / ("x" * 60) / ("y" * 60)
    cluster = Cluster(deep)
    try:
        assert answers(cluster.start()) == 42
    finally:
        cluster.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_cluster_changes_no_permission_outside_its_folder(folder: Path) -> None:
    folder.chmod(0o700)
    cluster = Cluster(folder / "inner")
    try:
        assert cluster.notice
        assert str(cluster.folder).startswith(tempfile.gettempdir())
        assert answers(cluster.start()) == 42
        assert folder.stat().st_mode & 0o777 == 0o700
        assert cluster.folder.stat().st_mode & 0o777 == 0o700
        assert cluster.folder.stat().st_uid != 0
    finally:
        cluster.stop()
        shutil.rmtree(cluster.folder)


def test_migrated_database_equals_the_schema(database_url: str) -> None:
    assert asyncio.run(_differences(database_url)) == []


def test_migrating_an_empty_database_from_two_instances_at_once_works(postgres: str) -> None:
    async def both() -> str:
        connection = await asyncpg.connect(postgres)
        await connection.execute("CREATE DATABASE empty_at_first")
        url = named(postgres, "empty_at_first")
        await asyncio.gather(migrate(url), migrate(url))
        await migrate(url)
        await connection.close()
        return url

    assert asyncio.run(_differences(asyncio.run(both()))) == []


def test_newest_revision_is_the_one_alembic_ends_at() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == newest()


async def _differences(url: str) -> list[object]:
    def compare(connection: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        found: list[object] = compare_metadata(context, metadata)
        return found

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url)
    )
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(compare)
    finally:
        await engine.dispose()


def audited(central: Central) -> Findings:
    return central.ledger(audit)


def test_audit_of_honest_books_balances(books: Central) -> None:
    found = audited(books)
    assert found.differences == []
    assert found.balanced
    assert found.ledger_sum_minor == found.stored_sum_minor == 2 * (3200 + 4500)
    assert found.vouchers_outstanding_minor == 2 * 900
    assert (found.sales, found.tickets, found.totems) == (8, 8, 2)
    assert found.sums_by_method == {"debit": 6400, "credit": 9000, "free": 0}
    assert found.events_posted == found.events_held


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        ("UPDATE legs SET amount_minor = 1 WHERE {row} AND place = 0", "legs 1/"),
        ("DELETE FROM legs WHERE {row} AND place = 1", "the row is missing"),
        ("INSERT INTO legs SELECT totem, epoch, seq, 9, account, entity, currency, 0,"
         " business_day FROM legs WHERE {row} LIMIT 1", "no posted event made this row"),
        ("UPDATE sales SET total_minor = 1 WHERE totem = 'KIOSK2' AND method = 'debit'",
         "total_minor is 1, the events say 3200"),
        ("UPDATE payments SET state = 'CONFIRMED' WHERE totem = 'KIOSK2' AND method = 'debit'",
         "state is CONFIRMED, the events say STORED_OFFLINE"),
        ("UPDATE tickets SET number = 'X1' WHERE ticket = (SELECT min(ticket) FROM tickets"
         " WHERE totem = 'KIOSK2')", "number is X1"),
        ("UPDATE events SET body = replace(encode(body, 'escape'), '3200', '3300')::bytea"
         " WHERE totem = 'KIOSK2' AND type = 'SaleSettled' AND seq < 9", "does not fit the chain"),
        ("UPDATE events SET wall_ms = 1 WHERE totem = 'KIOSK2' AND seq = 2",
         "events 1/2: its hash does not fit the chain"),
        ("DELETE FROM events WHERE totem = 'KIOSK2' AND seq = 3", "events 1/4: follows seq 2"),
        ("UPDATE events SET status = 'parked' WHERE totem = 'KIOSK2' AND type = 'SaleSettled'",
         "no posted event made this row"),
        ("DELETE FROM events WHERE totem = 'KIOSK2' AND seq ="
         " (SELECT max(seq) FROM events WHERE totem = 'KIOSK2')", "heads: held seq is"),
        ("UPDATE heads SET declared_sums = '{{\"debit\": 1}}' WHERE totem = 'KIOSK2'",
         "heads: the totem declared"),
        ("UPDATE epochs SET genesis = '\\x00' WHERE totem = 'KIOSK2'", "genesis does not follow"),
    ],
)  # fmt: skip
def test_audit_finds_and_names_one_tampered_row(books: Central, tamper: str, named: str) -> None:
    row = "totem = 'KIOSK2' AND seq = (SELECT min(seq) FROM legs WHERE totem = 'KIOSK2')"
    books.query(tamper.format(row=row))
    found = audited(books)
    assert not found.balanced
    assert any(named in difference for difference in found.differences), found.differences
    assert all(difference.startswith("KIOSK2 ") for difference in found.differences)


def test_database_that_is_gone_is_reported_as_unavailable(postgres: str) -> None:
    async def alive() -> bool:
        database = await Database.open(postgres, 2)
        await database.close()
        return await database.alive()

    assert asyncio.run(alive()) is False
