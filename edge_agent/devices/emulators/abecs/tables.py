"""EMV tables by acquirer: loaded aside, put in place as a whole, kept without power.

Tables are the kiosk's business: records are kept as they came and never judged. What was being
loaded when the power went is gone, and the tables before it are still in place.
"""

from collections.abc import Set as AbstractSet

from msgspec import Struct, field

from edge_agent.devices.emulators.abecs.faults import Fault
from edge_agent.devices.emulators.abecs.message import (
    Request,
    Status,
    StatusError,
    fields,
    response,
)
from edge_agent.devices.emulators.ledger import Ledger

EVERYBODY = "00"
NO_VERSION = "0000000000"
VERSION_SIZE = 10
LENGTH_SIZE = 3
ACQUIRER_AT = slice(4, 6)
RECORD_MIN = 8
ROOM = 100_000
KEY = "tables"


class Loaded(Struct, frozen=True):
    """Versions and records by acquirer; version 00 only where all came in one load."""

    versions: dict[str, str] = field(default_factory=dict)
    records: dict[str, list[str]] = field(default_factory=dict)

    def version(self, acquirer: str) -> str:
        return self.versions.get(acquirer, NO_VERSION)

    def room(self) -> int:
        """What is left, below zero when there was too much."""
        return ROOM - sum(len(it) for records in self.records.values() for it in records)


class _Load(Struct):
    acquirer: str
    version: str
    records: dict[str, list[str]] = field(default_factory=dict)


class Tables:
    """The commands GTS, TLI, TLR and TLE over one ledger."""

    def __init__(self, ledger: Ledger[Loaded], faults: AbstractSet[Fault]) -> None:
        self._ledger = ledger
        self._faults = faults
        self._load: _Load | None = None

    @property
    def loaded(self) -> Loaded:
        return self._ledger.get(KEY) or Loaded()

    def gts(self, request: Request) -> bytes:
        acquirer = _acquirer(request.text(), 2)
        return fields("GTS", self.loaded.version(acquirer).encode("latin-1"))

    def tli(self, request: Request) -> bytes:
        text = request.text()
        acquirer = _acquirer(text, 2 + VERSION_SIZE)
        version = text[2:].decode("latin-1")
        self._load = _Load(acquirer, version)
        if version != self.loaded.version(acquirer):
            raise StatusError(Status.TABLES_DIFFER)
        return response("TLI")

    def tlr(self, request: Request) -> bytes:
        """A record of another acquirer, or one that is none, is passed over."""
        load, text = self._open_load(), request.text().decode("latin-1")
        if not text[:2].isdecimal():
            raise StatusError(Status.INVALID_PARAMETER)
        for record in _records(text[2:], int(text[:2])):
            acquirer = record[ACQUIRER_AT]
            if load.acquirer in (EVERYBODY, acquirer) and len(record) >= RECORD_MIN:
                load.records.setdefault(acquirer, []).append(record)
        return response("TLR")

    def tle(self, _: Request) -> bytes:
        load, self._load = self._open_load(), None
        new = _placed(self.loaded, load)
        if "table_error" in self._faults or new.room() < 0:
            raise StatusError(Status.TABLE_ERROR)
        self._ledger.put(KEY, new)
        return response("TLE")

    def _open_load(self) -> _Load:
        if self._load is None:
            raise StatusError(Status.INVALID_CALL)
        return self._load


def _placed(old: Loaded, load: _Load) -> Loaded:
    """No records at all take the acquirer's tables away, with their version."""
    versions = dict.fromkeys(load.records, load.version)
    if load.acquirer == EVERYBODY:
        return Loaded({**versions, EVERYBODY: load.version} if versions else {}, load.records)
    others = {EVERYBODY, load.acquirer}
    kept = {name: version for name, version in old.versions.items() if name not in others}
    records = {name: rows for name, rows in old.records.items() if name != load.acquirer}
    return Loaded({**kept, **versions}, {**records, **load.records})


def _records(text: str, count: int) -> list[str]:
    """Raises StatusError when the lengths of ``count`` records do not add up to the text."""
    records = []
    for _ in range(count):
        digits = text[:LENGTH_SIZE]
        length = int(digits) if digits.isdecimal() else 0
        if not LENGTH_SIZE <= length <= len(text):
            raise StatusError(Status.INVALID_PARAMETER)
        records.append(text[:length])
        text = text[length:]
    if text:
        raise StatusError(Status.INVALID_PARAMETER)
    return records


def _acquirer(text: bytes, size: int) -> str:
    if len(text) != size or not text[:2].isdigit():
        raise StatusError(Status.INVALID_PARAMETER)
    return text[:2].decode("ascii")
