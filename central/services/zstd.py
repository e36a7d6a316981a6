"""Compression of pushes: the one place of central that knows zstandard. A bomb is cut off at the
cap.
"""

import zstandard

LEVEL = 3
WINDOW_BYTES_MAX = 8 * 1024 * 1024


def compress(raw: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=LEVEL).compress(raw)


def inflate(wire: bytes, most: int) -> bytes:
    """The raw bytes. Raises ValueError beyond ``most``, and for anything that is not a frame."""
    inflating = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES_MAX)
    try:
        raw = inflating.stream_reader(wire).read(most + 1)
    except zstandard.ZstdError as error:
        raise ValueError(f"not a zstd frame: {error}") from error
    if len(raw) > most:
        raise ValueError(f"inflates to more than {most} bytes")
    return raw
