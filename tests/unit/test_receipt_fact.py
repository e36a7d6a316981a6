"""A receipt that is owed, in headquarters' books: a fact of a known sale that moves no money."""

import pytest

from central.domain import fold
from central.domain.rows import Books, Entry
from sync_protocol.errors import BadContentError
from sync_protocol.events import Body, ReceiptRequested, SaleOpened, decode_body

SALE = "T0001-1-1-00000000"


def entry(seq: int, body: Body) -> Entry:
    return Entry(f"T0001-1-{seq}-00000000", 1, seq, 0, "2026-11-24", body)


def test_a_receipt_of_a_known_sale_is_posted_and_changes_neither_sale_nor_books() -> None:
    books = Books("T0001")
    fold.apply(books, entry(1, SaleOpened("pt")))
    fold.apply(books, entry(2, ReceiptRequested(SALE, "email")))
    assert (books.sales[SALE].state, books.legs) == ("OPEN", [])
    assert fold.sale_of(books, "", ReceiptRequested(SALE, "phone")) == SALE


def test_a_receipt_of_a_sale_nobody_knows_is_set_aside() -> None:
    with pytest.raises(BadContentError):
        fold.apply(Books("T0001"), entry(1, ReceiptRequested(SALE, "email")))


def test_a_channel_headquarters_does_not_have_is_set_aside() -> None:
    with pytest.raises(BadContentError):
        decode_body("ReceiptRequested", 1, b'{"sale":"x","channel":"fax"}')
