"""What the driver itself must not forget: transactions by control code and how each of them stands.

The manager may speak of a transaction that the caller's journal was not told about, or no longer
has: an answer found at start, a pending one named in a denial. The book lies beside the exchange
folders and is replaced as a whole, committed to disk on return. A decision in it never flips.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

import msgspec
import structlog
from msgspec import Struct, field

from edge_agent.devices.drivers.tef import fields as f
from edge_agent.devices.drivers.tef.files import commit_names
from edge_agent.devices.errors import DeviceGoneError
from edge_agent.devices.ports import Folder

NAME: Final = "totem-tef.json"
MOST_CLOSED: Final = 100

Stage = Literal[
    "waiting",
    "withdrawn",
    "denied",
    "open",
    "final",
    "confirming",
    "confirmed",
    "undoing",
    "undone",
]
"""``waiting``: asked, no usable answer seen. ``withdrawn``: the manager never read it. ``denied``:
answered, not approved. ``open``: approved, nothing decided. ``final``: approved for good, neither
confirmation nor undo. ``confirming``, ``undoing``: decided, not acknowledged yet.
"""
_UNSETTLED: Final = ("open", "confirming", "undoing")
_OVER: Final = ("withdrawn", "denied", "confirmed", "undone")


class Entry(Struct, frozen=True):
    """One transaction: the 001 it was asked under, the answer's listed fields; ``during`` is the
    001 of another request that was under way when this answer turned up.
    """

    number: str
    stage: Stage
    command: str = "CRT"
    fields: dict[str, str] = field(default_factory=dict)
    during: str = ""

    @property
    def control(self) -> str:
        return self.fields.get(f.CONTROL, "")

    def at(self, stage: Stage) -> "Entry":
        return msgspec.structs.replace(self, stage=stage)

    def without_receipts(self) -> "Entry":
        kept = {key: value for key, value in self.fields.items() if key[:3] not in f.RECEIPTS}
        return msgspec.structs.replace(self, fields=kept)


class Book:
    """The entries, oldest first."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._entries: list[Entry] | None = None
        self._log = structlog.get_logger("tef").bind(folder=folder.name)

    def entries(self) -> list[Entry]:
        """Read once. A damaged book is put aside: the journal then knows more than we do."""
        if self._entries is None:
            self._entries = self._load()
        return list(self._entries)

    def put(self, entry: Entry) -> None:
        """In place of the entry of the same control code, and of the unanswered one of the same
        number. Raises DeviceGoneError when it could not be written: nothing is remembered then.
        """
        if entry.stage in _OVER:
            entry = entry.without_receipts()
        kept = [other for other in self.entries() if not _gives_way(other, entry)]
        closed = [other for other in kept if other.stage not in _UNSETTLED]
        forgotten = closed[: max(0, len(closed) + 1 - MOST_CLOSED)]
        entries = [other for other in kept if other not in forgotten] + [entry]
        self._store(entries)
        self._entries = entries

    def of_number(self, number: str) -> Entry | None:
        """The newest entry asked under ``number``."""
        return next((e for e in reversed(self.entries()) if e.number == number), None)

    def of_control(self, control: str) -> Entry | None:
        """The entry with this control code, which is never empty."""
        return next((e for e in self.entries() if control and e.control == control), None)

    def at(self, *stages: Stage) -> list[Entry]:
        return [entry for entry in self.entries() if entry.stage in stages]

    def _path(self) -> Path:
        return self._folder.path / NAME

    def _load(self) -> list[Entry]:
        path = self._path()
        try:
            return msgspec.json.decode(path.read_bytes(), type=list[Entry])
        except FileNotFoundError:
            return []
        except msgspec.DecodeError:
            self._log.warning("book_damaged")
            with suppress(OSError):
                path.replace(path.with_suffix(".damaged"))
            return []
        except OSError as error:
            raise DeviceGoneError(f"{self._folder.name}: {error.strerror}") from error

    def _store(self, entries: list[Entry]) -> None:
        path = self._path()
        aside = path.with_suffix(".tmp")
        try:
            with aside.open("wb") as file:
                file.write(msgspec.json.encode(entries))
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
            commit_names(path.parent)
        except OSError as error:
            raise DeviceGoneError(f"{self._folder.name}: {error.strerror}") from error


def _gives_way(old: Entry, new: Entry) -> bool:
    if new.control and old.control == new.control:
        return True
    return old.number == new.number and not old.control
