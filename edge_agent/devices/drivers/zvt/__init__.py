"""The ZVT card terminal driver; ``DRIVER`` is what the entry point names."""

from edge_agent.devices.drivers.zvt.terminal import DRIVER, ZvtTerminal

__all__ = ["DRIVER", "ZvtTerminal"]
