"""The insider's UPDATE, for demonstrations and tests of the audit only."""

from central.ledger.database import Database


async def add_one_minor_unit(database: Database) -> str:
    """Change the first leg of the first totem by one minor unit; returns its place."""
    async with database.connection() as connection:
        place: str = await connection.fetchval(
            "UPDATE legs SET amount_minor = amount_minor + 1"
            " WHERE (totem, epoch, seq, place) ="
            " (SELECT totem, epoch, seq, place FROM legs ORDER BY totem, epoch, seq, place LIMIT 1)"
            " RETURNING totem || ' ' || epoch || '/' || seq || '/' || place"
        )
    return place
