"""Enrolment over a real socket: a one-time code for an identity, and every way to get it wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from msgspec import json

from central.domain.errors import OperatorError
from central.domain.series import LETTERS, series_of
from central.services.enrolment import new_code
from sync_protocol import chain
from sync_protocol.messages import EnrolAnswer
from tests.support.central_server import Central, serving
from tests.support.totem_peer import Peer, acked, refused


@pytest.fixture
def central(database_url: str, tmp_path: Path) -> Iterator[Central]:
    with serving(database_url, tmp_path) as running:
        yield running


def test_code_buys_a_grant_that_verifies_and_opens_epoch_1(central: Central) -> None:
    peer = central.peer("VCLARA1")
    answer = peer.answer
    assert answer is not None
    grant = answer.grant
    assert (grant.totem, grant.epoch, grant.series, grant.parents) == ("VCLARA1", 1, "A", [])
    key = Ed25519PublicKey.from_public_bytes(answer.server_keys[grant.key_id])
    key.verify(grant.sig, chain.grant_bytes(grant))
    assert answer.scopes == ["org", "site:centro", "totem:VCLARA1"]
    assert (answer.site, answer.site_name) == ("centro", "Unidade Centro")
    acked(peer.push(peer.run()))


def test_same_key_and_code_get_the_same_answer_again(central: Central) -> None:
    peer, code = Peer(central.http), central.code("KIOSK1")
    first = json.decode(peer.enrol(code).content, type=EnrolAnswer)
    central.query("UPDATE enrol_codes SET expires_at = now() - interval '1 day'")
    second = json.decode(peer.enrol(code).content, type=EnrolAnswer)
    assert second.grant == first.grant
    assert second.nonce != first.nonce
    assert central.query("SELECT count(*)::int FROM epochs") == [(1,)]


def test_code_is_read_as_people_type_it(central: Central) -> None:
    code = central.code("KIOSK1")
    typed = f"{code[:4]}-{code[4:8]} {code[8:]}".lower().replace("0", "o").replace("1", "l")
    assert Peer(central.http).enrol(typed).status_code == 200


def test_code_used_by_one_machine_is_refused_to_another(central: Central) -> None:
    code = central.code("KIOSK1")
    assert Peer(central.http).enrol(code).status_code == 200
    assert "another machine" in refused(Peer(central.http).enrol(code), "bad-code").detail


def test_expired_code_is_refused(central: Central) -> None:
    code = central.code("KIOSK1")
    central.query("UPDATE enrol_codes SET expires_at = now()")
    assert "expired" in refused(Peer(central.http).enrol(code), "bad-code").detail


def test_new_code_ends_the_old_one(central: Central) -> None:
    old = central.code("KIOSK1")
    new = central.ledger(lambda database: new_code(database, "KIOSK1"))
    refused(Peer(central.http).enrol(old), "bad-code")
    assert Peer(central.http).enrol(new).status_code == 200


def test_enrolled_totem_gets_no_further_code(central: Central) -> None:
    central.peer("KIOSK1")
    with pytest.raises(OperatorError, match="is enrolled"):
        central.ledger(lambda database: new_code(database, "KIOSK1"))


def test_wrong_codes_are_limited_per_address(central: Central) -> None:
    right = central.code("KIOSK1")
    for _ in range(5):
        refused(Peer(central.http).enrol("0" * 12), "bad-code")
    response = Peer(central.http).enrol(right)
    assert refused(response, "rate-limited").retry_after_ms > 0
    assert int(response.headers["retry-after"]) > 0


def test_proof_of_another_key_is_refused_and_spends_a_try(central: Central) -> None:
    peer, code = Peer(central.http), central.code("KIOSK1")
    honest = peer.key
    peer.key = Ed25519PrivateKey.generate()
    forged = peer.key.sign(chain.enrol_bytes(code, peer.public, "another machine"))
    request = {"code": code, "public_key": peer.public, "instance_id": "m", "proof": forged}
    refused(central.http.post("/v1/enrol", content=json.encode(request)), "bad-signature")
    assert central.query("SELECT tries_left FROM enrol_codes") == [(4,)]
    peer.key = honest
    assert peer.enrol(code).status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b'{"code":1}', b"\xff", b'{"code":"' + b"x" * 9000])
def test_malformed_enrolment_is_refused(central: Central, body: bytes) -> None:
    code = "too-large" if len(body) > 8192 else "malformed-envelope"
    refused(central.http.post("/v1/enrol", content=body), code)


def test_codes_are_stored_as_hashes_only(central: Central) -> None:
    code = central.code("KIOSK1")
    stored = central.query("SELECT code_hash FROM enrol_codes")[0][0]
    assert code.encode() not in stored
    assert len(stored) == 32


def test_totems_of_a_site_get_different_series(central: Central) -> None:
    peers = [central.peer("KIOSK1"), central.peer("KIOSK2"), central.peer("KIOSK3", "norte")]
    assert [peer.answer.grant.series for peer in peers if peer.answer] == ["A", "B", "A"]


def test_series_go_on_with_two_letters_and_never_repeat() -> None:
    made = [series_of(index) for index in range(600)]
    assert made[0] == "A"
    assert made[len(LETTERS) - 1 : len(LETTERS) + 1] == ["Z", "AA"]
    assert len(set(made)) == len(made)
    assert not {"I", "O", "Q"} & set("".join(made))


KEYS = ("ack", "grant", "login", "nonce", "privacy")


def test_keys_are_private_files_outside_the_database(central: Central, tmp_path: Path) -> None:
    files = sorted((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == [f"{it}.key" for it in KEYS]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
