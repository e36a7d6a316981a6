"""The acquirer's EMV tables in the pinpad: TLI, TLR, TLE, only when its version is another one.

What flows through: a file of whole records, as the acquirer hands them out. Promise: a pinpad that
has the version of the file is left alone; a file that is not well formed never reaches it.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog

from edge_agent.devices.drivers.abecs.session import Session, accepted
from edge_agent.devices.drivers.abecs.tlv import BLOCK_MAX, OK, Ask, Said, classic, command
from edge_agent.devices.errors import DeviceRefusedError

VERSION_CHARS = 10
COUNT_CHARS = 2
BATCH_MAX = 99
RECORD_HEAD = 8
RECORD_KINDS = "123"
LOAD_NEEDED = (OK, "020")


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A TOML or JSON file: ``version`` of 10 characters, ``acquirer`` of 2 digits (00: all of
    them), ``records`` as text, each beginning with its own length in 3 digits, its kind (1 AID,
    2 public key, 3 revoked certificate), its acquirer and its number in 2 digits each.
    """

    version: str
    records: tuple[str, ...]
    acquirer: str = "00"

    def __post_init__(self) -> None:
        if len(self.version) != VERSION_CHARS or not self.version.isascii():
            raise ValueError("version has 10 characters")
        if len(self.acquirer) != 2 or not _digits(self.acquirer):
            raise ValueError("acquirer has 2 digits")
        if not self.records:
            raise ValueError("no records")
        for place, record in enumerate(self.records, start=1):
            self._check(place, record)
        if len({record[3:RECORD_HEAD] for record in self.records}) != len(self.records):
            raise ValueError("two records with one number")

    def _check(self, place: int, record: str) -> None:
        head = record[:RECORD_HEAD]
        if len(head) < RECORD_HEAD or not _digits(head) or head[3] not in RECORD_KINDS:
            raise ValueError(f"record {place} does not begin like one")
        if int(head[:3]) != len(record) or not (record.isascii() and record.isprintable()):
            raise ValueError(f"record {place} is not as long as it says, or not plain text")
        if len(record) > BLOCK_MAX - COUNT_CHARS:
            raise ValueError(f"record {place} does not fit a block")
        if self.acquirer not in ("00", head[4:6]):
            raise ValueError(f"record {place} is another acquirer's")


def read_tables(path: str) -> Tables:
    """Raises DeviceRefusedError when the file is missing or wrong."""
    decode = msgspec.json.decode if path.endswith(".json") else msgspec.toml.decode
    try:
        return decode(Path(path).read_bytes(), type=Tables)
    except (OSError, ValueError) as error:
        raise DeviceRefusedError("tables", f"the EMV tables cannot be read: {error}") from error


def load_tables(session: Session, tables: Tables) -> bool:
    """Load unless the pinpad has this version; whether it was loaded. Raises DeviceError."""
    log = structlog.get_logger("abecs").bind(version=tables.version, acquirer=tables.acquirer)
    held = _held_version(session, tables.acquirer)
    if held == tables.version:
        return False
    total, sent = len(tables.records), 0
    log.info("abecs.tables.loading", held=held, records=total)
    started = session.link.exchange(classic("TLI", f"{tables.acquirer}{tables.version}".encode()))
    if started.status not in LOAD_NEEDED:
        accepted(started)
    for batch in _batches(tables.records):
        session.ask(classic("TLR", f"{len(batch):02d}{''.join(batch)}".encode("ascii")))
        sent += len(batch)
        log.info("abecs.tables.progress", sent=sent, records=total)
    session.ask(classic("TLE"))
    log.info("abecs.tables.loaded", records=total)
    return True


def _held_version(session: Session, acquirer: str) -> str:
    """The version in the pinpad, by GIX or else by GTS; empty when it has none."""
    ident = Said.TABVER + int(acquirer)
    wanted = command("GIX", [(Ask.IDLIST, ident.to_bytes(2, "big"))])
    told = session.ask(wanted).fields().get(ident)
    if told is None:
        asked = session.link.exchange(classic("GTS", acquirer.encode("ascii")))
        told = asked.body if asked.status == OK else b""
    return told.decode("latin-1")


def _batches(records: tuple[str, ...]) -> Iterator[list[str]]:
    """As many records at a time as a block and its count can hold."""
    batch: list[str] = []
    size = COUNT_CHARS
    for record in records:
        if batch and (size + len(record) > BLOCK_MAX or len(batch) == BATCH_MAX):
            yield batch
            batch, size = [], COUNT_CHARS
        batch.append(record)
        size += len(record)
    yield batch


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
