"""Ports that stay free from the asking until somebody listens there: every worker of a run has a
part of its own, and hands none out again soon.
"""

import os
from collections import deque

from edge_agent.cli.demo import ports

PART = 2_500
_handed: deque[int] = deque(maxlen=PART // 5)


def free_port() -> int:
    """A port nobody listens on, nor will but who is told of it."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = worker * PART % len(ports.PORTS)
    mine = ports.PORTS[first : first + PART]
    while (port := ports.free_port(mine)) in _handed:
        continue
    _handed.append(port)
    return port
