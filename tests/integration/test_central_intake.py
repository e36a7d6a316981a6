"""Pushes to central over a real socket: what is acked, what is refused, what is set aside."""

from collections.abc import Iterator

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from msgspec import msgpack, structs

from central.services.zstd import compress
from sync_protocol import chain, codec, events, limits
from sync_protocol.messages import Push
from tests.support.central_server import Central, serving
from tests.support.postgres import fresh_database
from tests.support.totem_peer import ENTITY, Peer, acked, refused


@pytest.fixture(scope="module")
def running(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    folder = tmp_path_factory.mktemp("central")
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


def statuses(central: Central) -> dict[int, str]:
    return dict(central.query("SELECT seq, status FROM events ORDER BY seq"))


def test_push_is_posted_and_acked_with_a_signature_that_verifies(
    central: Central, peer: Peer
) -> None:
    peer.sell("debit", 3200)
    answer = acked(peer.push(peer.run()))
    ack = answer.ack
    assert (ack.epoch, ack.seq, ack.hash) == (1, len(peer.journal), peer.hashes[-1])
    assert peer.answer is not None
    key = Ed25519PublicKey.from_public_bytes(peer.answer.server_keys[ack.key_id])
    signed = chain.ack_bytes(peer.totem, ack.epoch, ack.seq, ack.hash, ack.server_gen)
    key.verify(ack.sig, signed)
    assert answer.next.nonce == peer.nonce
    assert answer.feed == {"org": 0, "site:centro": 0, f"totem:{peer.totem}": 0}
    assert set(statuses(central).values()) == {"posted"}


def test_projections_say_what_the_events_say(central: Central, peer: Peer) -> None:
    paid, voucher, free = peer.sell("debit", 3200), peer.sell("counter", 900), peer.sell("free", 0)
    acked(peer.push(peer.run()))
    sales = central.query("SELECT sale, state, method, total_minor FROM sales ORDER BY opened_seq")
    assert sales == [
        (paid, "CLOSED", "debit", 3200),
        (voucher, "AWAITING_PAYMENT", "counter", 900),
        (free, "CLOSED", "free", 0),
    ]
    payments = central.query("SELECT sale, state, amount_minor FROM payments ORDER BY amount_minor")
    assert payments == [(voucher, "VOUCHER_ISSUED", 900), (paid, "STORED_OFFLINE", 3200)]
    assert central.query("SELECT sum(amount_minor)::int FROM legs") == [(0,)]
    legs = central.query("SELECT account, entity, amount_minor FROM legs ORDER BY seq, place")
    assert legs == [
        ("card_stored_receivable", "", 3200),
        ("customer_due", "", -3200),
        ("customer_due", "", 3200),
        ("revenue", ENTITY, -3200),
    ]
    assert central.query("SELECT DISTINCT print_outcome FROM tickets") == [("printed",)]


def test_duplicate_push_is_acked_again(central: Central, peer: Peer) -> None:
    peer.sell()
    push = peer.run()
    first, second = acked(peer.push(push)), acked(peer.push(push))
    assert structs.replace(second, next=first.next) == first
    assert central.query("SELECT count(*)::int FROM events") == [(len(peer.journal),)]
    assert central.query("SELECT count(*)::int FROM legs") == [(4,)]


def test_overlapping_push_posts_only_its_new_part(central: Central, peer: Peer) -> None:
    peer.sell()
    acked(peer.push(peer.run(1, 4)))
    assert acked(peer.push(peer.run(3))).ack.seq == len(peer.journal)
    assert central.query("SELECT count(*)::int FROM events") == [(len(peer.journal),)]


def test_sale_that_spans_pushes_folds_as_one(central: Central, peer: Peer) -> None:
    peer.sell()
    for seq in range(1, len(peer.journal) + 1):
        acked(peer.push(peer.run(seq, seq)))
    assert central.query("SELECT state FROM sales") == [("CLOSED",)]
    assert central.query("SELECT print_outcome FROM tickets") == [("printed",)]
    sales = central.query("SELECT count(*)::int FROM events WHERE sale IS NOT NULL")
    assert sales == [(len(peer.journal) - 1,)]


def test_probe_without_events_is_acked_and_declares_the_backlog(
    central: Central, peer: Peer
) -> None:
    peer.sell("credit", 5000)
    answer = acked(peer.push(peer.run(1, 0)))
    assert answer.ack.seq == 0
    assert answer.ack.hash == peer.genesis
    declared = central.query("SELECT held_seq, declared_seq, declared_sums::text FROM heads")
    assert declared == [(0, len(peer.journal), '{"credit": 5000}')]


def test_gap_names_what_is_held(central: Central, peer: Peer) -> None:
    peer.sell()
    acked(peer.push(peer.run(1, 3)))
    problem = refused(peer.push(peer.run(6)), "gap")
    assert problem.held is not None
    assert (problem.held.seq, problem.held.hash) == (3, peer.hash_at(3))
    assert central.query("SELECT kind FROM incidents") == [("held-behind-ack",)]


def test_fork_is_refused_recorded_once_and_never_overwrites(central: Central, peer: Peer) -> None:
    peer.sell()
    acked(peer.push(peer.run()))
    before = central.query("SELECT seq, hash FROM events ORDER BY seq")
    peer.journal, peer.hashes = peer.journal[:2], peer.hashes[:2]
    peer.append(events.SaleOpened("es"))
    for _ in range(2):
        refused(peer.push(peer.run()), "fork")
    assert central.query("SELECT seq, hash FROM events ORDER BY seq") == before
    assert central.query("SELECT kind FROM incidents") == [("fork",)]


def test_unknown_epoch_is_refused(central: Central, peer: Peer) -> None:
    push = peer.sign(structs.replace(peer.run(), epoch=2))
    refused(peer.push(push), "epoch-closed")
    assert central.query("SELECT count(*)::int FROM events") == [(0,)]


def test_broken_chain_stores_nothing(central: Central, peer: Peer) -> None:
    peer.sell()
    push = peer.run()
    altered = [structs.replace(push.events[0], wall_ms=1), *push.events[1:]]
    problem = refused(peer.push(structs.replace(push, events=altered)), "bad-chain")
    assert "Nothing was stored" in problem.detail
    assert central.query("SELECT count(*)::int FROM events") == [(0,)]
    assert central.query("SELECT kind FROM incidents") == [("bad-chain",)]


def test_head_signed_by_another_key_is_refused(central: Central, peer: Peer) -> None:
    push = peer.run()
    forged = structs.replace(push, head=structs.replace(push.head, sig=bytes(64)))
    refused(peer.push(forged), "bad-signature")
    assert central.query("SELECT count(*)::int FROM events") == [(0,)]


def test_bad_content_is_quarantined_and_its_sale_parked_behind(
    central: Central, peer: Peer
) -> None:
    sale = peer.append(events.SaleOpened("pt-BR"))
    peer.append_raw("SalePriced", b'{"sale":"' + sale.encode() + b'","total_minor":"much"}')
    peer.append(events.SaleCancelled(sale, "customer"))
    other = peer.sell()
    answer = acked(peer.push(peer.run()))
    assert answer.quarantined == [3]
    assert answer.ack.seq == len(peer.journal)
    assert {seq: s for seq, s in statuses(central).items() if s != "posted"} == {
        3: "quarantined",
        4: "parked",
    }
    peer.append(events.SaleAbandoned(sale, "late"))
    acked(peer.push(peer.run(len(peer.journal))))
    assert statuses(central)[len(peer.journal)] == "parked"
    states = dict(central.query("SELECT sale, state FROM sales"))
    assert states == {sale: "OPEN", other: "CLOSED"}
    assert acked(peer.push(peer.run())).quarantined == [3]


def test_unknown_type_and_version_are_parked_and_block_nothing(
    central: Central, peer: Peer
) -> None:
    peer.append_raw("CoffeeBrewed", b'{"cups":2}')
    peer.append(events.SaleOpened("en"), tver=9)
    peer.sell()
    assert acked(peer.push(peer.run())).quarantined == []
    found = statuses(central)
    assert (found[2], found[3], found[4]) == ("parked", "parked", "posted")


@pytest.mark.parametrize("twist", ["twice", "amount", "stranger", "unopened"])
def test_settlement_that_contradicts_the_books_is_quarantined(
    central: Central, peer: Peer, twist: str
) -> None:
    sale = peer.sell("debit", 3200)
    settled = events.SaleSettled(sale, "debit", "BRL", 3200, {ENTITY: 3200})
    opened = peer.append(events.SaleOpened("en"))
    peer.append(events.SalePriced(opened, 1, "debit", "BRL", 0, []))
    twisted = {
        "twice": settled,
        "amount": structs.replace(settled, sale=opened),
        "stranger": structs.replace(settled, sale="OTHER1-1-2-ABCDEFGH"),
        "unopened": structs.replace(settled, sale=f"{peer.totem}-1-2-ABCDEFGH"),
    }[twist]
    peer.append(twisted)
    assert acked(peer.push(peer.run())).quarantined == [len(peer.journal)]
    assert central.query("SELECT count(*)::int FROM legs") == [(4,)]


def test_text_that_no_column_holds_is_quarantined(central: Central, peer: Peer) -> None:
    peer.append_raw("SaleOpened", b'{"locale":"\\u0000"}')
    peer.append_raw("SaleOpened", b"\xff")
    assert acked(peer.push(peer.run())).quarantined == [2, 3]


def test_unsigned_push_is_refused(central: Central, peer: Peer) -> None:
    wire = codec.encode_push(peer.run(), compress)
    response = central.http.post(f"/v1/totems/{peer.totem}/journal", content=wire)
    refused(response, "bad-signature")
    assert central.query("SELECT count(*)::int FROM events") == [(0,)]


def test_replayed_request_is_refused_with_a_fresh_nonce(central: Central, peer: Peer) -> None:
    wire, path = codec.encode_push(peer.run(), compress), f"/v1/totems/{peer.totem}/journal"
    headers = {**peer.signed("POST", path, "", wire), "content-encoding": "zstd"}
    acked(peer.send("POST", path, headers, wire))
    problem = refused(peer.send("POST", path, headers, wire), "use-nonce")
    assert problem.nonce == peer.nonce
    acked(peer.post(wire))


@pytest.mark.parametrize("nonce", ["", "nonsense", "AAAAAAAAAAAA", "é"])
def test_nonce_that_is_not_ours_is_refused(peer: Peer, nonce: str) -> None:
    peer.nonce = nonce
    wire = codec.encode_push(peer.run(), compress)
    path = f"/v1/totems/{peer.totem}/journal"
    headers = {**peer.signed("POST", path, "", wire), "content-encoding": "zstd"}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    response = peer.http.post(path, headers=raw, content=wire)
    assert refused(response, "use-nonce").nonce


def test_push_under_a_foreign_key_is_refused(peer: Peer) -> None:
    peer.key = Ed25519PrivateKey.generate()
    refused(peer.push(peer.run()), "bad-signature")


def test_push_for_another_totem_is_refused(central: Central, peer: Peer) -> None:
    other = central.peer("KIOSK2")
    peer.totem = other.totem
    refused(peer.push(peer.run()), "bad-signature")


def test_unknown_totem_is_refused(peer: Peer) -> None:
    peer.totem = "NOBODY"
    refused(peer.push(peer.run()), "unknown-totem")


def test_revoked_totem_is_refused(central: Central, peer: Peer) -> None:
    central.query("UPDATE totems SET status = 'revoked'")
    refused(peer.push(peer.run()), "totem-revoked")


@pytest.mark.parametrize(
    "spoilt",
    [
        {"content-digest": "sha-256=:AAAA:"},
        {"totem-audience": "another"},
        {"signature": "totem=:AAAA:"},
        {"signature-input": 'totem=("@method");keyid="KIOSK1:0";alg="ed25519"'},
    ],
)
def test_spoilt_signature_is_refused(peer: Peer, spoilt: dict[str, str]) -> None:
    wire = codec.encode_push(peer.run(), compress)
    refused(peer.post(wire, **spoilt), "bad-signature")


def test_oversized_push_is_refused_before_it_is_read(peer: Peer) -> None:
    refused(peer.post(bytes(limits.PUSH_WIRE_BYTES_MAX + 1)), "too-large")


def test_zip_bomb_is_refused(peer: Peer) -> None:
    refused(peer.post(compress(bytes(64 * 1024 * 1024))), "malformed-envelope")


@pytest.mark.parametrize("wire", [b"", b"garbage", compress(b"garbage"), compress(b"\x80")])
def test_malformed_push_is_refused(peer: Peer, wire: bytes) -> None:
    refused(peer.post(wire), "malformed-envelope")


def impossible(push: Push) -> list[Push]:
    declared = push.declared
    return [
        structs.replace(push, epoch=-1),
        structs.replace(push, declared=structs.replace(declared, sums_by_method={"a": -1})),
        structs.replace(push, head=structs.replace(push.head, hash=b"short")),
        structs.replace(push, events=[structs.replace(push.events[0], tver=2**40)]),
        structs.replace(push, events=[structs.replace(push.events[0], boot_id="a\x00")]),
    ]


@pytest.mark.parametrize("place", range(5))
def test_impossible_number_is_refused_not_stored(central: Central, peer: Peer, place: int) -> None:
    push = impossible(peer.run())[place]
    refused(peer.post(compress(msgpack.encode(push))), "malformed-envelope")
    assert central.query("SELECT count(*)::int FROM events") == [(0,)]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/v1/nothing", "not-found"),
        ("DELETE", "/health", "method-not-allowed"),
        ("DELETE", "/v1/totems/KIOSK1/journal", "method-not-allowed"),
        ("POST", "/v1/enrol", "malformed-envelope"),
    ],
)
def test_every_refusal_is_a_problem_document(
    central: Central, method: str, path: str, code: str
) -> None:
    refused(central.http.request(method, path), code)


def test_health_and_metrics_tell_what_happened(central: Central, peer: Peer) -> None:
    acked(peer.push(peer.run()))
    health = central.http.get("/health").json()
    assert (health["status"], health["database"], health["server_gen"]) == ("ok", "ok", 1)
    text = central.http.get("/metrics").text
    assert 'totem_central_pushes_total{verdict="accept"}' in text
    assert 'totem_central_events_total{status="posted"}' in text


def test_every_signed_answer_brings_a_fresh_nonce(peer: Peer) -> None:
    nonces = {peer.nonce}
    far = peer.sign(structs.replace(peer.run(), from_seq=9, events=[]))
    responses: list[httpx.Response] = [peer.push(peer.run()), peer.feed({}), peer.push(far)]
    nonces.update(response.headers["totem-nonce"] for response in responses)
    assert len(nonces) == 4
