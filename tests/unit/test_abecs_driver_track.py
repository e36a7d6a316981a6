"""The sealed track: asked for encrypted or not at all, and opened only by the acquirer's key."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, strategies as st

from edge_agent.devices.drivers.abecs.tlv import Ask, classic, command
from edge_agent.devices.errors import DeviceProtocolError, DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import CardOutcome
from tests.support.scripted_pinpad import (
    Heard,
    Pinpad,
    an_intent,
    asked,
    decided,
    emv,
    frame,
    reader_of,
    said,
    with_card,
)

KEY = rsa.generate_private_key(65537, 2048).public_key()
MODULUS = KEY.public_numbers().n
HEX = f"{MODULUS:0512x}"
TRACK = bytes(range(0x80, 0x98))
RANDOM_KEY = bytes(256)
CLEAR = b"4761739001010119=26122011143878089"[:32]


def with_track(track: bytes = TRACK, key: bytes = RANDOM_KEY) -> Pinpad:
    pinpad = decided(with_card(Pinpad()), b"000000")
    pinpad.answers["GTK"] = [frame(said("GTK", (0x8045, track), (0x8063, key)))]
    return pinpad


def sold(pinpad: Pinpad, track_key: str = HEX) -> CardOutcome:
    return reader_of(pinpad, track_key=track_key).pay(an_intent(), Heard())


# ---- the guard


@given(
    st.lists(
        st.tuples(st.sampled_from([ident for ident in Ask if ident != Ask.MTHDDAT]), st.binary())
    )
)
def test_a_track_in_clear_cannot_even_be_asked_for(fields: list[tuple[Ask, bytes]]) -> None:
    with pytest.raises(ValueError, match="clear"):
        command("GTK", fields)


@pytest.mark.parametrize("method", [b"", b"00", b"99", b"9"])
def test_a_method_that_does_not_encrypt_is_none(method: bytes) -> None:
    with pytest.raises(ValueError, match="clear"):
        command("GTK", [(Ask.MTHDDAT, method)])
    with pytest.raises(ValueError, match="clear"):
        command("GTK", [(Ask.MTHDDAT, b"91"), (Ask.MTHDDAT, method)])
    with pytest.raises(ValueError, match="plain blocks"):
        classic("GTK", method)


# ---- sales


def test_the_track_of_an_approved_card_is_sealed() -> None:
    pinpad = with_track()
    outcome = sold(pinpad)
    assert outcome.data is not None
    assert outcome.data.sealed_track == TRACK.hex().upper()
    assert outcome.data.sealed_key == RANDOM_KEY.hex().upper()
    assert pinpad.sent("GTK") == [
        {
            Ask.TRACKS: b"0010",
            Ask.MTHDDAT: b"91",
            Ask.PBKMOD: MODULUS.to_bytes(256, "big"),
            Ask.PBKEXP: b"\1\0\1",
        }
    ]


def test_without_a_key_no_track_is_asked_for() -> None:
    pinpad = with_track()
    outcome = reader_of(pinpad).pay(an_intent(), Heard())
    assert outcome.data is not None
    assert (outcome.data.sealed_track, outcome.data.sealed_key) == ("", "")
    assert pinpad.sent("GTK") == []


def test_a_declined_card_gives_no_track() -> None:
    pinpad = decided(with_track(), b"100000")
    assert sold(pinpad).kind == "declined"
    assert pinpad.sent("GTK") == []


@pytest.mark.parametrize(
    ("track", "key"),
    [(CLEAR, RANDOM_KEY), (TRACK[:-1], RANDOM_KEY), (TRACK, b""), (b"", RANDOM_KEY)],
    ids=["clear", "no whole blocks", "no key", "no track"],
)
def test_what_is_no_ciphertext_is_refused_and_not_repeated(track: bytes, key: bytes) -> None:
    with pytest.raises(DeviceProtocolError) as caught:
        sold(with_track(track, key))
    assert "4761" not in str(caught.value)


def test_an_approval_that_cannot_be_sealed_is_none() -> None:
    pinpad = with_track()
    pinpad.answers["GTK"] = [frame(b"GTK046")]
    assert sold(pinpad) == CardOutcome("failed", "reader_error")
    pinpad.answers["GTK"] = []
    with pytest.raises(DeviceTimeoutError):
        sold(pinpad)


def test_the_account_reference_is_kept() -> None:
    reference = b"V0010013019187348576129485761"
    pinpad = with_track()
    decided(pinpad, b"000000", emv() + b"\x9f\x24\x1d" + reference)
    data = sold(pinpad).data
    assert data is not None
    assert data.par == reference.decode()
    assert bytes.fromhex("9F24") in asked(pinpad.commands[3])[Ask.TAGLIST]


# ---- keys


def test_a_key_file_will_do(tmp_path: Path) -> None:
    path = tmp_path / "acquirer.pem"
    path.write_bytes(KEY.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    pinpad = with_track()
    assert sold(pinpad, str(path)).kind == "approved_offline"
    assert pinpad.sent("GTK")[0][Ask.PBKMOD] == MODULUS.to_bytes(256, "big")


@pytest.mark.parametrize("track_key", ["/nowhere.pem", "00" * 256, "elliptic", "rubbish", "small"])
def test_a_wrong_key_is_refused_before_any_card(track_key: str, tmp_path: Path) -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()
    small = rsa.generate_private_key(65537, 1024).public_key()
    for name, key in (("elliptic", elliptic), ("small", small)):
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / name).write_bytes(pem)
    (tmp_path / "rubbish").write_text("no key")
    named = track_key if track_key[0] in "/0" else str(tmp_path / track_key)
    pinpad = with_track()
    with pytest.raises(DeviceRefusedError) as caught:
        reader_of(pinpad, track_key=named).open()
    assert caught.value.code == "track_key"
    with pytest.raises(DeviceRefusedError):
        sold(pinpad, named)
    assert pinpad.commands == []
