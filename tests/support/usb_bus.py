"""A USB bus as libusb would show it, for pyusb itself: devices whose bulk ends lead to a TCP port.

What is emulated is the hardware's far end; the library between it and our wire is the real one.
"""

import socket
from array import array
from types import SimpleNamespace
from typing import Any

from usb.backend import IBackend
from usb.core import USBError, USBTimeoutError

OUT, IN = 0x01, 0x82
PACKET_BYTES = 64
NO_DEVICE = 19
STRING = 0x03


class BusDevice:
    """One device. ``port`` is where its far end listens; ``unplug`` takes it from the bus."""

    def __init__(
        self, product: int, serial: str, port: int, interface_class: int = 7, configured: int = 1
    ) -> None:
        self.product, self.serial, self.port = product, serial, port
        self.interface_class, self.configured = interface_class, configured
        self.kernel_driver = True
        self.claimed = False
        self.deaf = False
        self.link: socket.socket | None = None

    def unplug(self) -> None:
        if self.link is not None:
            self.link.close()
        self.link = None


class UsbBus(IBackend):  # type: ignore[misc] # pyusb has no types
    """The bus of one vendor."""

    def __init__(self, vendor: int, *devices: BusDevice) -> None:
        self.vendor = vendor
        self.devices = list(devices)

    def enumerate_devices(self) -> Any:
        return iter(self.devices)

    def get_parent(self, dev: BusDevice) -> None:
        return None

    def get_device_descriptor(self, dev: BusDevice) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=self.vendor, idProduct=dev.product,
            bcdDevice=0x100, iManufacturer=0, iProduct=0, iSerialNumber=1, bNumConfigurations=1,
            address=self.devices.index(dev) + 1, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: BusDevice, config: int) -> Any:
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: BusDevice, intf: int, alt: int, config: int) -> Any:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2,
            bInterfaceClass=dev.interface_class, bInterfaceSubClass=1, bInterfaceProtocol=2,
            iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(
        self, dev: BusDevice, ep: int, intf: int, alt: int, config: int
    ) -> Any:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(OUT, IN)[ep], bmAttributes=2,
            wMaxPacketSize=PACKET_BYTES, bInterval=0, bRefresh=0, bSynchAddress=0,
            extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: BusDevice) -> BusDevice:
        return dev

    def close_device(self, dev_handle: BusDevice) -> None:
        dev_handle.unplug()

    def set_configuration(self, dev_handle: BusDevice, config_value: int) -> None:
        dev_handle.configured = config_value

    def get_configuration(self, dev_handle: BusDevice) -> int:
        return dev_handle.configured

    def is_kernel_driver_active(self, dev_handle: BusDevice, intf: int) -> bool:
        return dev_handle.kernel_driver

    def detach_kernel_driver(self, dev_handle: BusDevice, intf: int) -> None:
        dev_handle.kernel_driver = False

    def claim_interface(self, dev_handle: BusDevice, intf: int) -> None:
        if dev_handle.kernel_driver or dev_handle.claimed:
            raise USBError("Resource busy", errno=16)
        dev_handle.claimed = True
        dev_handle.link = socket.create_connection(("127.0.0.1", dev_handle.port), 20)

    def release_interface(self, dev_handle: BusDevice, intf: int) -> None:
        dev_handle.claimed = False

    def bulk_write(self, dev_handle: BusDevice, ep: int, intf: int, data: Any, timeout: int) -> int:
        if dev_handle.deaf:
            raise USBTimeoutError("Operation timed out", errno=110)
        link = self._link(dev_handle)
        link.settimeout(timeout / 1000)
        return link.send(bytes(data)[: 8 * PACKET_BYTES])

    def bulk_read(self, dev_handle: BusDevice, ep: int, intf: int, buff: Any, timeout: int) -> int:
        link = self._link(dev_handle)
        link.settimeout(timeout / 1000)
        try:
            data = link.recv(len(buff))
        except TimeoutError as error:
            raise USBTimeoutError("Operation timed out", errno=110) from error
        buff[: len(data)] = array("B", data)
        return len(data)

    def ctrl_transfer(self, dev_handle: BusDevice, *request: Any) -> int:
        """String descriptors: the languages, and the serial number."""
        _, _, value, _, data, _ = request
        text = b"\x09\x04" if value & 0xFF == 0 else dev_handle.serial.encode("utf-16-le")
        answer = bytes([len(text) + 2, STRING]) + text
        data[: len(answer)] = array("B", answer)
        return len(answer)

    def _link(self, device: BusDevice) -> socket.socket:
        if device.link is None:
            raise USBError("No such device", errno=NO_DEVICE)
        return device.link
