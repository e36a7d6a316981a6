"""An acquirer's gateway for stored card payments, with a ledger of its own."""

from edge_agent.devices.emulators.acquirer.emulator import FAULTS, AcquirerEmulator, Entry

__all__ = ["FAULTS", "AcquirerEmulator", "Entry"]
