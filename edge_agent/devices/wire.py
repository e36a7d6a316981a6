"""Byte streams to devices: a serial port (or pty) and a TCP socket, both with deadlines.

``serial:/dev/totem/pinpad?baud=19200`` or ``tcp:127.0.0.1:9100``. No call blocks past its deadline.
"""

import select
import socket
import time
from urllib.parse import parse_qs, urlsplit

import serial

from edge_agent.devices.errors import DeviceGoneError, DeviceTimeoutError
from edge_agent.devices.ports import Wire

CONNECT_S = 3.0


def wire_for(address: str) -> Wire:
    """The wire for an address. Raises ValueError with the two forms it understands."""
    parts = urlsplit(address)
    if parts.scheme == "serial" and parts.path:
        baud = parse_qs(parts.query).get("baud", ["115200"])[0]
        return SerialWire(parts.path, int(baud))
    if parts.scheme == "tcp":
        host, _, port = (parts.netloc or parts.path).rpartition(":")
        if host and port.isdigit():
            return TcpWire(host, int(port))
    raise ValueError(f"{address!r} is not serial:/dev/PORT?baud=N nor tcp:HOST:PORT")


class SerialWire:
    """A serial port or pty, 8N1, opened exclusively."""

    def __init__(self, path: str, baud: int) -> None:
        self.name = f"serial:{path}"
        self._path = path
        self._baud = baud
        self._port: serial.Serial | None = None

    def open(self) -> None:
        if self._port is not None:
            return
        try:
            self._port = serial.Serial(
                self._path, self._baud, timeout=0, write_timeout=1.0, exclusive=True
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


class TcpWire:
    """A TCP stream to a network printer, a serial-over-LAN box or an emulator."""

    def __init__(self, host: str, port: int) -> None:
        self.name = f"tcp:{host}:{port}"
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def open(self) -> None:
        if self._socket is not None:
            return
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
