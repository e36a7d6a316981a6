"""Connections to the encrypted journal file: WAL, synchronous=FULL, read back rather than believed.

The key is 32 random bytes from a systemd credential, else from a file beside the data with mode
0600. Losing it means a new totem, never a silent new database.
"""

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlcipher3

# sqlite-utils takes pysqlite3 where it is importable; sqlcipher3 is the same interface with
# encryption.
sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

from sqlite_utils import Database  # noqa: E402 - after the alias above, which it looks for

from edge_agent.journal.errors import KeyLostError, NotDurableError  # noqa: E402 - as above

JOURNAL_FILE = "journal.db"
KEY_FILE = "journal.key"

DatabaseError = sqlcipher3.DatabaseError
OperationalError = sqlcipher3.OperationalError
"""The storage, not what was written: full, failing, locked."""

Connection = Any
"""A DB-API connection. The library ships no types."""

Connect = Callable[[Path, bytes], Connection]
"""(database file, key) -> open connection; given in so that power cuts can be tried underneath."""


def load_key(data_dir: Path) -> bytes:
    """The journal's 32-byte key; made on the first start. Raises KeyLostError when only the data is
    left.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    for folder in (Path(credentials) if credentials else None, data_dir):
        if folder is not None and (folder / KEY_FILE).exists():
            return bytes.fromhex((folder / KEY_FILE).read_text().strip())
    if (data_dir / JOURNAL_FILE).exists():
        raise KeyLostError(
            f"{data_dir / JOURNAL_FILE} is here but {KEY_FILE} is not. Put the key back, or "
            "move the data away and enrol this machine as a new totem."
        )
    key = secrets.token_bytes(32)
    descriptor = os.open(data_dir / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key.hex())
        file.flush()
        os.fsync(file.fileno())
    return key


def connect(path: Path, key: bytes) -> Connection:
    """A raw connection in autocommit mode with the key applied; no pragma of ours yet."""
    connection = sqlcipher3.connect(
        str(path), isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def open_writer(path: Path, key: bytes, connect_to: Connect = connect) -> Database:
    """The one writing connection. Raises KeyLostError or NotDurableError."""
    connection = connect_to(path, key)
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    except DatabaseError as error:
        raise KeyLostError(f"{path} cannot be read with this key: {error}") from error
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 5000")
    level = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or level != 2:
        raise NotDurableError(f"journal_mode {mode}, synchronous {level}: wal and 2 are needed")
    return Database(connection, execute_plugins=False)


def open_reader(path: Path, key: bytes, connect_to: Connect = connect) -> Connection:
    """A connection that can only read and never checkpoints."""
    connection = connect_to(path, key)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection
