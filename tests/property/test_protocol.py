"""What must hold of the contract for any input, not for the examples somebody thought of."""

from hashlib import sha256

import pytest
from hypothesis import given, settings, strategies as st
from msgspec import structs

from sync_protocol import backoff, chain, codec, downlink, ids, limits, seal, signing
from sync_protocol.accounts import legs
from sync_protocol.backoff import Backoff
from sync_protocol.errors import FeedHoleError, LocalProtocolError, MalformedEnvelopeError
from sync_protocol.events import (
    CardProof,
    Event,
    Origin,
    PaymentStoredOffline,
    SaleSettled,
    decode_body,
    encode_body,
)
from sync_protocol.feed import FeedItem, FeedPage
from sync_protocol.messages import Declared, Head, Held, Push
from sync_protocol.seal import Leaf
from sync_protocol.uplink import Judgement, judge

GENESIS = sha256(b"genesis").digest()
HASHES = st.binary(min_size=32, max_size=32)
COUNTERS = st.integers(0, limits.INTEGER_MAX)
EVENTS = st.builds(
    Event,
    seq=st.integers(1, 2**40),
    type=st.from_regex(r"\A[A-Za-z0-9]{1,20}\Z"),
    tver=st.integers(1, 9),
    wall_ms=COUNTERS,
    boot_id=st.from_regex(r"\A[a-z0-9]{0,12}\Z"),
    mono_ms=COUNTERS,
    business_day=st.just("2026-11-24"),
    body=st.binary(max_size=200),
    origin=st.none() | st.builds(Origin, epoch=COUNTERS, seq=COUNTERS, hash=HASHES),
)
MINOR = st.integers(0, limits.AMOUNT_MINOR_MAX // 4)


def run_of(events: list[Event], from_seq: int = 1) -> list[Event]:
    return [structs.replace(event, seq=from_seq + n) for n, event in enumerate(events)]


def push_of(events: list[Event], prev_hash: bytes = GENESIS, epoch: int = 1) -> Push:
    hashes = chain.hashes(prev_hash, events)
    from_seq = events[0].seq if events else 1
    last = hashes[-1] if hashes else prev_hash
    head = Head(from_seq + len(events) - 1, last, "key", bytes(64))
    return Push(epoch, from_seq, prev_hash, events, head, Declared(head.seq, last, {}))


def inflate(raw: bytes, most: int) -> bytes:
    if len(raw) > most:
        raise ValueError("too long")
    return raw


@given(st.lists(EVENTS, max_size=8))
def test_a_push_is_read_as_it_was_written(events: list[Event]) -> None:
    push = push_of(run_of(events))
    assert codec.decode_push(codec.encode_push(push, bytes), inflate) == push


@given(
    st.lists(EVENTS, min_size=1, max_size=5),
    st.sampled_from(["seq", "type", "boot_id", "body", "tver", "mono_ms", "origin"]),
)
def test_what_one_end_refuses_to_read_the_other_refuses_to_send(
    events: list[Event], field: str
) -> None:
    broken = {
        "seq": 0,
        "type": "with space",
        "boot_id": "é",
        "body": b"x" * (limits.BODY_BYTES_MAX + 1),
        "tver": 0,
        "mono_ms": -1,
        "origin": Origin(1, 1, b"short"),
    }
    good = push_of(run_of(events))
    first = structs.replace(good.events[0], **{field: broken[field]})
    bad = structs.replace(good, events=[first, *good.events[1:]])
    with pytest.raises(LocalProtocolError):
        codec.encode_push(bad, bytes)
    with pytest.raises(MalformedEnvelopeError):
        codec.decode_push(codec._encoder.encode(bad), inflate)


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_do_anything_but_refuse(raw: bytes) -> None:
    try:
        codec.decode_push(raw, inflate)
    except MalformedEnvelopeError:
        return


@given(EVENTS, st.data())
def test_any_change_of_any_field_changes_the_hash(event: Event, data: st.DataObject) -> None:
    other = data.draw(EVENTS)
    for field in event.__struct_fields__:
        changed = structs.replace(event, **{field: getattr(other, field)})
        if changed != event:
            assert chain.event_hash(GENESIS, changed) != chain.event_hash(GENESIS, event)


@given(st.lists(EVENTS, min_size=2, max_size=6, unique_by=lambda it: it.body), st.data())
def test_a_chain_shows_every_swap_and_every_loss(events: list[Event], data: st.DataObject) -> None:
    head = chain.hashes(GENESIS, events)[-1]
    place = data.draw(st.integers(0, len(events) - 2))
    swapped = [*events]
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    assert chain.hashes(GENESIS, swapped)[-1] != head
    assert chain.hashes(GENESIS, events[:place] + events[place + 1 :])[-1] != head


@given(st.lists(EVENTS, min_size=1, max_size=10), st.lists(EVENTS, max_size=3), st.data())
def test_the_verdict_is_that_of_a_naive_reader(
    ours: list[Event], theirs: list[Event], data: st.DataObject
) -> None:
    """Central holds a prefix of the journal; a push is any run of it, or of a branch of it."""
    ours = run_of(ours)
    held_seq = data.draw(st.integers(0, len(ours)))
    from_seq = data.draw(st.integers(1, len(ours)))
    branch_at = data.draw(st.integers(from_seq, len(ours) + 1))
    journal = ours[: branch_at - 1] + run_of(theirs, branch_at) if theirs else ours
    hashes = [GENESIS, *chain.hashes(GENESIS, journal)]
    held = [GENESIS, *chain.hashes(GENESIS, ours[:held_seq])]
    push = push_of(journal[from_seq - 1 :], hashes[from_seq - 1])
    push = structs.replace(push, from_seq=from_seq)
    if not push.events:
        return
    found = judge(push, Held(1, held_seq, held[-1]), dict(enumerate(held)).get)
    overlap = range(from_seq, min(held_seq, from_seq + len(push.events) - 1) + 1)
    if from_seq > held_seq + 1:
        assert found.judgement is Judgement.GAP
    elif any(hashes[seq] != held[seq] for seq in overlap):
        assert found.judgement is Judgement.FORK
    else:
        assert found.judgement is Judgement.ACCEPT
        assert found.skip == len(overlap)
        assert found.hashes == hashes[from_seq : from_seq + len(push.events)]


@given(st.dictionaries(st.from_regex(r"\A[0-9]{14}\Z"), MINOR, max_size=4))
def test_the_legs_of_an_event_sum_to_nothing(by_entity: dict[str, int]) -> None:
    total = sum(by_entity.values())
    settled = SaleSettled("T-1-1-00000000", "debit", "BRL", total, by_entity)
    proof = CardProof("", "", "", "", "", "")
    stored = PaymentStoredOffline("p", "s", "BRL", total, "debit", proof)
    for body in (settled, stored):
        assert sum(leg.amount_minor for leg in legs(body)) == 0
        assert decode_body(type(body).__name__, 1, encode_body(body)) == body


@given(st.integers(0, 60), st.floats(0, 1, exclude_max=True), st.integers(0, 10**6))
def test_a_pause_is_bounded_and_never_shorter_than_asked(
    failures: int, draw: float, floor_ms: int
) -> None:
    state = Backoff()
    for _ in range(failures):
        state = backoff.failed(state)
    pause_ms = backoff.delay_ms(state, draw, floor_ms)
    assert floor_ms <= pause_ms <= max(floor_ms, limits.BACKOFF_CAP_MS)


@given(st.from_regex(ids.TOTEM_ID), st.integers(1, 10**9), st.integers(1, 10**15), HASHES)
def test_a_name_says_where_its_event_stands(
    totem: str, epoch: int, seq: int, digest: bytes
) -> None:
    name = ids.parse_name(ids.name_of(totem, epoch, seq, digest))
    assert (name.totem, name.epoch, name.seq) == (totem, epoch, seq)
    assert name.h == ids.crockford(digest)[:8]


@given(st.integers(0, 5), st.integers(1, 6), st.data())
def test_a_feed_page_with_a_hole_or_a_change_is_refused(
    start: int, count: int, data: st.DataObject
) -> None:
    items = [_item(start + n + 1) for n in range(count)]
    page = FeedPage(items, {"org": start + count}, True)
    assert downlink.check_page({"org": start}, page) == {"org": start + count}
    assert downlink.check_page({"org": start + count}, page) == {"org": start + count}
    place = data.draw(st.integers(0, count - 1))
    altered = structs.replace(items[place], body=b"{}x")
    for spoilt in (items[:place] + items[place + 1 :], [*items[:place], altered]):
        with pytest.raises(FeedHoleError):
            downlink.check_page({"org": start}, structs.replace(page, items=spoilt))


@given(
    st.lists(
        st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=8),
        min_size=6,
        max_size=6,
    ),
    st.integers(0, 5),
)
def test_a_signature_covers_every_component(values: list[str], place: int) -> None:
    covered = signing.Covered(*values)
    other = [*values]
    other[place] += "x"
    before = signing.signature_base(covered, "key")
    assert signing.signature_base(signing.Covered(*other), "key") != before


@given(st.lists(HASHES, min_size=1, max_size=40, unique=True), st.data())
def test_a_root_names_every_row_and_its_order(digests: list[bytes], data: st.DataObject) -> None:
    leaves = [Leaf(1, seq, digest) for seq, digest in enumerate(digests, 1)]
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves]
    changed[place] = leaves[place]._replace(hash=sha256(digests[place]).digest())
    assert seal.root(changed) != seal.root(leaves)
    assert seal.root([*leaves, leaves[-1]]) != seal.root(leaves)
    assert seal.root(leaves[:place] + leaves[place + 1 :]) != seal.root(leaves)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 30)), unique=True))
@settings(max_examples=60)
def test_ranges_cover_exactly_their_rows(places: list[tuple[int, int]]) -> None:
    leaves = [Leaf(epoch, seq, bytes(32)) for epoch, seq in sorted(places)]
    covered = [(e, s) for e, first, last in seal.ranges(leaves) for s in range(first, last + 1)]
    assert covered == sorted(places)


def _item(version: int) -> FeedItem:
    body = b'{"v":%d}' % version
    return FeedItem("org", version, version - 1, "put", "k", body, sha256(body).digest())
