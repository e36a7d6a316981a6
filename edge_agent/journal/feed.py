"""The catalogue as the feed left it: the items of all scopes, the nearest scope winning."""

from collections.abc import Iterator
from typing import Any

from msgspec import ValidationError

from edge_agent.domain.catalogue import EMPTY, Catalogue
from edge_agent.journal.connection import Connection
from edge_agent.journal.journal import Journal
from sync_protocol.feed import (
    Attendant,
    Brand,
    Category,
    LegalEntity,
    Picture,
    PrivacyKey,
    Service,
    SitePolicy,
    decode_item,
)

_NEAREST_LAST = ("org", "site", "totem")


def read_catalogue(journal: Journal) -> Catalogue:
    """One consistent catalogue. An item this build cannot read is left out, the rest stands."""
    with journal.reading() as connection:
        items = _items(connection)
        version = connection.execute("SELECT coalesce(sum(version), 0) FROM feed_cursor").fetchone()
    found: dict[type, list[Any]] = {}
    for value in items.values():
        found.setdefault(type(value), []).append(value)
    return Catalogue(
        version=version[0],
        brand=next(iter(found.get(Brand, [])), EMPTY.brand),
        policy=next(iter(found.get(SitePolicy, [])), EMPTY.policy),
        categories=sorted(found.get(Category, []), key=lambda it: (it.position, it.id)),
        services={
            it.id: it
            for it in sorted(found.get(Service, []), key=lambda it: (it.position, it.id))
            if it.active
        },
        entities={it.cnpj: it for it in found.get(LegalEntity, [])},
        staff=[it for it in found.get(Attendant, []) if it.active],
        pictures={it.id: it for it in found.get(Picture, [])},
        privacy=next(iter(found.get(PrivacyKey, [])), None),
    )


def _items(connection: Connection) -> dict[str, object]:
    items: dict[str, object] = {}
    for key, body in _rows_nearest_last(connection):
        try:
            value = decode_item(key, body)
        except ValidationError:
            continue
        if value is not None:
            items[key] = value
    return items


def _rows_nearest_last(connection: Connection) -> Iterator[tuple[str, bytes]]:
    rows = connection.execute("SELECT scope, key, body FROM feed_items").fetchall()
    rows.sort(key=lambda row: _NEAREST_LAST.index(row[0].partition(":")[0]))
    for _, key, body in rows:
        yield key, bytes(body)
