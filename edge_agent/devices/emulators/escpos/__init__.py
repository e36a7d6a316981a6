"""An emulated ESC/POS receipt printer: for demos, for training, for tests in the field."""

from edge_agent.devices.emulators.escpos.emulator import EscposEmulator
from edge_agent.devices.emulators.escpos.hands import FAULTS
from edge_agent.devices.emulators.escpos.papers import Paper, is_ticket

__all__ = ["FAULTS", "EscposEmulator", "Paper", "is_ticket"]
