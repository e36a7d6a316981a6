"""The pinpad's own lists: the independent witness of what cards agreed to pay, and of how whole
card numbers left it.

An entry is written and synced to disk before the kiosk hears of it, so a power cut can hide one
from the kiosk but never from the list. A line torn by a cut was never answered and is dropped at
the next start.
"""

import os
import time
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from edge_agent.devices.emulators.abecs.cards import Kind
from edge_agent.devices.emulators.ledger import Ledger

FILE_NAME = "approvals.jsonl"
DISCLOSURES_FILE = "disclosures.jsonl"
CLEAR = "clear"


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


class Disclosure(Struct, frozen=True):
    """A whole card number or track was asked for. ``method`` is the kiosk's 0003, or ``clear``
    when it asked for no encryption."""

    masked_pan: str
    method: str
    at_ms: int


class Witness:
    """Both lists in order. Without a folder they last as long as the process."""

    def __init__(self, folder: Path | None) -> None:
        self._approvals: list[Approval] = []
        self._path = folder / FILE_NAME if folder else None
        if self._path is not None:
            self._load(self._path)
        self._disclosures = Ledger(Disclosure, folder and folder / DISCLOSURES_FILE)

    def disclosures(self) -> list[Disclosure]:
        return self._disclosures.entries()

    def disclose(self, masked_pan: str, method: str) -> None:
        """Durable when it returns."""
        entry = Disclosure(masked_pan, method, time.time_ns() // 1_000_000)
        self._disclosures.put(str(len(self._disclosures.entries())), entry)

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
