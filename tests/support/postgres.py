"""One real PostgreSQL for a test session, and fresh migrated databases on it.

The whole run knows these fixtures by name and shares the cluster: who imported them would have one
of their own. The cluster is the product's own embedded one; a
database is a copy of a migrated template, which takes some 30 ms.
"""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from central.ledger.cluster import Cluster
from central.ledger.migrate import migrate

TEMPLATE = "migrated"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a running cluster whose database ``migrated`` is the template of all others."""
    folder = Path(tempfile.mkdtemp(prefix="totem-tests-"))
    folder.chmod(0o711)
    cluster = Cluster(folder)
    try:
        url = cluster.start()
        asyncio.run(_make_template(url))
        yield url
    finally:
        cluster.stop()
        shutil.rmtree(folder)


@pytest.fixture
def database_url(postgres: str) -> Iterator[str]:
    """URL of an empty, migrated database of this test's own."""
    with fresh_database(postgres) as url:
        yield url


@contextmanager
def fresh_database(postgres: str) -> Iterator[str]:
    """URL of an empty, migrated database that goes with the block."""
    name = f"test_{next(_numbers)}"
    asyncio.run(_execute(postgres, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
    yield named(postgres, name)
    asyncio.run(_execute(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


def named(url: str, database: str) -> str:
    """The same server's URL for another database."""
    return url.replace("/totem?", f"/{database}?")


async def _make_template(url: str) -> None:
    await _execute(url, f"CREATE DATABASE {TEMPLATE}")
    await migrate(named(url, TEMPLATE))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
