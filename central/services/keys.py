"""Central's secrets: Ed25519 keys that sign acks and grants, and the key of nonces and logins.

They are files of mode 0600 in the data folder, outside the database and its backups: a restored
ledger must
not bring back a key, and an old backup must not be able to sign.
"""

import hmac
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync_protocol import chain, limits

KEY_BYTES = 32
_SALT_BITS = 22


class KeyFileError(Exception):
    """A key file does not hold a key: restore it from its backup, never make a new one."""


def key_id(owner: str, public_key: bytes) -> str:
    """``owner:`` and the first 8 bytes of the key's SHA-256 in hex."""
    return f"{owner}:{sha256(public_key).hexdigest()[:16]}"


def verified(public_key: bytes, signature: bytes, signed: bytes) -> bool:
    """Whether this Ed25519 signature fits; a key that is none fits nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


class Signer:
    """One Ed25519 key of central's."""

    def __init__(self, owner: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = key_id(owner, self.public)

    def sign(self, signed: bytes) -> bytes:
        return self._key.sign(signed)


class Keys:
    """Everything in the key folder; missing keys are made on first use."""

    def __init__(self, data_dir: Path) -> None:
        folder = data_dir / "keys"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.ack = Signer("ack", _secret(folder / "ack.key"))
        self.grant = Signer("grant", _secret(folder / "grant.key"))
        self.login = _secret(folder / "login.key")
        self.privacy = _secret(folder / "privacy.key")
        self._nonce = _secret(folder / "nonce.key")

    def public_keys(self) -> dict[str, bytes]:
        """What a totem needs to verify acks and grants."""
        return {signer.key_id: signer.public for signer in (self.ack, self.grant)}

    def new_nonce(self, totem: str, now_ms: int) -> str:
        """A nonce for this totem, good for NONCE_LIFE_S, and never given twice."""
        slot = (now_ms << _SALT_BITS) | secrets.randbits(_SALT_BITS)
        return self._nonce_of(totem, slot)

    def nonce_age_ms(self, totem: str, nonce: str, now_ms: int) -> int | None:
        """How old one of our nonces for this totem is; None when it is not one or too old."""
        try:
            slot = int.from_bytes(urlsafe_b64decode(nonce + "==")[:8], "big")
        except ValueError:
            return None
        age_ms = now_ms - (slot >> _SALT_BITS)
        fresh = 0 <= age_ms <= limits.NONCE_LIFE_S * 1000
        ours = hmac.compare_digest(self._nonce_of(totem, slot).encode(), nonce.encode())
        return age_ms if fresh and ours else None

    def _nonce_of(self, totem: str, slot: int) -> str:
        mac = hmac.digest(self._nonce, chain.nonce_bytes(totem, slot), "sha256")
        return urlsafe_b64encode(slot.to_bytes(8, "big") + mac).rstrip(b"=").decode()


def _secret(path: Path) -> bytes:
    """The 32 bytes in this file; made, and readable by its owner alone, when it is missing."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = path.read_bytes()
        if len(found) != KEY_BYTES:
            raise KeyFileError(f"{path} holds {len(found)} bytes, not {KEY_BYTES}") from None
        return found
    seed = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(file, "wb") as out:
        out.write(seed)
        out.flush()
        os.fsync(out.fileno())
    return seed
