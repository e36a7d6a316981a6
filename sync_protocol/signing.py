"""RFC 9421 HTTP Message Signatures, as far as Totem uses them: the signed text, made and read.

Covered: ``@method @path @query content-digest totem-nonce totem-audience``. Not ``@target-uri``: it
changes behind a proxy. Freshness comes from the server's nonce, never from a clock. Keys and
Ed25519 live outside.
"""

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NamedTuple

COVERED = ("@method", "@path", "@query", "content-digest", "totem-nonce", "totem-audience")
_INPUT = re.compile(r'^totem=\(([^)]*)\);keyid="([A-Za-z0-9:._-]{1,64})";alg="ed25519"\Z')


def content_digest(body: bytes) -> str:
    """RFC 9530 field value."""
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def parameters(key_id: str) -> str:
    """Value of Signature-Input behind ``totem=``."""
    covered = " ".join(f'"{name}"' for name in COVERED)
    return f'({covered});keyid="{key_id}";alg="ed25519"'


class Covered(NamedTuple):
    """What a signature covers. ``query`` is without its question mark."""

    method: str
    path: str
    query: str
    digest: str
    nonce: str
    audience: str


def signature_base(covered: Covered, key_id: str) -> bytes:
    """The bytes to sign."""
    values = covered._replace(method=covered.method.upper(), query=f"?{covered.query}")
    rows = [f'"{name}": {value}' for name, value in zip(COVERED, values, strict=True)]
    rows.append(f'"@signature-params": {parameters(key_id)}')
    return "\n".join(rows).encode()


def key_id_of(signature_input: str) -> str | None:
    """The keyid of a Signature-Input that covers exactly what Totem demands, else None."""
    match = _INPUT.match(signature_input)
    if match is None or match[1] != " ".join(f'"{name}"' for name in COVERED):
        return None
    return match[2]


def signature_field(signature: bytes) -> str:
    """Value of the Signature field."""
    return f"totem=:{b64encode(signature).decode()}:"


def signature_of(value: str) -> bytes | None:
    """The signature in a Signature field, or None when it is not of that form."""
    if not (value.startswith("totem=:") and value.endswith(":")):
        return None
    try:
        return b64decode(value[7:-1], validate=True)
    except ValueError:
        return None
