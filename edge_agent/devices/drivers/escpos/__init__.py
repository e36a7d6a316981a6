"""The ESC/POS receipt printer driver; ``DRIVER`` is what the entry point names."""

from edge_agent.devices.drivers.escpos.receipt_printer import DRIVER, EscposPrinter

__all__ = ["DRIVER", "EscposPrinter"]
