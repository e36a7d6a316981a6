"""The Cielo POS Integrado driver; ``DRIVER`` is what the entry point names."""

from edge_agent.devices.drivers.cielo.pos import DRIVER, CieloReader, Settings

__all__ = ["DRIVER", "CieloReader", "Settings"]
