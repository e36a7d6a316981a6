"""The card's track for the acquirer's eyes only: GTK under a random key, the key under RSA-2048.

Promise: a track is asked for and taken encrypted or not at all; nobody here can open it.
"""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from msgspec import Struct

from edge_agent.devices.drivers.abecs.tlv import Ask, Response, Said, command
from edge_agent.devices.errors import DeviceProtocolError, DeviceRefusedError

MODULUS_BYTES = 256
USUAL_EXPONENT = 65537
ONLY_TRACK_2 = b"0010"
RANDOM_KEY_CBC = b"91"
CIPHER_BLOCK = 8
CLEAR_TRACK = frozenset(b"0123456789=DF? ;")


class TrackKey(Struct, frozen=True):
    """The acquirer's RSA-2048 public key."""

    modulus: int
    exponent: int


def read_track_key(written: str) -> TrackKey:
    """The key from 512 hex digits (its modulus, exponent 65537) or from a PEM file of that path.
    Raises DeviceRefusedError.
    """
    if len(written) == MODULUS_BYTES * 2 and all(
        char in "0123456789abcdefABCDEF" for char in written
    ):
        return _checked(TrackKey(int(written, 16), USUAL_EXPONENT))
    try:
        key = load_pem_public_key(Path(written).read_bytes())
    except (OSError, ValueError) as error:
        raise DeviceRefusedError("track_key", f"the track key cannot be read: {error}") from error
    if not isinstance(key, RSAPublicKey):
        raise DeviceRefusedError("track_key", "the track key is no RSA key")
    numbers = key.public_numbers()
    return _checked(TrackKey(numbers.n, numbers.e))


def _checked(key: TrackKey) -> TrackKey:
    if key.modulus.bit_length() != MODULUS_BYTES * 8 or key.exponent >= 1 << 24:
        raise DeviceRefusedError("track_key", "the track key is no RSA-2048 key a pinpad takes")
    return key


def gtk(key: TrackKey) -> bytes:
    """Ask for track 2 under a random key that only the owner of ``key`` can recover."""
    exponent = key.exponent.to_bytes((key.exponent.bit_length() + 7) // 8, "big")
    return command(
        "GTK",
        [
            (Ask.TRACKS, ONLY_TRACK_2),
            (Ask.MTHDDAT, RANDOM_KEY_CBC),
            (Ask.PBKMOD, key.modulus.to_bytes(MODULUS_BYTES, "big")),
            (Ask.PBKEXP, exponent),
        ],
    )


def sealed_track(response: Response) -> tuple[str, str]:
    """Track and random key as hex, both encrypted. Raises DeviceProtocolError for anything that is
    not plainly ciphertext.
    """
    fields = response.fields()
    track, key = fields.get(Said.TRACK2, b""), fields.get(Said.ENCKRAND, b"")
    if len(key) != MODULUS_BYTES or not track or len(track) % CIPHER_BLOCK:
        raise DeviceProtocolError("GTK: not an encrypted track")
    if CLEAR_TRACK.issuperset(track):
        raise DeviceProtocolError("GTK: the reader returned a track in clear: refused")
    return track.hex().upper(), key.hex().upper()
