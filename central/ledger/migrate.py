"""Bring a database to this build's schema: Alembic on asyncpg, one instance at a time.

A database that is up to date costs one query: Alembic and SQLAlchemy (more than a second of
imports) are loaded only when there is something to do. An advisory lock lets several instances
start together; the others find nothing left. Downgrades do not exist: the ledger is append-only.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from central.domain.errors import LedgerBrokenError
from central.ledger.database import translated

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x746F74656D


def newest() -> str:
    """The revision of this build: the number that its last migration's file bears."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


async def migrate(url: str) -> None:
    """Apply what is missing. Idempotent.

    Raises LedgerUnavailableError, and LedgerBrokenError for the ledger of a newer build.
    """
    with translated():
        held = await _revision(url)
        if held == newest():
            return
        if held is not None and held > newest():
            raise LedgerBrokenError(f"the ledger is at {held}, this build knows {newest()}")
        await _apply(url)


async def _revision(url: str) -> str | None:
    connection = await asyncpg.connect(url)
    try:
        held: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return held


async def _apply(url: str) -> None:
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            await connection.commit()
            await connection.run_sync(_upgrade)
            await connection.commit()
    finally:
        await engine.dispose()


def _upgrade(connection: "Connection") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
