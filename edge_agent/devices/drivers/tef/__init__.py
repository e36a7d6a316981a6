"""The TEF file exchange driver; ``DRIVER`` is what the entry point names."""

from edge_agent.devices.drivers.tef.reader import DRIVER, TefReader

__all__ = ["DRIVER", "TefReader"]
