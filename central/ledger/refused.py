"""Pushes that no build here can read: their bytes are kept by hash, so that what they carry exists
at headquarters even when the totem is lost.
"""

from hashlib import sha256

from central.ledger.database import Database

KEPT = 20
"""Of one totem, the newest: a push that is refused comes again, longer each time."""


async def keep(database: Database, totem: str, wire: bytes, why: str) -> None:
    """Store a push as it came. The same one again changes nothing."""
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO refused_pushes (totem, hash, wire, why) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING",
            totem,
            sha256(wire).digest(),
            wire,
            why,
        )
        await connection.execute(
            "DELETE FROM refused_pushes WHERE totem = $1 AND hash NOT IN (SELECT hash"
            " FROM refused_pushes WHERE totem = $1 ORDER BY taken_at DESC LIMIT $2)",
            totem,
            KEPT,
        )
