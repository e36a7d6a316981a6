"""The standing of each arriving event: posted, parked or quarantined. Content never refuses a push.

unknown type or version            parked: replayed after the deploy that knows it
bad content                        quarantined
written again, held already        posted, and counts nothing: a fact counts once, by its origin
behind one of those, same sale     parked, so that the sale is later replayed in order
"""

from typing import Literal

from msgspec import Struct, json

from central.domain import content, fold
from central.domain.rows import Books, Entry
from sync_protocol.errors import BadContentError, UnknownEventError
from sync_protocol.events import Body, CaseOpened, Event, Origin, PrintQueued, decode_body
from sync_protocol.ids import name_of

REPEAT = "held already under the place where it was first written"
Status = Literal["posted", "parked", "quarantined"]


class Place(Struct, frozen=True):
    """Where an event stands: its totem, epoch and hash in the chain."""

    totem: str
    epoch: int
    hash: bytes


class Reading(Struct):
    """An event as read by this build, named by where it was first written. ``body`` is None when
    it could not be read.
    """

    event: Event
    hash: bytes
    name: str
    body: Body | None = None
    sale: str | None = None
    status: Status = "posted"
    reason: str = ""


class _SaleHint(Struct):
    sale: str = ""


def read(event: Event, place: Place) -> Reading:
    """Decode and check one event; faults become its status."""
    first = event.origin or Origin(place.epoch, event.seq, place.hash)
    name = name_of(place.totem, first.epoch, first.seq, first.hash)
    reading = Reading(event, place.hash, name)
    try:
        body = decode_body(event.type, event.tver, event.body)
        content.check(place.totem, body)
    except UnknownEventError as unknown:
        _set_aside(reading, "parked", str(unknown), place.totem)
    except BadContentError as bad:
        _set_aside(reading, "quarantined", str(bad), place.totem)
    else:
        reading.body = body
    return reading


def settle(books: Books, reading: Reading, epoch: int) -> None:
    """Fold a reading into the books, or decide why not. ``books`` holds every row it names."""
    meet(books, reading)
    if is_repeat(books, reading):
        reading.status, reading.reason = "posted", REPEAT
        return
    if reading.event.origin is not None:
        books.known.add(reading.name)
    if reading.body is None or reading.status != "posted":
        _block(books, reading.sale)
        return
    if reading.sale in books.blocked:
        reading.status, reading.reason = "parked", "behind an earlier event of the same sale"
        return
    try:
        fold.apply(books, entry_of(reading, reading.body, epoch))
    except BadContentError as bad:
        reading.status, reading.reason = "quarantined", str(bad)
        _block(books, reading.sale)


def is_repeat(books: Books, reading: Reading) -> bool:
    """Whether this is a fact of an earlier epoch that is held under another place."""
    return reading.event.origin is not None and reading.name in books.known


def meet(books: Books, reading: Reading) -> None:
    """Learn which sale the event belongs to, and what print job or case it opened."""
    if isinstance(reading.body, PrintQueued | CaseOpened):
        books.openers[reading.name] = reading.body
    if reading.body is not None:
        reading.sale = fold.sale_of(books, reading.name, reading.body)


def entry_of(reading: Reading, body: Body, epoch: int) -> Entry:
    event = reading.event
    return Entry(reading.name, epoch, event.seq, event.wall_ms, event.business_day, body)


def _set_aside(reading: Reading, status: Status, reason: str, totem: str) -> None:
    reading.status, reading.reason = status, reason.replace("\x00", "")[:500]
    if reading.event.type == "SaleOpened":
        reading.sale = reading.name
        return
    try:
        hint = json.decode(reading.event.body, type=_SaleHint).sale
    except (ValueError, RecursionError):
        return
    reading.sale = hint if content.own_name(totem, hint) else None


def _block(books: Books, sale: str | None) -> None:
    if sale is not None:
        books.blocked.add(sale)
