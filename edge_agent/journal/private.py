"""Customers' sealed records on their way to headquarters: kept with the sale, deleted once there.

``held`` belongs to a sale under way and goes with it when it ends unsold; the sale's ticket makes
it ``due``. Nothing here can be read on this machine. Implements
``edge_agent.sync.ports.PrivateShelf``.
"""

from edge_agent.journal.writer import Book, Writing
from sync_protocol.messages import PrivateRecord


def keep(writing: Writing, sale: str, record: PrivateRecord, *, is_due: bool = False) -> None:
    """In place of an earlier one of this name. What is due waits for no ticket."""
    writing.db.execute(
        "INSERT OR REPLACE INTO private_records VALUES (?, ?, ?, ?)",
        (sale, record.key_id, record.sealed, "due" if is_due else "held"),
    )


def drop(writing: Writing, sale: str) -> None:
    """The customer takes it back before the sale is done."""
    writing.db.execute("DELETE FROM private_records WHERE sale = ?", (sale,))


class PrivateBook:
    """The records that are due. Every call blocks for a moment."""

    def __init__(self, journal: Book) -> None:
        self._journal = journal

    def due(self) -> list[tuple[str, PrivateRecord]]:
        """Sale and record of whatever headquarters does not have yet."""
        sql = "SELECT sale, key_id, sealed FROM private_records WHERE state = 'due' ORDER BY sale"
        with self._journal.reading() as connection:
            rows = connection.execute(sql).fetchall()
        return [(sale, PrivateRecord(key_id, bytes(sealed))) for sale, key_id, sealed in rows]

    def delivered(self, sale: str) -> None:
        """Headquarters has it, or refuses it for ever."""
        self._journal.submit(lambda writing: drop(writing, sale)).result()
