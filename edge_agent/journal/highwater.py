"""A small file outside the database that remembers how far the journal once was.

A database that went back in time (a restored backup, a swapped disk image) is behind it. It is
written when the writer is idle, at most once a second, and at every orderly stop: it may lag, never
lead.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import DecodeError, Struct, json

FILE = "journal.high-water"
INTERVAL_S = 1.0


class Mark(Struct, frozen=True):
    """How far the journal once was."""

    epoch: int
    seq: int
    hash: bytes

    def is_ahead_of(self, epoch: int, seq: int, hash_at: Callable[[int], bytes | None]) -> bool:
        """Whether this names an event that the journal at (epoch, seq) does not hold."""
        if self.epoch != epoch:
            return self.epoch > epoch
        return self.seq > seq or hash_at(self.seq) != self.hash


class HighWater:
    """The mark of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        self._written_at = 0.0

    def note(self, epoch: int, seq: int, digest: bytes) -> None:
        """Write the mark unless that was done less than a second ago."""
        if time.monotonic() - self._written_at >= INTERVAL_S:
            self.write(epoch, seq, digest)

    def write(self, epoch: int, seq: int, digest: bytes) -> None:
        """Replace the mark durably."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(json.encode(Mark(epoch, seq, digest)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._written_at = time.monotonic()

    def is_ahead_of(self, epoch: int, seq: int, hash_at: Callable[[int], bytes | None]) -> bool:
        """Whether the mark is ahead of the journal; a missing or unreadable one is not."""
        try:
            mark = json.decode(self._path.read_bytes(), type=Mark)
        except (FileNotFoundError, DecodeError):
            return False
        return mark.is_ahead_of(epoch, seq, hash_at)
