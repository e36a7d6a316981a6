"""Bytes that were once shipped are never read or written in another way."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct, json

from sync_protocol import chain, codec
from sync_protocol.events import TYPES, decode_body, encode_body
from sync_protocol.feed import FeedPage
from sync_protocol.messages import (
    EnrolAnswer,
    EnrolRequest,
    EpochAnswer,
    EpochRequest,
    ForensicReceipt,
    Grant,
    ProblemDocument,
)
from tests.support.golden import FILE, golden

VECTORS = json.decode(FILE.read_bytes())


@pytest.mark.parametrize("part", sorted(VECTORS))
def test_the_code_makes_the_golden_bytes(part: str) -> None:
    assert golden()[part] == VECTORS[part]


def test_no_vector_is_missing() -> None:
    assert golden().keys() == VECTORS.keys()
    assert {f"{name}.{tver}" for name, tver in TYPES} == VECTORS["events"].keys()


@pytest.mark.parametrize("kind", sorted(VECTORS["events"]))
def test_every_event_ever_shipped_is_read(kind: str) -> None:
    name, _, tver = kind.partition(".")
    raw = VECTORS["events"][kind].encode()
    assert encode_body(decode_body(name, int(tver), raw)) == raw


def test_the_golden_push_is_read_and_its_chain_and_signature_hold() -> None:
    push = codec.decode_push(bytes.fromhex(VECTORS["wire"]["push"]), lambda raw, most: raw)
    hashes = chain.hashes(push.prev_hash, push.events)
    assert [digest.hex() for digest in hashes] == VECTORS["hashes"]["events"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(VECTORS["keys"]["totem"]))
    signed = chain.head_bytes("VCLARA1", 1, push.head.seq, push.head.hash, push.declared)
    key.verify(push.head.sig, signed)
    with pytest.raises(InvalidSignature):
        key.verify(push.head.sig, signed + b"\0")


def test_golden_documents_are_read() -> None:
    found = VECTORS["json"]
    grant = json.decode(found["grant"], type=Grant)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(VECTORS["keys"]["central"]))
    key.verify(grant.sig, chain.grant_bytes(grant))
    assert json.decode(found["epoch_request"], type=EpochRequest).grants == [grant]
    assert json.decode(found["epoch_answer"], type=EpochAnswer).grant.epoch == 2


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("feed_page", FeedPage),
        ("problem", ProblemDocument),
        ("forensic_receipt", ForensicReceipt),
        ("enrol_request", EnrolRequest),
        ("enrol_answer", EnrolAnswer),
    ],
)
def test_every_document_is_read_and_written_as_it_was(name: str, kind: type[Struct]) -> None:
    raw = VECTORS["json"][name].encode()
    assert json.encode(json.decode(raw, type=kind)) == raw
