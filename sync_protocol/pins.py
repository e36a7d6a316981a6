"""PINs and badges of attendants: only their scrypt hash travels, and a totem can check it offline.

``scrypt$SALT$HASH`` in hex; n 2**14, r 8, p 1, 32 bytes.
"""

import hmac
from hashlib import scrypt

SCHEME = "scrypt"


def hash_secret(secret: str, salt: bytes) -> str:
    """The text to publish. ``salt`` is 16 random bytes."""
    return f"{SCHEME}${salt.hex()}${_digest(secret, salt).hex()}"


def is_secret(secret: str, published: str) -> bool:
    """Whether ``published`` was made of this secret; False for anything malformed."""
    scheme, _, rest = published.partition("$")
    salt, _, digest = rest.partition("$")
    if scheme != SCHEME or not digest:
        return False
    try:
        return hmac.compare_digest(_digest(secret, bytes.fromhex(salt)), bytes.fromhex(digest))
    except ValueError:
        return False


def _digest(secret: str, salt: bytes) -> bytes:
    return scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
