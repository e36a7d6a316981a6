"""A USB printer driven without the kernel's usblp: ``usb:VID:PID`` or ``usb:VID:PID:SERIAL``.

Promise: every transfer has a deadline, a device is found anew at each opening (a power-cycle gives
it another bus address), and nothing is reset or configured that is right already, since a reset
throws away what the printer holds. pyusb and libusb are loaded when the first such wire opens.
"""

import re
import time
from typing import Any, NamedTuple

from edge_agent.devices.errors import DeviceGoneError, DeviceTimeoutError

FORM = "usb:VID:PID[:SERIAL]"
PRINTER_CLASS = 7
CHUNK_BYTES = 4096
_ADDRESS = re.compile(r"^usb:([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?$")


class UsbId(NamedTuple):
    """Who it is, whatever port it is plugged into. ``serial`` is empty where any will do."""

    vendor: int
    product: int
    serial: str = ""


def usb_id(address: str) -> UsbId:
    """``usb:04b8:0202:SN1`` as numbers. Raises ValueError."""
    found = _ADDRESS.match(address)
    if found is None:
        raise ValueError(f"{address!r} is not {FORM}, VID and PID four hex digits each")
    return UsbId(int(found[1], 16), int(found[2], 16), found[3] or "")


class UsbWire:
    """The printer interface (class 7) of one device, claimed exclusively. ``backend`` is pyusb's
    own; None finds libusb.
    """

    def __init__(self, who: UsbId, backend: Any = None) -> None:
        named = f":{who.serial}" if who.serial else ""
        self.name = f"usb:{who.vendor:04x}:{who.product:04x}{named}"
        self._who = who
        self._backend = backend
        self._device: Any = None
        self._ends: tuple[Any, Any] | None = None
        self._held = b""

    def open(self) -> None:
        if self._ends is not None:
            return
        from usb.core import USBError

        try:
            self._device = self._find()
            self._ends = self._claim()
        except (USBError, NotImplementedError, ValueError) as error:
            raise self._gone(error) from error

    def close(self) -> None:
        device, self._device, self._ends, self._held = self._device, None, None, b""
        if device is not None:
            from usb.util import dispose_resources

            dispose_resources(device)

    def write(self, data: bytes, deadline_s: float) -> None:
        from usb.core import USBError, USBTimeoutError

        out, _ = self._need()
        end, left = time.monotonic() + deadline_s, memoryview(data)
        while left:
            try:
                sent = out.write(bytes(left[:CHUNK_BYTES]), _ms(end - time.monotonic()))
            except USBTimeoutError as error:
                raise DeviceTimeoutError(f"{self.name}: does not take data") from error
            except USBError as error:
                raise self._gone(error) from error
            left = left[sent:]

    def read(self, most: int, deadline_s: float) -> bytes:
        """A packet is taken whole from the bus; what is over waits for the next call."""
        from usb.core import USBError, USBTimeoutError

        if not self._held:
            _, into = self._need()
            try:
                self._held = bytes(into.read(into.wMaxPacketSize, _ms(deadline_s)))
            except USBTimeoutError:
                return b""
            except USBError as error:
                raise self._gone(error) from error
        found, self._held = self._held[:most], self._held[most:]
        return found

    def _find(self) -> Any:
        from usb.core import NoBackendError, find

        try:
            found = list(
                find(
                    find_all=True,
                    backend=self._backend,
                    idVendor=self._who.vendor,
                    idProduct=self._who.product,
                )
            )
        except NoBackendError as error:
            raise DeviceGoneError(
                f"{self.name}: libusb is missing: install libusb-1.0-0"
            ) from error
        for device in found:
            if self._who.serial in ("", device.serial_number):
                return device
        raise DeviceGoneError(f"{self.name}: no such device on the bus")

    def _claim(self) -> tuple[Any, Any]:
        """(out, in): the bulk ends of the printer interface."""
        from usb.core import USBError
        from usb.util import ENDPOINT_IN, ENDPOINT_OUT, claim_interface, endpoint_direction

        try:
            configuration = self._device.get_active_configuration()
        except USBError:
            self._device.set_configuration()
            configuration = self._device.get_active_configuration()
        for interface in configuration:
            if interface.bInterfaceClass != PRINTER_CLASS:
                continue
            number = interface.bInterfaceNumber
            if self._device.is_kernel_driver_active(number):
                self._device.detach_kernel_driver(number)
            claim_interface(self._device, number)
            ways = {endpoint_direction(it.bEndpointAddress): it for it in interface}
            if {ENDPOINT_OUT, ENDPOINT_IN} <= {*ways}:
                return ways[ENDPOINT_OUT], ways[ENDPOINT_IN]
        raise DeviceGoneError(f"{self.name}: has no printer interface that answers")

    def _need(self) -> tuple[Any, Any]:
        if self._ends is None:
            raise DeviceGoneError(f"{self.name}: not open")
        return self._ends

    def _gone(self, error: Exception) -> DeviceGoneError:
        self.close()
        return DeviceGoneError(f"{self.name}: {error}")


def _ms(seconds: float) -> int:
    """libusb takes 0 as for ever."""
    return max(1, round(seconds * 1000))
