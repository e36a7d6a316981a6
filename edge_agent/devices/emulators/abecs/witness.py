"""The pinpad's own list of approvals: the independent witness of what cards agreed to pay.

An approval is written and synced to disk before the kiosk hears of it, so a power cut can hide one
from the kiosk but never from the list. A line torn by a cut was never answered and is dropped at
the next start.
"""

import os
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from edge_agent.devices.emulators.abecs.cards import Kind

FILE_NAME = "approvals.jsonl"


class Approval(Struct, frozen=True):
    """A card produced a TC. ``cryptogram``, ``atc`` and ``aid`` in hex; never a whole card
    number."""

    reader_serial: str
    amount_minor: int
    currency: str
    kind: Kind
    masked_pan: str
    label: str
    aid: str
    cryptogram: str
    atc: str
    decided_by: Literal["GOX", "FCX"]
    at_ms: int


class Witness:
    """Approvals in order. Without a folder they last as long as the process."""

    def __init__(self, folder: Path | None) -> None:
        self._approvals: list[Approval] = []
        self._path = folder / FILE_NAME if folder else None
        if self._path is not None:
            self._load(self._path)

    def approvals(self) -> list[Approval]:
        return list(self._approvals)

    def record(self, approval: Approval) -> None:
        """Durable when it returns."""
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(approval) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        self._approvals.append(approval)

    def _load(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        content = path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            os.truncate(path, len(whole))
        self._approvals = [msgspec.json.decode(line, type=Approval) for line in whole.splitlines()]
