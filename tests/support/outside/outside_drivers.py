"""Drivers as a third party would bring them: they know Totem's ports and nothing else of it."""

import json
import time
from pathlib import Path
from typing import Any

from edge_agent.devices.ports import (
    Driver,
    Paper,
    PrinterStatus,
    PrintResult,
    Reading,
)


class FilePrinter:
    """A printer that writes its papers into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> None: ...

    def close(self) -> None: ...

    def status(self) -> PrinterStatus:
        return PrinterStatus(True, "ok")

    def print(self, paper: Paper, process_id: str) -> PrintResult:
        name = f"{time.time_ns()}.json"
        (self._folder / name).write_text(json.dumps([str(block) for block in paper]))
        return PrintResult("printed")

    def recover(self) -> None: ...

    def describe(self) -> dict[str, str]:
        return {"maker": "outside"}

    def examine(self) -> list[Reading]:
        return []

    def store_logo(self) -> None: ...


class BadReader:
    """A reader whose every call hangs for ``hang_s``, or raises what no driver should."""

    def __init__(self, hang_s: float) -> None:
        self._hang_s = hang_s

    def __getattr__(self, name: str) -> Any:
        if name == "capabilities":
            raise AttributeError(name)

        def call(*_: object) -> object:
            if self._hang_s:
                time.sleep(self._hang_s)
            raise ZeroDivisionError(name)

        return call


PRINTER = Driver(
    id="outside-printer",
    kind="printer",
    build=lambda options, folder, clock: FilePrinter(folder.path),
    transport="folder",
)
READER = Driver(
    id="outside-reader",
    kind="card_reader",
    build=lambda options, wire, clock: BadReader(float(options.get("hang_s", "0"))),
)
