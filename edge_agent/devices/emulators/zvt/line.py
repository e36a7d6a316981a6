"""One line to a register: link rules on serial, raw APDUs on TCP, and the faults of a bad line."""

import asyncio
from collections.abc import Callable

from edge_agent.devices.emulators.zvt.framing import (
    ACK,
    NAK,
    SerialDeframer,
    TcpDeframer,
    framed,
)

REPEATS = 2
MERGE_S = 0.01


class LostError(Exception):
    """The register does not acknowledge, or the line is gone."""


class Line:
    """``send`` writes bytes; ``hear`` takes what came. ``is_serial`` decides the framing."""

    def __init__(
        self, send: Callable[[bytes], None], faults: set[str], *, is_serial: bool, ack_s: float
    ) -> None:
        self._send = send
        self._faults = faults
        self._is_serial = is_serial
        self._ack_s = ack_s
        self._deframer = SerialDeframer() if is_serial else TcpDeframer()
        self._acks: asyncio.Queue[bytes] = asyncio.Queue()
        self.apdus: asyncio.Queue[bytes] = asyncio.Queue()
        self.is_gone = False
        self._held = b""

    def hear(self, data: bytes) -> None:
        for event in self._deframer.feed(data):
            if event in (b"ack", b"nak"):
                self._acks.put_nowait(event)
            elif event == b"bad":
                self._out(bytes([NAK]))
            else:
                self._take(event)

    def _take(self, apdu: bytes) -> None:
        if self._is_serial:
            if "nak_always" in self._faults:
                self._out(bytes([NAK]))
                return
            if "nak_first" in self._faults:
                self._faults.discard("nak_first")
                self._out(bytes([NAK]))
                return
            if "drop_ack" in self._faults:
                self._faults.discard("drop_ack")
                return
            self._out(bytes([ACK]))
        self.apdus.put_nowait(apdu)

    async def put(self, apdu: bytes) -> None:
        """Send one APDU. Raises LostError when a serial register does not acknowledge it."""
        if self.is_gone:
            raise LostError
        data = framed(apdu) if self._is_serial else apdu
        if "crc_flip" in self._faults and self._is_serial:
            self._faults.discard("crc_flip")
            await self._write(data[:-1] + bytes([data[-1] ^ 0xFF]))
        else:
            await self._write(data)
        if self._is_serial:
            await self._acknowledged(data)

    async def _acknowledged(self, data: bytes) -> None:
        for _ in range(REPEATS):
            try:
                async with asyncio.timeout(self._ack_s):
                    if await self._acks.get() == b"ack":
                        return
            except TimeoutError:
                pass
            await self._write(data)
        async with asyncio.timeout(self._ack_s):
            if await self._acks.get() == b"ack":
                return
        raise LostError

    def _out(self, data: bytes) -> None:
        """With ``merge`` what is said within a moment leaves in one piece."""
        if "merge" not in self._faults:
            self._send(data)
            return
        if not self._held:
            asyncio.get_running_loop().call_later(MERGE_S, self._release)
        self._held += data

    def _release(self) -> None:
        held, self._held = self._held, b""
        if not self.is_gone:
            self._send(held)

    async def _write(self, data: bytes) -> None:
        if "garbage_before" in self._faults and self._is_serial:
            data = b"\x00\x55" + data
        size = 1 if "split_bytes" in self._faults else len(data)
        for start in range(0, len(data), size):
            self._out(data[start : start + size])
            if size == 1:
                await asyncio.sleep(0)
