"""Free TCP ports on loopback."""

import secrets
import socket

FIRST, LAST = 15_000, 32_000
"""Below what Linux gives to whoever asks for any port (32768, ip_local_port_range): a port from
there may be somebody's before its owner listens, or while its owner is away.
"""


def free_port() -> int:
    """A port nobody listens on now, to come back to after a while."""
    while True:
        port = FIRST + secrets.randbelow(LAST - FIRST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
