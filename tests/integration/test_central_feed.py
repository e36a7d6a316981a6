"""The feed: dense versions under concurrent writers, pages, and long polls that wake."""

import asyncio
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.ledger import feed
from central.ledger.database import Database
from central.ledger.feed import Change
from sync_protocol import downlink, limits
from sync_protocol.feed import FeedPage
from tests.support.central_server import Central, serving
from tests.support.postgres import fresh_database
from tests.support.totem_peer import Peer, page_of, refused

WRITERS, ITEMS = 8, 25


@pytest.fixture(scope="module")
def running(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    folder: Path = tmp_path_factory.mktemp("central")
    with fresh_database(postgres) as url, serving(url, folder) as central:
        central.empty()
        yield central


@pytest.fixture
def central(running: Central) -> Iterator[Central]:
    yield running
    running.empty()


@pytest.fixture
def peer(central: Central) -> Peer:
    return central.peer()


def put(central: Central, scope: str, *keys: str) -> int:
    changes = [Change("put", key, b'{"key":"' + key.encode() + b'"}') for key in keys]
    return central.ledger(lambda database: feed.put(database, scope, changes))


def test_versions_are_dense_and_never_skipped_under_8_writers(central: Central, peer: Peer) -> None:
    cursor = dict.fromkeys(("org", "site:centro", f"totem:{peer.totem}"), 0)
    seen: list[int] = []
    writing = threading.Thread(target=central.ledger, args=(_write_at_once,))
    writing.start()
    while writing.is_alive() or len(seen) < WRITERS * ITEMS:
        page = page_of(peer.feed(cursor))
        cursor = downlink.check_page(cursor, page)
        seen += [item.version for item in page.items]
        assert cursor == page.cursor
    writing.join()
    assert seen == list(range(1, WRITERS * ITEMS + 1))


async def _write_at_once(database: Database) -> None:
    async def write(writer: int) -> None:
        for place in range(ITEMS):
            change = Change("put", f"service/{writer}-{place}", b"{}")
            await feed.put(database, "org", [change])

    await asyncio.gather(*(write(writer) for writer in range(WRITERS)))


def test_a_page_holds_no_more_bytes_than_a_slow_line_carries(central: Central, peer: Peer) -> None:
    half = limits.FEED_PAGE_BYTES_MAX // 2
    sizes = (half, half, 1, 3 * half, 1)
    changes = [Change("put", f"picture/{size}", b"x" * size) for size in sizes]
    central.ledger(lambda database: feed.put(database, "org", changes))
    cursor, pages = {"org": 0}, list[FeedPage]()
    while not pages or not pages[-1].complete:
        pages.append(page_of(peer.feed(cursor)))
        cursor = downlink.check_page(cursor, pages[-1])
    assert [[len(it.body) for it in page.items] for page in pages] == [
        [half, half],
        [1],
        [3 * half],
        [1],
    ]


def test_page_follows_the_cursor_of_every_scope(central: Central, peer: Peer) -> None:
    put(central, "org", "a", "b")
    put(central, "site:centro", "c")
    put(central, "site:elsewhere", "d")
    page = page_of(peer.feed({"org": 1}))
    assert [(item.scope, item.version, item.key) for item in page.items] == [
        ("org", 2, "b"),
        ("site:centro", 1, "c"),
    ]
    assert page.cursor == {"org": 2, "site:centro": 1, f"totem:{peer.totem}": 0}
    assert page.complete


def test_long_feed_comes_in_pages(central: Central, peer: Peer) -> None:
    put(central, "org", *(f"service/{place}" for place in range(600)))
    first = page_of(peer.feed({}))
    second = page_of(peer.feed(first.cursor))
    assert (len(first.items), first.complete) == (500, False)
    assert (len(second.items), second.complete) == (100, True)


def test_long_poll_wakes_when_something_is_published(central: Central, peer: Peer) -> None:
    publishing = threading.Timer(0.3, put, (central, f"totem:{peer.totem}", "policy"))
    publishing.start()
    began = time.monotonic()
    page = page_of(peer.feed({}, wait=20))
    publishing.join()
    assert [item.key for item in page.items] == ["policy"]
    assert time.monotonic() - began < 5


def test_long_poll_without_news_answers_empty_in_time(peer: Peer) -> None:
    began = time.monotonic()
    page = page_of(peer.feed({}, wait=0.2))
    assert page.items == []
    assert page.complete
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("cursor", "code"),
    [
        ({"org": 7}, "stale-gen"),
        ({"org": -1}, "malformed-envelope"),
        ({"site:elsewhere": 0}, "malformed-envelope"),
        ({"org": "one"}, "malformed-envelope"),
    ],
)
def test_impossible_cursor_is_refused(
    central: Central, peer: Peer, cursor: dict[str, int], code: str
) -> None:
    put(central, "org", "a")
    refused(peer.feed(cursor, wait=0.1), code)


def test_unsigned_poll_is_refused(central: Central, peer: Peer) -> None:
    refused(central.http.get(f"/v1/totems/{peer.totem}/feed"), "bad-signature")


def test_replacing_a_scope_publishes_only_what_changed(central: Central) -> None:
    def replace(wanted: dict[str, bytes]) -> list[tuple[str, str]]:
        changes = central.ledger(lambda database: feed.replace(database, "org", wanted))
        return [(change.kind, change.key) for change in changes]

    assert replace({"a": b"1", "b": b"2"}) == [("put", "a"), ("put", "b")]
    assert replace({"a": b"1", "b": b"2"}) == []
    assert replace({"a": b"9"}) == [("put", "a"), ("del", "b")]
    assert replace({"b": b"2"}) == [("put", "b"), ("del", "a")]
    digests = [central.ledger(lambda database: feed.digest(database, "org")) for _ in range(2)]
    assert digests[0] == digests[1]


def test_a_cursor_of_a_generation_before_a_restore_is_refused(central: Central, peer: Peer) -> None:
    put(central, "org", "a")
    page = page_of(peer.feed({}, gen=0))
    assert page.server_gen == 1
    assert page_of(peer.feed(page.cursor, gen=1)).items == []
    refused(peer.feed(page.cursor, gen=2), "stale-gen")


def test_a_snapshot_holds_what_is_live_and_where_the_feed_stands(
    central: Central, peer: Peer
) -> None:
    for key in ("a", "b", "a"):
        put(central, "org", key)
    page = page_of(peer.snapshot())
    assert sorted(item.key for item in page.items) == ["a", "b"]
    assert page.cursor["org"] == 3
    assert page.complete


def test_a_cursor_behind_the_trimmed_tail_needs_a_snapshot(central: Central, peer: Peer) -> None:
    for key in ("a", "b", "a"):
        put(central, "org", key)
    assert trim(central, days=-1) == 1
    assert trim(central, days=-1) == 0
    refused(peer.feed({}), "cursor-expired")
    assert [item.key for item in page_of(peer.feed({"org": 1})).items] == ["b", "a"]
    assert sorted(item.key for item in page_of(peer.snapshot()).items) == ["a", "b"]


def test_fresh_changes_are_kept(central: Central, peer: Peer) -> None:
    for key in ("a", "a"):
        put(central, "org", key)
    assert trim(central, days=30) == 0
    assert len(page_of(peer.feed({})).items) == 2


def trim(central: Central, days: int) -> int:
    before = datetime.now(UTC) - timedelta(days=days)
    return central.ledger(lambda database: feed.trim(database, before))
