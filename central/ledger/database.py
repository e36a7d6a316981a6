"""The way to PostgreSQL: a pool of asyncpg connections.

Whatever the network or the server does to a connection comes out as LedgerUnavailableError, so
that nobody
above this package knows the driver.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg
from asyncpg import Connection, Pool

from central.domain.errors import LedgerUnavailableError

__all__ = ["Connection", "Database", "translated"]

CONNECT_S = 10.0
COMMAND_S = 30.0
_UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's ways of saying `not now` into LedgerUnavailableError."""
    try:
        yield
    except _UNREACHABLE as error:
        raise LedgerUnavailableError(f"{type(error).__name__}: {error}") from error


class Database:
    """An open pool. ``close`` ends it."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    @classmethod
    async def open(cls, url: str, pool_max: int = 10) -> "Database":
        """Connect. Raises LedgerUnavailableError."""
        with translated():
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=pool_max,
                timeout=CONNECT_S,
                command_timeout=COMMAND_S,
                server_settings={"application_name": "totem-central"},
            )
        return cls(pool)

    async def close(self) -> None:
        await self.pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """One connection, each statement its own transaction. Raises LedgerUnavailableError."""
        with translated():
            async with self.pool.acquire(timeout=CONNECT_S) as connection:
                yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: committed on leaving, rolled back by any exception."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def alive(self) -> bool:
        """Whether the database answers."""
        try:
            async with self.connection() as connection:
                answer: int = await connection.fetchval("SELECT 1")
        except LedgerUnavailableError:
            return False
        return answer == 1
