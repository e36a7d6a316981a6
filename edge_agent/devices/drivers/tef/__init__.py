"""The TEF file exchange driver; ``DRIVER`` is what the entry point names."""

from edge_agent.devices.drivers.tef.manager import DRIVER, TefReader

__all__ = ["DRIVER", "TefReader"]
