"""A serial barcode and QR scanner that a person feeds from a page."""

from edge_agent.devices.emulators.scanner.emulator import FAULTS, ScannerEmulator

__all__ = ["FAULTS", "ScannerEmulator"]
