"""An emulator's own ledger: one JSON line per change, on disk before anybody hears of it.

The witness of what a device did with money. A line torn by a power cut was never answered and is
dropped at the next start.
"""

import os
from pathlib import Path
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

E = TypeVar("E", bound=Struct)


class Ledger(Generic[E]):
    """Entries by key, the newest state of each. Without a file they last as long as the process."""

    def __init__(self, kind: type[E], path: Path | None) -> None:
        self._kind = kind
        self._path = path
        self._entries: dict[str, E] = {}
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._load(path)

    def entries(self) -> list[E]:
        return list(self._entries.values())

    def get(self, key: str) -> E | None:
        return self._entries.get(key)

    def put(self, key: str, entry: E) -> None:
        """Durable when it returns."""
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode([key, entry]) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        self._entries[key] = entry

    def forget(self) -> None:
        """As a device whose memory was lost."""
        self._entries.clear()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _load(self, path: Path) -> None:
        path.touch()
        content = path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            os.truncate(path, len(whole))
        for line in whole.splitlines():
            key, entry = msgspec.json.decode(line, type=tuple[str, self._kind])  # type: ignore[name-defined] # a runtime type
            self._entries[key] = entry
