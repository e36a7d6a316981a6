"""A USB printer through pyusb itself: found by who it is, with deadlines, lost and found again."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from edge_agent.devices.drivers.escpos import DRIVER, EscposPrinter
from edge_agent.devices.emulators.escpos.emulator import EscposEmulator
from edge_agent.devices.errors import DeviceGoneError, DeviceTimeoutError
from edge_agent.devices.ports import Cut, Paper, PrintResult, Qr, Text
from edge_agent.devices.usb_wire import UsbId, UsbWire, usb_id
from edge_agent.devices.wire import wire_for
from tests.support.hurried import HurriedClock
from tests.support.usb_bus import BusDevice, UsbBus

EPSON, TM_T20X = 0x04B8, 0x0E27
TICKET: Paper = [Text("A012", size=4), Text("Ação São João"), Qr("TOTEM1:A012", 30), Cut()]
STATUS = b"\x10\x04\x01"
PATIENCE_S = 20.0


class FarEnd:
    """The printer's emulator on a loop of its own."""

    def __init__(self) -> None:
        self.emulator = EscposEmulator(lines_per_s=0)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.port: int = self._run(self.emulator.start_tcp())

    def papers(self) -> list[str]:
        async def look() -> list[str]:
            return [paper.text for paper in self.emulator.papers()]

        found: list[str] = self._run(look())
        return found

    def stop(self) -> None:
        self._run(self.emulator.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


@pytest.fixture
def far() -> Iterator[FarEnd]:
    end = FarEnd()
    yield end
    end.stop()


def a_device(far: FarEnd, serial: str = "SN1", **how: int) -> BusDevice:
    return BusDevice(TM_T20X, serial, far.port, **how)


def a_wire(*devices: BusDevice, serial: str = "") -> UsbWire:
    return UsbWire(UsbId(EPSON, TM_T20X, serial), UsbBus(EPSON, *devices))


def opened(*devices: BusDevice, serial: str = "") -> UsbWire:
    """Open, and heard once: the far end is there."""
    wire = a_wire(*devices, serial=serial)
    wire.open()
    wire.write(STATUS, PATIENCE_S)
    assert wire.read(1, PATIENCE_S)
    return wire


def test_a_ticket_comes_out_with_proof(far: FarEnd) -> None:
    wire = a_wire(a_device(far))
    printer = DRIVER.build({"profile": "epson-tm-t20x"}, wire, HurriedClock(0.1))
    assert isinstance(printer, EscposPrinter)
    printer.open()
    assert printer.print(TICKET, "0001") == PrintResult("printed")
    assert "Ação São João" in far.papers()[0]
    wire.close()


def test_an_address_says_who_it_is() -> None:
    assert usb_id("usb:04b8:0E27") == UsbId(EPSON, TM_T20X)
    assert usb_id("usb:04b8:0e27:SN:1") == UsbId(EPSON, TM_T20X, "SN:1")
    assert wire_for("usb:04b8:0e27:SN1").name == "usb:04b8:0e27:SN1"
    for wrong in ("usb:04b8", "usb:4b8:0e27", "usb:zzzz:0e27", "usb:04b8:0e27:"):
        with pytest.raises(ValueError, match="VID and PID four hex digits"):
            wire_for(wrong)


def test_two_of_a_kind_are_told_apart_by_their_serial_numbers(far: FarEnd) -> None:
    first, second = a_device(far, "SN1"), a_device(far, "SN2")
    wire = opened(first, second, serial="SN2")
    assert (first.claimed, second.claimed) == (False, True)
    wire.close()
    with pytest.raises(DeviceGoneError, match="no such device"):
        a_wire(first, second, serial="SN3").open()


def test_the_kernels_driver_makes_way_and_a_right_configuration_is_left_alone(far: FarEnd) -> None:
    device, fresh = a_device(far, configured=1), a_device(far, configured=0)
    for it in (device, fresh):
        wire = opened(it)
        wire.open()
        assert (it.kernel_driver, it.claimed, it.configured) == (False, True, 1)
        wire.close()
        wire.close()


def test_what_is_no_printer_is_refused(far: FarEnd) -> None:
    with pytest.raises(DeviceGoneError, match="no printer interface"):
        a_wire(a_device(far, interface_class=3)).open()


def test_a_read_takes_what_is_there_and_waits_no_longer_than_it_may(far: FarEnd) -> None:
    wire = opened(a_device(far))
    assert wire.read(16, 0.01) == b""
    wire.write(STATUS * 3, PATIENCE_S)
    answers = b"".join(wire.read(1, PATIENCE_S) for _ in range(3))
    assert len(answers) == 3
    assert all(byte & 0x93 == 0x12 for byte in answers)
    wire.close()


def test_a_printer_that_takes_nothing_is_a_timeout(far: FarEnd) -> None:
    device = a_device(far)
    wire = opened(device)
    device.deaf = True
    with pytest.raises(DeviceTimeoutError):
        wire.write(b"A" * 10_000, 0.05)
    wire.close()


def test_an_unplugged_printer_is_gone_and_found_again(far: FarEnd) -> None:
    device = a_device(far)
    wire = opened(device)
    device.unplug()
    with pytest.raises(DeviceGoneError):
        wire.read(1, 0.1)
    with pytest.raises(DeviceGoneError, match="not open"):
        wire.write(STATUS, 0.1)
    device.claimed = False
    wire.open()
    wire.write(STATUS, PATIENCE_S)
    assert wire.read(1, PATIENCE_S)
    wire.close()
