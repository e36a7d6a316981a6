"""Sealed at the totem, opened at headquarters: nowhere else, for no other sale, and not altered."""

from collections.abc import Callable

import pytest

from central.domain.errors import OperatorError
from central.services.privacy import Unsealer
from edge_agent.services.sealing import PADDED_TO, seal
from sync_protocol import limits
from sync_protocol.messages import PrivateFields, PrivateRecord
from tests.support.asking_totem import SAID, UNSEALER

FIELDS = PrivateFields(**SAID)
SALE = "KIOSK1-1-2-00000000"
KEY = UNSEALER.public


def test_headquarters_opens_what_a_totem_sealed_and_its_length_tells_nothing() -> None:
    record = seal(FIELDS, SALE, KEY)
    assert UNSEALER.open(SALE, record) == FIELDS
    assert not any(value.encode() in record.sealed for value in SAID.values())
    only = seal(PrivateFields(phone=SAID["phone"]), SALE, KEY)
    assert len(only.sealed) == len(record.sealed) <= limits.SEALED_BYTES_MAX
    assert len(record.sealed) == 32 + 12 + PADDED_TO + 16
    assert seal(FIELDS, SALE, KEY).sealed != record.sealed


def test_the_longest_answers_fit_a_record() -> None:
    longest = PrivateFields("Ã" * 60, SAID["cpf"], SAID["phone"])
    record = seal(longest, SALE, KEY)
    assert len(record.sealed) <= limits.SEALED_BYTES_MAX
    assert UNSEALER.open(SALE, record) == longest


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
        lambda sealed: bytes([sealed[0] ^ 1]) + sealed[1:],
        lambda sealed: sealed[:20],
        lambda sealed: b"",
    ],
    ids=["tag", "key", "cut", "empty"],
)
def test_an_altered_record_does_not_open(spoil: Callable[[bytes], bytes]) -> None:
    record = seal(FIELDS, SALE, KEY)
    with pytest.raises(OperatorError, match="does not open"):
        UNSEALER.open(SALE, PrivateRecord(record.key_id, spoil(record.sealed)))


def test_a_record_opens_for_its_own_sale_and_key_only() -> None:
    record = seal(FIELDS, SALE, KEY)
    with pytest.raises(OperatorError, match="does not open"):
        UNSEALER.open("KIOSK1-1-3-00000000", record)
    with pytest.raises(OperatorError, match="put that privacy"):
        Unsealer(bytes(32)).open(SALE, record)


def test_what_holds_a_persons_words_does_not_show_them() -> None:
    assert not any(value in repr(FIELDS) for value in SAID.values())
