"""Nonces are central's own, for one totem, for a while, and once."""

from pathlib import Path

import pytest

from central.services.keys import KeyFileError, Keys
from central.services.signatures import NONCES_KEPT, SpentNonces
from sync_protocol import limits

NOW_MS = 1_781_100_000_000
LIFE_MS = limits.NONCE_LIFE_S * 1000


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


def test_nonce_is_good_for_its_totem_until_its_life_ends(keys: Keys) -> None:
    nonce = keys.new_nonce("KIOSK1", NOW_MS)
    assert keys.nonce_age_ms("KIOSK1", nonce, NOW_MS + LIFE_MS) == LIFE_MS
    assert keys.nonce_age_ms("KIOSK1", nonce, NOW_MS + LIFE_MS + 1) is None
    assert keys.nonce_age_ms("KIOSK2", nonce, NOW_MS) is None
    assert keys.nonce_age_ms("KIOSK1", nonce[:-1] + "B", NOW_MS) is None


def test_nonces_of_one_instant_differ(keys: Keys) -> None:
    assert len({keys.new_nonce("KIOSK1", NOW_MS) for _ in range(100)}) == 100


def test_nonce_of_another_central_is_not_ours(keys: Keys, tmp_path: Path) -> None:
    nonce = Keys(tmp_path / "other").new_nonce("KIOSK1", NOW_MS)
    assert keys.nonce_age_ms("KIOSK1", nonce, NOW_MS) is None


def test_nonce_is_spent_once() -> None:
    spent = SpentNonces(0)
    assert spent.spend("a", NOW_MS, NOW_MS - LIFE_MS)
    assert not spent.spend("a", NOW_MS, NOW_MS - LIFE_MS)


def test_forgetting_under_the_bound_never_lets_a_replay_through() -> None:
    spent = SpentNonces(0)
    for place in range(NONCES_KEPT + 10):
        assert spent.spend(str(place), NOW_MS + place, NOW_MS - LIFE_MS)
    assert not any(spent.spend(str(place), NOW_MS + place, NOW_MS) for place in range(20))


def test_nonces_from_before_the_process_are_refused() -> None:
    assert not SpentNonces(NOW_MS).spend("a", NOW_MS, 0)


def test_keys_survive_a_restart_and_a_broken_file_is_never_replaced(tmp_path: Path) -> None:
    assert Keys(tmp_path).ack.public == Keys(tmp_path).ack.public
    (tmp_path / "keys" / "ack.key").write_bytes(b"short")
    with pytest.raises(KeyFileError, match=r"ack\.key"):
        Keys(tmp_path)
