"""Finds drivers by entry point, group ``totem.drivers``: a third party adds one as one package."""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points

from edge_agent.devices.ports import Clock, Driver, Wire
from edge_agent.devices.wire import wire_for

GROUP = "totem.drivers"
API = 1


class UnknownDriverError(Exception):
    """The driver named in the settings cannot be used; the message says why and what there is."""


def find_driver(name: str, kind: str) -> Driver:
    """The driver of this name. Raises UnknownDriverError."""
    points = {point.name: point for point in entry_points(group=GROUP)}
    if name not in points:
        raise UnknownDriverError(f"no driver {name!r}; installed: {', '.join(sorted(points))}")
    driver = _load(points[name])
    if driver.kind != kind:
        raise UnknownDriverError(f"driver {name!r} drives a {driver.kind}, not a {kind}")
    if driver.api != API:
        raise UnknownDriverError(f"driver {name!r} speaks API {driver.api}, this agent {API}")
    return driver


def build_device(
    driver: Driver,
    address: str,
    options: dict[str, str],
    clock: Clock,
    wires: Callable[[str], Wire] = wire_for,
) -> object:
    """The device behind an address; no I/O yet. Raises ValueError for options it does not know."""
    return driver.build(options, wires(address), clock)


def _load(point: EntryPoint) -> Driver:
    try:
        driver = point.load()
    except Exception as error:
        raise UnknownDriverError(f"driver {point.name!r} cannot be loaded: {error}") from error
    if not isinstance(driver, Driver):
        raise UnknownDriverError(f"{point.value} is not a Driver")
    return driver
