"""The devices of this machine under their supervisors, as the settings name them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from edge_agent.devices.care import Care, printer_care, reader_care, scanner_care
from edge_agent.devices.ports import CardReader, Clock, Printer, ReaderCapabilities, Scanner
from edge_agent.devices.registry import printer_for, reader_for, scanner_for
from edge_agent.devices.supervisor import Supervisor
from edge_agent.devices.tap import Tap
from edge_agent.settings import DeviceSettings, DevicesSettings

D = TypeVar("D")
NO_READER = ReaderCapabilities(confirm="none", recovery="local_journal", offline=False)


class Devices(Struct, frozen=True):
    """The devices of a totem. ``capabilities`` are the reader's."""

    printer: Supervisor[Printer]
    reader: Supervisor[CardReader]
    capabilities: ReaderCapabilities = NO_READER
    scanner: Supervisor[Scanner] | None = None

    def all(self) -> dict[str, Supervisor[Any]]:
        """By name, in the order in which they are started."""
        found: dict[str, Supervisor[Any]] = {"printer": self.printer, "reader": self.reader}
        return found if self.scanner is None else {**found, "scanner": self.scanner}


def plug_of(address: str) -> Callable[[], bool]:
    """Whether the path of a serial or USB address is there; always true for other addresses."""
    scheme, _, rest = address.partition(":")
    path = rest.partition("?")[0]
    if scheme not in ("serial", "lp"):
        return lambda: True
    return Path(path).exists


def make_devices(
    wanted: DevicesSettings, clock: Clock, changed: Callable[[], None], tap: Tap | None = None
) -> Devices:
    """Built, not started: no I/O yet. A driver that cannot be used is a device that is down."""
    reader = reader_for(wanted.reader, clock, tap)
    capabilities: ReaderCapabilities = getattr(reader, "capabilities", NO_READER)
    reading = _plugged(reader_care("reader", capabilities.heartbeat_s), wanted.reader)
    printing = _plugged(printer_care("printer"), wanted.printer)
    scanner = None
    if wanted.scanner is not None:
        scanning = _plugged(scanner_care("scanner"), wanted.scanner)
        scanner = Supervisor(scanner_for(wanted.scanner, clock, tap), scanning, clock, changed)
    return Devices(
        printer=Supervisor(printer_for(wanted.printer, clock, tap), printing, clock, changed),
        reader=Supervisor(reader, reading, clock, changed),
        capabilities=capabilities,
        scanner=scanner,
    )


def _plugged(care: Care[D], wanted: DeviceSettings) -> Care[D]:
    return care._replace(is_there=plug_of(wanted.address))
