"""A totem's journal as headquarters would read it."""

from pathlib import Path

from central.domain import fold, standing
from central.domain.rows import Books
from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from edge_agent.journal.verification import grants_of, walk


def fold_as_headquarters(folder: Path) -> None:
    """Every event is taken, and comes to the same payments and sales as at the totem, which may go
    on writing meanwhile.
    """
    books = Books("T0001")
    connection = open_reader(folder / JOURNAL_FILE, load_key(folder))
    try:
        connection.execute("BEGIN")
        links = [link for it in grants_of(connection) for link in walk(connection, it)]
        payments = dict(connection.execute("SELECT payment, state FROM payments").fetchall())
        sales = dict(connection.execute("SELECT sale, state FROM sales").fetchall())
    finally:
        connection.close()
    for link in links:
        reading = standing.read(link.event, standing.Place("T0001", 1, link.hash))
        standing.meet(books, reading)
        assert reading.body is not None, reading.reason
        assert not reading.reason
        fold.apply(books, standing.entry_of(reading, reading.body, 1))
    assert {it.payment: it.state for it in books.payments.values()} == payments
    assert {it.sale: it.state for it in books.sales.values()} == sales
    assert sum(leg.amount_minor for leg in books.legs) == 0
