"""The two ways into the printer: a TCP connection and a pty, seen alike.

Promise: sending never blocks and never raises; a peer that does not read loses what it does not
read, as with the real thing.
"""

import asyncio
import os
import pty
import tty
from typing import Protocol

CHUNK = 512


class Link(Protocol):
    """One talker at the other end."""

    async def read(self) -> bytes:
        """The next bytes; empty when the other end is gone."""

    def send(self, data: bytes) -> None: ...

    def half_close(self) -> None:
        """Say nothing more, go on listening."""

    def drop(self) -> None: ...


class TcpLink:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        try:
            return await self._reader.read(CHUNK)
        except ConnectionError:
            return b""

    def send(self, data: bytes) -> None:
        if not self._writer.is_closing() and not self._closed_half:
            self._writer.write(data)

    _closed_half = False

    def half_close(self) -> None:
        if not self._closed_half and not self._writer.is_closing():
            self._closed_half = True
            self._writer.write_eof()

    def drop(self) -> None:
        self._writer.transport.abort()


class PtyLink:
    """A pty master; the slave stays open here, so that callers may come and go."""

    def __init__(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._reader: asyncio.StreamReader | None = None
        self._transport: asyncio.ReadTransport | None = None
        self._silent = False

    async def read(self) -> bytes:
        if self._reader is None:
            self._reader = reader = asyncio.StreamReader(limit=CHUNK)
            self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader),
                os.fdopen(os.dup(self._master), "rb", 0),
            )
        try:
            return await self._reader.read(CHUNK)
        except OSError:
            return b""

    def send(self, data: bytes) -> None:
        if self._silent:
            return
        try:
            os.write(self._master, data)
        except OSError:
            return

    def half_close(self) -> None:
        self._silent = True

    def drop(self) -> None:
        """A serial line has no hanging up: power off is only silence."""

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
        os.close(self._master)
        os.close(self._slave)
