"""A ZVT payment terminal on serial and TCP, with a ledger of its own."""

from edge_agent.devices.emulators.zvt.emulator import ZvtEmulator
from edge_agent.devices.emulators.zvt.terminal import FAULTS, Behaviour, Entry, Timing

__all__ = ["FAULTS", "Behaviour", "Entry", "Timing", "ZvtEmulator"]
