"""Bring a database to this build's schema: Alembic on an asyncpg connection, one instance at a
time.

An advisory lock lets several instances start together; the others find nothing left to do.
Downgrades do not
exist: the ledger is append-only.
"""

from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from central.ledger.database import translated

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x746F74656D


async def migrate(url: str) -> None:
    """Apply what is missing. Idempotent. Raises LedgerUnavailableError."""
    with translated():
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


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
