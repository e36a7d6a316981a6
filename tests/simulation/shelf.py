"""What headquarters in memory holds of one totem, and how its books follow from that."""

from copy import deepcopy
from dataclasses import dataclass, field

from central.domain import standing
from central.domain.rows import Books, LegRow
from central.domain.standing import Place, Reading
from sync_protocol.events import Event
from sync_protocol.messages import Grant, Held, SealAnswer


@dataclass
class Row:
    """An event as held. Only status, reason and the order of folding ever change."""

    event: Event
    hash: bytes
    reading: Reading


@dataclass
class Shelf:
    """Everything held of one totem."""

    totem: str
    grants: list[Grant]
    opened_at: list[int]
    by_operator: list[bool]
    held: Held
    rows: dict[tuple[int, int], Row] = field(default_factory=dict)
    folded: list[tuple[int, int]] = field(default_factory=list)
    """Places in the order in which the books took them."""

    books: Books = field(default_factory=lambda: Books(""))
    heard_ms: int = 0
    leave: str = ""
    declared_seq: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    seals: dict[tuple[int, int], SealAnswer] = field(default_factory=dict)
    places: dict[tuple[int, int, bytes], tuple[int, int]] = field(default_factory=dict)
    """Fact -> where it is held."""


def refold(shelf: Shelf) -> Books:
    """The books as they follow from the rows; they become the shelf's own.

    A fact is held where it stood first, whenever the books took it.
    """
    shelf.books, shelf.places = Books(shelf.totem), {}
    for place in sorted(shelf.rows):
        shelf.places.setdefault(fact_of(place, shelf.rows[place].reading), place)
    for place in shelf.folded:
        row = shelf.rows[place]
        if shelf.places[fact_of(place, row.reading)] != place:
            shelf.books.known.add(row.reading.name)
        else:
            shelf.books.known.discard(row.reading.name)
        reading = standing.read(row.event, Place(shelf.totem, place[0], row.hash))
        standing.settle(shelf.books, reading, place[0])
        row.reading = reading
    return shelf.books


def legs_of(shelf: Shelf) -> list[LegRow]:
    return shelf.books.legs


def fact_of(place: tuple[int, int], reading: Reading) -> tuple[int, int, bytes]:
    origin = reading.event.origin
    if origin is not None:
        return origin.epoch, origin.seq, origin.hash
    return (*place, reading.hash)


def copy_of(shelf: Shelf) -> Shelf:
    return Shelf(
        shelf.totem,
        list(shelf.grants),
        list(shelf.opened_at),
        list(shelf.by_operator),
        shelf.held,
        {place: Row(row.event, row.hash, row.reading) for place, row in shelf.rows.items()},
        list(shelf.folded),
        deepcopy(Books(shelf.totem)),
        shelf.heard_ms,
        shelf.leave,
        shelf.declared_seq,
        dict(shelf.sums),
        dict(shelf.seals),
    )
