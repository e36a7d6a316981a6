"""Who this totem is: an Ed25519 key in a 0600 file, and the hardware it runs on."""

import os
import uuid
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_FILE = "totem.key"
_HARDWARE = (Path("/sys/class/dmi/id/board_serial"), Path("/etc/machine-id"))


class Identity(NamedTuple):
    """The key and the machine. ``sign`` is Ed25519 over exactly the bytes given."""

    key: Ed25519PrivateKey
    instance_id: str

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)

    def key_id(self, totem: str) -> str:
        """As it stands in signatures: the totem and a fingerprint of its key."""
        return f"{totem}:{sha256(self.public_key).hexdigest()[:16]}"


def load_identity(data_dir: Path, instance_id: str = "") -> Identity:
    """The key of this data folder, made on the first call; the instance from the hardware."""
    path = data_dir / KEY_FILE
    if not path.exists():
        fresh = Ed25519PrivateKey.generate().private_bytes_raw()
        write_private(path, fresh.hex().encode())
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text()))
    return Identity(key, instance_id or hardware_instance())


def hardware_instance() -> str:
    """Computed at every boot, never stored: a copied disk in another machine is another
    instance.
    """
    parts = [_read(path) for path in _HARDWARE]
    parts.append(f"{uuid.getnode():012x}")
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def verify(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether ``signature`` over ``data`` was made by this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def write_private(path: Path, data: bytes) -> None:
    """Write a 0600 file whole or not at all, durably."""
    fresh = path.with_suffix(f"{path.suffix}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
