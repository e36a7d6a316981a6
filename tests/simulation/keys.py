"""Real Ed25519 keys, made once from fixed seeds: the same in every world."""

from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Key:
    """A key with its name."""

    def __init__(self, owner: str) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(sha256(owner.encode()).digest())
        self.public = self.private.public_key().public_bytes_raw()
        self.key_id = f"{owner}:{sha256(self.public).hexdigest()[:16]}"
        _PUBLIC[self.key_id] = self.private.public_key()

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)


_PUBLIC: dict[str, Ed25519PublicKey] = {}
GRANT_KEY = Key("central")


@lru_cache
def totem_key(totem: str) -> Key:
    """One totem's key; its clones have the same."""
    return Key(totem)


def verified(key_id: str, signature: bytes, data: bytes) -> bool:
    key = _PUBLIC.get(key_id)
    if key is None:
        return False
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True
