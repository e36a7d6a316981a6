"""Free TCP ports on loopback."""

import secrets
import socket

PORTS = range(12_000, 32_000)
"""Below what Linux hands out to whoever listens anywhere or calls (32768, ip_local_port_range): a
port from there may be another's before its owner listens, or while its owner is away.
"""


def free_port(among: range = PORTS) -> int:
    """A port nobody listens on now, by chance."""
    while True:
        port = secrets.choice(among)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
