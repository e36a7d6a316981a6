"""The feed, the totem's end: a page continues every cursor it touches, or is refused whole."""

from hashlib import sha256

from sync_protocol.errors import FeedHoleError
from sync_protocol.feed import FeedPage


def check_snapshot(page: FeedPage) -> None:
    """A page that replaces everything read before. Raises FeedHoleError for an altered body."""
    for item in page.items:
        if item.kind != "put" or sha256(item.body).digest() != item.hash:
            raise FeedHoleError(f"{item.scope}: {item.key} of the snapshot does not fit its hash")


def check_page(cursor: dict[str, int], page: FeedPage) -> dict[str, int]:
    """The cursor after applying ``page``. Raises FeedHoleError for anything skipped or altered.

    An item at or below the cursor is a repeat and harmless: the caller applies puts idempotently.
    """
    after = dict(cursor)
    for item in page.items:
        at = after.get(item.scope, 0)
        if not item.prev_version <= min(at, item.version - 1):
            raise FeedHoleError(
                f"{item.scope}: {item.version} follows {item.prev_version}, we are at {at}"
            )
        if sha256(item.body).digest() != item.hash:
            raise FeedHoleError(
                f"{item.scope}: the body of version {item.version} does not fit its hash"
            )
        after[item.scope] = max(at, item.version)
    for scope, version in page.cursor.items():
        if page.complete and version > after.get(scope, 0):
            raise FeedHoleError(
                f"{scope}: the page ends at {after.get(scope, 0)}, its cursor says {version}"
            )
    return after
