"""Ports of this machine that stay free from the asking until somebody listens there.

The kernel hands out ports from 32768 up (Linux) to whoever listens anywhere or calls, so one that
was found free there may be another's a second later. These lie below; every worker of a run has a
part of its own.
"""

import os
import random
import socket
from collections import deque

FIRST = 12_000
PART = 2_500
PARTS = 8
_chance = random.SystemRandom()
_handed: deque[int] = deque(maxlen=PART // 5)


def free_port() -> int:
    """A port nobody listens on, nor will but who is told of it."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST + worker % PARTS * PART
    while True:
        port = _chance.randrange(first, first + PART)
        if port not in _handed and _is_free(port):
            _handed.append(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
