"""Private records: what customers said of themselves, sealed to a key outside the database.

The private half of an X25519 key is a 0600 file beside the other keys; the public half goes to
totems by feed. Erasures are noted in a file there too, before the database, and are done again at
every start: a restored ledger brings back nobody who asked to be forgotten.
"""

import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import DecodeError, json, structs

from central import clock
from central.domain.errors import OperatorError
from central.ledger import feed, private
from central.ledger.database import Database
from central.services.keys import KEY_BYTES, key_id
from sync_protocol import chain
from sync_protocol.feed import PrivacyKey, encode_item
from sync_protocol.messages import PrivateFields, PrivateRecord

FEED_KEY = "privacy"
KEY_FILE = "privacy.key"
ERASED_FILE = "erased"
NONCE_BYTES = 12


class Unsealer:
    """The private half. Raises OperatorError for what it cannot open."""

    def __init__(self, seed: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(seed)
        public = self._key.public_key().public_bytes_raw()
        self.public = PrivacyKey(key_id("privacy", public), public)

    def open(self, sale: str, record: PrivateRecord) -> PrivateFields:
        """What the customer of this sale said."""
        if record.key_id != self.public.key_id:
            raise OperatorError(
                f"{sale} is sealed to {record.key_id}, the key here is {self.public.key_id}:"
                f" put that {KEY_FILE} back"
            )
        bound = chain.private_bytes(sale, record.key_id)
        fresh, nonce = record.sealed[:KEY_BYTES], record.sealed[KEY_BYTES:][:NONCE_BYTES]
        try:
            shared = self._key.exchange(X25519PublicKey.from_public_bytes(fresh))
            salt = fresh + self.public.public_key
            secret = HKDF(SHA256(), KEY_BYTES, salt, bound).derive(shared)
            text = AESGCM(secret).decrypt(nonce, record.sealed[KEY_BYTES + NONCE_BYTES :], bound)
            return json.decode(text, type=PrivateFields)
        except (InvalidTag, DecodeError, ValueError) as error:
            raise OperatorError(f"the record of {sale} was altered: it does not open") from error


async def said(database: Database, unsealer: Callable[[], Unsealer], sale: str) -> dict[str, str]:
    """Everything that is kept of this sale's customer. Raises OperatorError."""
    held = [await private.read(database, name) for name in await private.names_of(database, sale)]
    found = [it for it in held if it is not None]
    if not found:
        raise OperatorError(f"nothing is kept of the customer of {sale}")
    records = [(it.sale, it.record) for it in found if it.record is not None]
    if not records:
        raise OperatorError(f"{sale}: erased at {found[0].erased_at}")
    answers: dict[str, str] = {}
    for name, record in records:
        fields = structs.asdict(unsealer().open(name, record))
        answers |= {key: value for key, value in fields.items() if value}
    return answers


async def publish(database: Database, key: PrivacyKey) -> None:
    """Have every totem know the key. Publishes nothing when they do."""
    await feed.put_changed(database, "org", FEED_KEY, encode_item(key))


class Erasures:
    """Names of sales whose records are erased, one a line, durable before the database hears."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "keys" / ERASED_FILE

    async def erase(self, database: Database, sale: str) -> None:
        """For ever, whatever comes later. Idempotent. Raises LedgerUnavailableError."""
        names = await private.names_of(database, sale)
        known = self.names()
        for name in names:
            if name not in known:
                self._note(name)
        await private.erase(database, names, clock.now())

    async def repeat(self, database: Database) -> None:
        """After a start: the database may be older than an erasure."""
        await private.erase(database, self.names(), clock.now())

    def names(self) -> list[str]:
        return self._path.read_text().split() if self._path.exists() else []

    def _note(self, sale: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as file:
            file.write(f"{sale}\n")
            file.flush()
            os.fsync(file.fileno())


def unsealer_at(data_dir: Path) -> Unsealer:
    """The key that is there; none is made. Raises OperatorError."""
    path = data_dir / "keys" / KEY_FILE
    try:
        return Unsealer(path.read_bytes())
    except (OSError, ValueError) as error:
        raise OperatorError(
            f"{path} holds no key ({error}): put it back from its backup"
        ) from error
