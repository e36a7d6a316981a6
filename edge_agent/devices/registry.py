"""Finds drivers by entry point, group ``totem.drivers``: a third party adds one as one package.

A driver that is missing, broken or wrongly set up never stops the agent: its device is one that
cannot be opened and says why.
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple, cast

from edge_agent.devices.errors import DeviceGoneError
from edge_agent.devices.ports import (
    CardReader,
    Clock,
    Device,
    Driver,
    Printer,
    PrinterProfile,
    Scanner,
)
from edge_agent.devices.tap import TAPPED, Tap
from edge_agent.devices.transports import transport_for
from edge_agent.settings import DeviceSettings

GROUP = "totem.drivers"
API = 1


class UnknownDriverError(Exception):
    """The driver named in the settings cannot be used; the message says why and what there is."""


class Found(NamedTuple):
    """An installed driver. ``fault`` says why it cannot be used, and is empty when it can."""

    name: str
    kind: str
    fault: str


def list_drivers() -> list[Found]:
    """Every installed driver by name, broken ones too."""
    return [_found(point) for point in sorted(entry_points(group=GROUP), key=lambda it: it.name)]


def list_profiles() -> list[PrinterProfile]:
    """Every make of printer that an installed driver knows."""
    usable = [point for point in entry_points(group=GROUP) if not _found(point).fault]
    return [profile for point in usable for profile in _load(point).profiles]


def find_driver(name: str, kind: str) -> Driver:
    """The driver of this name. Raises UnknownDriverError."""
    points = {point.name: point for point in entry_points(group=GROUP)}
    if name not in points:
        raise UnknownDriverError(f"no driver {name!r}; installed: {', '.join(sorted(points))}")
    driver = _load(points[name])
    if driver.kind != kind:
        raise UnknownDriverError(f"driver {name!r} drives a {driver.kind}, not a {kind}")
    return driver


def build_device(
    driver: Driver,
    address: str,
    options: dict[str, str],
    clock: Clock,
    wires: Callable[[str], Any] | None = None,
) -> Device:
    """The device behind an address; no I/O yet. Raises ValueError for options it does not know and
    for an address of another kind than the driver speaks over.
    """
    if wires is not None:
        return driver.build(options, wires(address), clock)
    return driver.build(options, transport_for(address, driver.transport), clock)


def printer_for(wanted: DeviceSettings, clock: Clock, tap: Tap | None = None) -> Printer:
    """The printer of the settings, or one that cannot be opened."""
    return cast(Printer, _device_for(wanted, "printer", clock, tap))


def reader_for(wanted: DeviceSettings, clock: Clock, tap: Tap | None = None) -> CardReader:
    """The card reader of the settings, or one that cannot be opened."""
    return cast(CardReader, _device_for(wanted, "card_reader", clock, tap))


def scanner_for(wanted: DeviceSettings, clock: Clock, tap: Tap | None = None) -> Scanner:
    """The scanner of the settings, or one that cannot be opened."""
    return cast(Scanner, _device_for(wanted, "scanner", clock, tap))


class Unusable:
    """Stands in for a device whose driver cannot be used: nothing but a reason."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def open(self) -> None:
        raise DeviceGoneError(self._reason)

    def close(self) -> None:
        """There is nothing to close."""


def _device_for(wanted: DeviceSettings, kind: str, clock: Clock, tap: Tap | None) -> object:
    try:
        driver = find_driver(wanted.driver, kind)
        line = transport_for(wanted.address, driver.transport)
        if tap is not None:
            line = TAPPED[driver.transport](line, kind, tap)
        return driver.build(wanted.options, line, clock)
    except Exception as error:  # noqa: BLE001 - a third party's build may raise anything
        return Unusable(str(error) or repr(error))


def _found(point: EntryPoint) -> Found:
    try:
        return Found(point.name, _load(point).kind, "")
    except UnknownDriverError as error:
        return Found(point.name, "", str(error))


def _load(point: EntryPoint) -> Driver:
    try:
        driver: Any = point.load()
    except Exception as error:
        raise UnknownDriverError(f"driver {point.name!r} cannot be loaded: {error!r}") from error
    if not isinstance(driver, Driver):
        raise UnknownDriverError(f"{point.value} is not a Driver")
    if driver.api != API:
        raise UnknownDriverError(f"driver {point.name!r} speaks API {driver.api}, this agent {API}")
    return driver
