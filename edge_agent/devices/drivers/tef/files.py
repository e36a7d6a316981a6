"""The two folders shared with the TEF manager: requests go into one, answers come from the other.

A request appears whole or not at all (written aside, then renamed). Names are matched whatever
their case. What another program holds is tried again for a while before it counts as broken.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeVar

from edge_agent.devices.drivers.tef.fields import (
    COMMAND,
    NUMBER,
    Record,
    decode,
    encode,
    is_complete,
    presented,
)
from edge_agent.devices.errors import DeviceGoneError
from edge_agent.devices.ports import Clock, Folder

STATUS_S: Final = 7.0
"""How long a manager may take to acknowledge a request."""
LAST_LOOK_S: Final = 1.0
"""How long its acknowledgement may still appear once the request was withdrawn."""
TICK_S: Final = 0.125
LOOK_EVERY_TICKS: Final = 2
RETRY_S: Final = 0.25
RETRIES: Final = 20
MOST_BYTES: Final = 256 * 1024

FILE, STATUS_FILE, TEMPORARY = "intpos.001", "intpos.sts", "intpos.tmp"
ASIDE: Final = "intpos.old"
"""An answer on its way out of the answer folder."""

T = TypeVar("T")

Reception = Literal["acknowledged", "taken", "withdrawn"]
"""``acknowledged``: the manager said so. ``taken``: the request is gone or cannot be taken back,
but nothing was said. ``withdrawn``: the manager never saw it.
"""


class Exchange:
    """One pair of folders with one manager. ``names``: of the request and the answer folder."""

    def __init__(self, folder: Folder, clock: Clock, names: tuple[str, str]) -> None:
        self._folder = folder
        self._clock = clock
        self._names = names
        self._presented: Record = {}

    def open(self) -> None:
        """Raises DeviceGoneError when one of the folders is not there."""
        self._folder.open()
        self._requests()
        self._answers()

    def close(self) -> None:
        self._folder.close()

    def put(self, request: Record) -> None:
        """Stage and show ``request``. Raises DeviceGoneError: then it shows nothing."""
        self.stage(request)
        self.show()

    def stage(self, request: Record) -> None:
        """Write ``request`` aside, where the manager does not look: as long as it lies there, it
        was not shown. Raises DeviceGoneError.
        """
        aside = self._requests() / TEMPORARY

        def write() -> None:
            with aside.open("wb") as file:
                file.write(encode(request))
                file.flush()
                os.fsync(file.fileno())

        self._patiently_aside(write, aside)
        self._folder.show(">", presented(request))
        self._presented = {}

    def show(self) -> None:
        """Show the manager what was staged; a power cut does not bring it back as never shown.
        Raises DeviceGoneError: then it shows nothing.
        """
        folder = self._requests()
        aside = folder / TEMPORARY
        self._patiently_aside(lambda: aside.replace(folder / FILE), aside)
        with suppress(OSError):
            commit_names(folder)

    def left_staged(self) -> Record:
        """A whole request that was written and never shown, or an empty record."""
        found = self._read(self._requests(), TEMPORARY) or {}
        return found if is_complete(found) else {}

    def _patiently_aside(self, deed: Callable[[], object], aside: Path) -> None:
        try:
            self._patiently(deed)
        except DeviceGoneError:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise

    def reception(self, request: Record, gave_up: Callable[[], bool]) -> Reception:
        """Wait for the acknowledgement of ``request``; without one it is withdrawn."""
        for _ in self.looks(STATUS_S, gave_up):
            if self._is_acknowledged(request):
                return "acknowledged"
        return self.take_back(request)

    def take_back(self, request: Record) -> Reception:
        """Withdraw ``request`` and look once more: the manager may have read it meanwhile."""
        withdrawn = self.withdraw()
        for _ in self.looks(LAST_LOOK_S, lambda: False):
            if self._is_acknowledged(request):
                return "acknowledged"
        return "withdrawn" if withdrawn else "taken"

    def looks(self, most_s: float, gave_up: Callable[[], bool]) -> Iterator[None]:
        """A turn now and then, never more than four in a second, until ``most_s`` passed or
        ``gave_up``, which is asked twice as often.
        """
        end = self._clock.monotonic() + most_s
        tick = 0
        while not gave_up():
            if tick % LOOK_EVERY_TICKS == 0:
                yield
                if self._clock.monotonic() >= end:
                    return
            self._clock.sleep(TICK_S)
            tick += 1

    def withdraw(self) -> bool:
        """Take the request back. False when it was gone already or is being read."""
        found = self._named(self._requests(), FILE)
        try:
            return bool(found) and all(self._delete(path) for path in found)
        except DeviceGoneError:
            return False

    def left_request(self) -> Record:
        """A request that still lies there, or an empty record."""
        return self._read(self._requests(), FILE) or {}

    def response(self) -> Record:
        """What the manager has answered up to now; not complete without its trailer."""
        return self._answer(FILE) or {}

    def settled_response(self) -> Record:
        """The same, once it is complete or nothing more comes. Raises DeviceGoneError when another
        program keeps it.
        """
        folder = self._answers()
        record: Record | None = None
        for _ in range(RETRIES):
            if not self._named(folder, FILE):
                return {}
            record = self._answer(FILE)
            if record and is_complete(record):
                return record
            self._clock.sleep(RETRY_S)
        if record is None:
            raise DeviceGoneError(f"{self._folder.name}: the answer cannot be read")
        return record

    def drop(self, answer: Record) -> None:
        """Throw ``answer`` away, and no other that the manager put in its place meanwhile. Raises
        DeviceGoneError.
        """
        folder = self._answers()
        for path in self._named(folder, FILE):
            self._patiently(partial(path.replace, folder / ASIDE))
            if self._read(folder, ASIDE) == answer:
                self._clear(folder, ASIDE)
            else:
                self._patiently(partial((folder / ASIDE).replace, path))

    def left_aside(self) -> Record:
        """An answer that a power cut left on its way out, or an empty record."""
        return self._read(self._answers(), ASIDE) or {}

    def clear_requests(self) -> None:
        self._clear(self._requests(), FILE, TEMPORARY)

    def clear_answers(self) -> None:
        self._clear(self._answers(), FILE, STATUS_FILE, TEMPORARY, ASIDE)

    def _is_acknowledged(self, request: Record) -> bool:
        said = self._answer(STATUS_FILE)
        if said is None or not is_complete(said):
            return False
        self._clear(self._answers(), STATUS_FILE)
        return all(said.get(key, "") == request[key] for key in (COMMAND, NUMBER))

    def _answer(self, name: str) -> Record | None:
        """As ``_read``; support sees each whole answer once."""
        record = self._read(self._answers(), name)
        if record and is_complete(record) and record != self._presented:
            self._folder.show("<", presented(record))
            self._presented = record
        return record

    def _requests(self) -> Path:
        return self._directory(self._names[0])

    def _answers(self) -> Path:
        return self._directory(self._names[1])

    def _directory(self, name: str) -> Path:
        for path in self._named(self._folder.path, name):
            if path.is_dir():
                return path
        raise DeviceGoneError(f"{self._folder.name}: no folder {name}")

    def _named(self, folder: Path, name: str) -> list[Path]:
        """Whatever ``folder`` holds under ``name`` in any case, the name as given first."""
        entries = self._patiently(lambda: list(folder.iterdir()))
        found = [entry for entry in entries if entry.name.lower() == name.lower()]
        return sorted(found, key=lambda entry: (entry.name != name, entry.name))

    def _read(self, folder: Path, name: str) -> Record | None:
        """None when it is not there or another program has it."""
        for path in self._named(folder, name):
            with suppress(OSError), path.open("rb") as file:
                return decode(file.read(MOST_BYTES))
        return None

    def _clear(self, folder: Path, *names: str) -> None:
        for name in names:
            for path in self._named(folder, name):
                self._delete(path)

    def _delete(self, path: Path) -> bool:
        """Whether it was there to be deleted."""

        def delete() -> bool:
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            return True

        return self._patiently(delete)

    def _patiently(self, deed: Callable[[], T]) -> T:
        """Do it, again and again while another program is in the way. Whatever else the system
        refuses ends in DeviceGoneError at once.
        """
        for _ in range(RETRIES):
            try:
                return deed()
            except PermissionError:
                self._clock.sleep(RETRY_S)
            except OSError as error:
                raise DeviceGoneError(f"{self._folder.name}: {error.strerror}") from error
        raise DeviceGoneError(f"{self._folder.name}: held by another program")


def commit_names(directory: Path) -> None:
    """Renames in ``directory`` survive a power cut, where the system lets us ask for it. Raises
    OSError.
    """
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
