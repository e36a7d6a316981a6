"""The devices of this machine under their supervisors, as the settings name them."""

from collections.abc import Callable

from edge_agent.devices.care import printer_care, reader_care, scanner_care
from edge_agent.devices.ports import Clock
from edge_agent.devices.registry import printer_for, reader_for, scanner_for
from edge_agent.devices.supervisor import Supervisor
from edge_agent.services.readiness import NO_READER, Devices
from edge_agent.settings import DevicesSettings


def make_devices(wanted: DevicesSettings, clock: Clock, changed: Callable[[], None]) -> Devices:
    """Built, not started: no I/O yet. A driver that cannot be used is a device that is down."""
    reader = reader_for(wanted.reader, clock)
    scanner = None
    if wanted.scanner is not None:
        scanner = Supervisor(
            scanner_for(wanted.scanner, clock), scanner_care("scanner"), clock, changed
        )
    return Devices(
        printer=Supervisor(
            printer_for(wanted.printer, clock), printer_care("printer"), clock, changed
        ),
        reader=Supervisor(reader, reader_care("reader"), clock, changed),
        capabilities=getattr(reader, "capabilities", NO_READER),
        scanner=scanner,
    )
