"""A TEF manager that exchanges INTPOS files, with a ledger of its own."""

from edge_agent.devices.emulators.tef.emulator import TefEmulator
from edge_agent.devices.emulators.tef.transactions import FAULTS, Behaviour, Timing, Transaction

__all__ = ["FAULTS", "Behaviour", "TefEmulator", "Timing", "Transaction"]
