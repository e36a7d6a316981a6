"""Frames of the POS: two bytes of length, the high one first, then that many bytes."""

from edge_agent.devices.errors import DeviceProtocolError

HEAD = 2
MOST = 0xFFFF


def frame(payload: bytes) -> bytes:
    """``payload`` (1 to 65,535 bytes) as it goes over the wire. Raises ValueError."""
    if not 0 < len(payload) <= MOST:
        raise ValueError(f"a frame carries 1 to {MOST} bytes, not {len(payload)}")
    return len(payload).to_bytes(HEAD, "big") + payload


class Unframer:
    """Turns pieces of a stream into payloads, however they were cut."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def partial(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads that ``data`` completes. Raises DeviceProtocolError for an empty frame:
        the stream is lost then.
        """
        self._buffer += data
        payloads = []
        while len(self._buffer) >= HEAD:
            length = int.from_bytes(self._buffer[:HEAD], "big")
            if length == 0:
                raise DeviceProtocolError("a frame of no bytes")
            if len(self._buffer) < HEAD + length:
                break
            payloads.append(bytes(self._buffer[HEAD : HEAD + length]))
            del self._buffer[: HEAD + length]
        return payloads
