"""Who this totem is: an Ed25519 key in a 0600 file, and the hardware it runs on.

The key is made once, at enrolment, and never again by itself: a lost key is a matter for
headquarters. The instance is computed at every start and never stored, so that a copied disk in
another machine shows itself.
"""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from edge_agent.sync.errors import IdentityError
from sync_protocol import chain
from sync_protocol.messages import Ack, Grant

KEY_FILE = "totem.key"
OPEN_TO_OTHERS = 0o077
_PERMANENT = "0"
"""Linux ``addr_assign_type`` of a MAC burnt into the hardware."""


class Identity(NamedTuple):
    """The key and the machine. ``sign`` is Ed25519 over exactly the bytes given."""

    key: Ed25519PrivateKey
    instance_id: str

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)

    def signed(self, signature: bytes, data: bytes) -> bool:
        """Whether this key made the signature."""
        return verify(self.public_key, signature, data)

    def key_id(self, totem: str) -> str:
        """As it stands in signatures: the totem and a fingerprint of its key."""
        return f"{totem}:{sha256(self.public_key).hexdigest()[:16]}"


def make_identity(data_dir: Path, instance_id: str = "") -> Identity:
    """The key of this data folder, made if there is none. Raises IdentityError."""
    path = data_dir / KEY_FILE
    if not path.exists():
        write_private(path, Ed25519PrivateKey.generate().private_bytes_raw().hex().encode())
    return load_identity(data_dir, instance_id)


def load_identity(data_dir: Path, instance_id: str = "") -> Identity:
    """The key of this data folder, and ``instance_id`` or else the hardware's own. Raises
    IdentityError.
    """
    path = data_dir / KEY_FILE
    try:
        mode, text = path.stat().st_mode, path.read_text()
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))
    except (OSError, ValueError) as error:
        raise IdentityError(
            f"{path} holds no key ({error}): restore it from the backup, or enrol a new totem"
        ) from error
    if mode & OPEN_TO_OTHERS:
        raise IdentityError(f"{path} is open to others: chmod 600 {path}")
    return Identity(key, instance_id or hardware_instance())


def hardware_instance(root: Path = Path("/")) -> str:
    """A fingerprint of board, installation and network cards. Raises IdentityError on a machine
    that has none of them.
    """
    found = [
        _read(root / "sys/class/dmi/id/board_serial"),
        _read(root / "etc/machine-id"),
        *_macs(root),
    ]
    if not any(found):
        raise IdentityError(
            "this machine has no board serial, machine-id or network card: set instance_id"
        )
    return sha256("\n".join(found).encode()).hexdigest()[:32]


def verify(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether ``signature`` over ``data`` was made by this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def granted_by(server_keys: dict[str, bytes]) -> Callable[[Grant], bool]:
    """Whether central, by one of these keys, signed a grant."""

    def is_granted(grant: Grant) -> bool:
        return verify(server_keys.get(grant.key_id, b""), grant.sig, chain.grant_bytes(grant))

    return is_granted


def acked_by(server_keys: dict[str, bytes], totem: str) -> Callable[[Ack], bool]:
    """Whether central, by one of these keys, signed an ack for this totem."""

    def is_acked(ack: Ack) -> bool:
        signed = chain.ack_bytes(totem, ack.epoch, ack.seq, ack.hash, ack.server_gen)
        return verify(server_keys.get(ack.key_id, b""), ack.sig, signed)

    return is_acked


def write_private(path: Path, data: bytes) -> None:
    """Write a 0600 file whole or not at all, durably, its folder's entry included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _macs(root: Path) -> list[str]:
    """Burnt-in addresses only: random and virtual ones change from boot to boot."""
    cards = sorted((root / "sys/class/net").glob("*"))
    return sorted(
        _read(card / "address")
        for card in cards
        if (card / "device").exists() and _read(card / "addr_assign_type") == _PERMANENT
    )


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
