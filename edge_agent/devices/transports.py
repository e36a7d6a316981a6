"""From an address in the settings to what a driver speaks over.

``serial:/dev/PORT?baud=N`` and ``tcp:HOST:PORT`` and ``lp:/dev/usb/lpN`` are byte streams,
``folder:/PATH`` a directory for file exchange, ``listen:HOST:PORT`` a port where the device calls.
"""

import os
import socket
from pathlib import Path
from typing import Any

from edge_agent.devices.errors import DeviceGoneError
from edge_agent.devices.ports import Transport, Wire
from edge_agent.devices.wire import TcpWire, wire_for

BACKLOG = 4


def transport_for(address: str, kind: Transport) -> Any:
    """A Wire, Folder or Listener. Raises ValueError saying what the address should look like."""
    scheme, _, rest = address.partition(":")
    match kind:
        case "folder":
            if scheme != "folder" or not rest.startswith("/"):
                raise ValueError(f"{address!r} is not folder:/PATH")
            return SharedFolder(Path(rest))
        case "listener":
            host, _, port = rest.rpartition(":")
            if scheme != "listen" or not host or not port.isdigit():
                raise ValueError(f"{address!r} is not listen:HOST:PORT")
            return TcpListener(host, int(port))
        case _:
            return wire_for(address)


class SharedFolder:
    """A directory that another program on this machine reads and writes too."""

    def __init__(self, path: Path) -> None:
        self.name = f"folder:{path}"
        self.path = path

    def open(self) -> None:
        if not self.path.is_dir():
            raise DeviceGoneError(f"{self.name}: there is no such directory")
        if not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise DeviceGoneError(f"{self.name}: may not be written by this program")

    def close(self) -> None:
        """Nothing is held open between calls."""

    def show(self, way: str, data: bytes) -> None:
        """Nobody looks."""


class TcpListener:
    """A port of ours. What it accepted stays open until its own close or the listener's."""

    def __init__(self, host: str, port: int) -> None:
        self.name = f"listen:{host}:{port}"
        self._address = (host, port)
        self._server: socket.socket | None = None
        self._accepted: list[TcpWire] = []

    @property
    def port(self) -> int:
        """The port in use, also where 0 was asked for. Raises DeviceGoneError when closed."""
        return int(self._need().getsockname()[1])

    def open(self) -> None:
        if self._server is not None:
            return
        try:
            self._server = socket.create_server(self._address, backlog=BACKLOG)
        except OSError as error:
            raise DeviceGoneError(f"{self.name}: {error}") from error

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for wire in self._accepted:
            wire.close()
        self._accepted.clear()

    def accept(self, deadline_s: float) -> Wire | None:
        server = self._need()
        server.settimeout(max(deadline_s, 0.001))
        try:
            link, (host, port, *_) = server.accept()
        except TimeoutError:
            return None
        except OSError as error:
            self.close()
            raise DeviceGoneError(f"{self.name}: {error}") from error
        wire = TcpWire(host, port, link)
        self._accepted = [it for it in self._accepted if it.is_open()]
        self._accepted.append(wire)
        return wire

    def _need(self) -> socket.socket:
        if self._server is None:
            raise DeviceGoneError(f"{self.name}: not open")
        return self._server
