"""Byte streams to devices: a serial port (or pty), a TCP socket, a USB printer; all with deadlines.

``serial:/dev/totem/pinpad?baud=19200``, ``tcp:127.0.0.1:9100``, ``lp:/dev/usb/lp0`` or
``usb:04b8:0202`` (usb_wire). No call blocks past its deadline.
"""

import os
import select
import socket
import time
from urllib.parse import parse_qs, urlsplit

import serial

from edge_agent.devices.errors import DeviceGoneError, DeviceTimeoutError
from edge_agent.devices.ports import Wire
from edge_agent.devices.usb_wire import FORM, UsbWire, usb_id

CONNECT_S = 3.0
FORMS = f"serial:/dev/PORT?baud=N, tcp:HOST:PORT, lp:/dev/usb/lpN, {FORM}"


def wire_for(address: str) -> Wire:
    """The wire for an address. Raises ValueError with the forms it understands."""
    parts = urlsplit(address)
    if parts.scheme == "serial" and parts.path:
        baud = parse_qs(parts.query).get("baud", ["115200"])[0]
        stop_bits = parse_qs(parts.query).get("stop", ["1"])[0]
        return SerialWire(parts.path, int(baud), int(stop_bits))
    if parts.scheme == "lp" and parts.path:
        return LpWire(parts.path)
    if parts.scheme == "usb":
        return UsbWire(usb_id(address))
    if parts.scheme == "tcp":
        host, _, port = (parts.netloc or parts.path).rpartition(":")
        if host and port.isdigit():
            return TcpWire(host, int(port))
    raise ValueError(f"{address!r} is not one of: {FORMS}")


class SerialWire:
    """A serial port or pty, 8 data bits, no parity, opened exclusively."""

    def __init__(self, path: str, baud: int, stop_bits: int = 1) -> None:
        self.name = f"serial:{path}"
        self._path = path
        self._baud = baud
        self._stop_bits = stop_bits
        self._port: serial.Serial | None = None

    def open(self) -> None:
        if self._port is not None:
            return
        try:
            self._port = serial.Serial(
                self._path,
                self._baud,
                stopbits=self._stop_bits,
                timeout=0,
                write_timeout=1.0,
                exclusive=True,
            )
        except (serial.SerialException, OSError, ValueError) as error:
            raise DeviceGoneError(f"{self.name}: {error}") from error

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            try:
                port.reset_output_buffer()
                port.close()
            except (serial.SerialException, OSError):
                return

    def write(self, data: bytes, deadline_s: float) -> None:
        port = self._need()
        port.write_timeout = max(deadline_s, 0.001)
        try:
            port.write(data)
        except serial.SerialTimeoutException as error:
            raise DeviceTimeoutError(f"{self.name}: does not take data") from error
        except (serial.SerialException, OSError) as error:
            raise self._gone(error) from error

    def read(self, most: int, deadline_s: float) -> bytes:
        port = self._need()
        try:
            readable, _, _ = select.select([port.fileno()], [], [], max(deadline_s, 0.0))
            return port.read(most) if readable else b""
        except (serial.SerialException, OSError) as error:
            raise self._gone(error) from error

    def _need(self) -> serial.Serial:
        if self._port is None:
            raise DeviceGoneError(f"{self.name}: not open")
        return self._port

    def _gone(self, error: Exception) -> DeviceGoneError:
        self.close()
        return DeviceGoneError(f"{self.name}: {error}")


class LpWire:
    """A USB printer through the kernel's usblp: status comes back on the same file."""

    def __init__(self, path: str) -> None:
        self.name = f"lp:{path}"
        self._path = path
        self._file: int | None = None

    def open(self) -> None:
        if self._file is not None:
            return
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise DeviceGoneError(f"{self.name}: {error}") from error

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def write(self, data: bytes, deadline_s: float) -> None:
        end = time.monotonic() + deadline_s
        left = memoryview(data)
        while left:
            file = self._need()
            _, writable, _ = select.select([], [file], [], max(end - time.monotonic(), 0.0))
            if not writable:
                raise DeviceTimeoutError(f"{self.name}: does not take data")
            try:
                left = left[os.write(file, left) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._gone(error) from error

    def read(self, most: int, deadline_s: float) -> bytes:
        file = self._need()
        readable, _, _ = select.select([file], [], [], max(deadline_s, 0.0))
        try:
            return os.read(file, most) if readable else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._gone(error) from error

    def _need(self) -> int:
        if self._file is None:
            raise DeviceGoneError(f"{self.name}: not open")
        return self._file

    def _gone(self, error: OSError) -> DeviceGoneError:
        self.close()
        return DeviceGoneError(f"{self.name}: {error}")


class TcpWire:
    """A TCP stream to a network printer, a serial-over-LAN box or an emulator; or one of a caller
    that was accepted, which cannot be opened again.
    """

    def __init__(self, host: str, port: int, accepted: socket.socket | None = None) -> None:
        self.name = f"tcp:{host}:{port}"
        self._address = (host, port)
        self._socket = accepted
        self._is_caller = accepted is not None

    def is_open(self) -> bool:
        return self._socket is not None

    def open(self) -> None:
        if self._socket is not None:
            return
        if self._is_caller:
            raise DeviceGoneError(f"{self.name}: the caller hung up")
        try:
            self._socket = socket.create_connection(self._address, CONNECT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise DeviceGoneError(f"{self.name}: {error}") from error

    def close(self) -> None:
        link, self._socket = self._socket, None
        if link is not None:
            link.close()

    def write(self, data: bytes, deadline_s: float) -> None:
        link = self._need()
        end = time.monotonic() + deadline_s
        left = memoryview(data)
        while left:
            link.settimeout(max(end - time.monotonic(), 0.001))
            try:
                left = left[link.send(left) :]
            except TimeoutError as error:
                raise DeviceTimeoutError(f"{self.name}: does not take data") from error
            except OSError as error:
                raise self._gone(str(error)) from error

    def read(self, most: int, deadline_s: float) -> bytes:
        link = self._need()
        link.settimeout(max(deadline_s, 0.001))
        try:
            data = link.recv(most)
        except TimeoutError:
            return b""
        except OSError as error:
            raise self._gone(str(error)) from error
        if not data:
            raise self._gone("closed by the device")
        return data

    def _need(self) -> socket.socket:
        if self._socket is None:
            raise DeviceGoneError(f"{self.name}: not open")
        return self._socket

    def _gone(self, reason: str) -> DeviceGoneError:
        self.close()
        return DeviceGoneError(f"{self.name}: {reason}")
