"""Seal what a customer said of themselves to headquarters: this machine cannot read it again.

PROTOCOL.md §9 has the bytes. A fresh key for every record; its sale and the privacy key's name are
bound into it.
"""

import os

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import json

from sync_protocol import chain
from sync_protocol.feed import PrivacyKey
from sync_protocol.messages import PrivateFields, PrivateRecord

KEY_BYTES = 32
NONCE_BYTES = 12
PADDED_TO = 256


def seal(fields: PrivateFields, sale: str, key: PrivacyKey) -> PrivateRecord:
    """Raises ValueError when the key is none."""
    fresh = X25519PrivateKey.generate()
    public = fresh.public_key().public_bytes_raw()
    shared = fresh.exchange(X25519PublicKey.from_public_bytes(key.public_key))
    bound = chain.private_bytes(sale, key.key_id)
    secret = HKDF(SHA256(), KEY_BYTES, public + key.public_key, bound).derive(shared)
    text = json.encode(fields)
    padded = text.ljust(-(-len(text) // PADDED_TO) * PADDED_TO)
    nonce = os.urandom(NONCE_BYTES)
    return PrivateRecord(key.key_id, public + nonce + AESGCM(secret).encrypt(nonce, padded, bound))
