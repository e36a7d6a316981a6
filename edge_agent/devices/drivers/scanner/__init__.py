"""The serial scanner driver; ``DRIVER`` is what the entry point names."""

from edge_agent.devices.drivers.scanner.serial_scanner import DRIVER, SerialScanner, Settings

__all__ = ["DRIVER", "SerialScanner", "Settings"]
