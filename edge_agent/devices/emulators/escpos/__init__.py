"""An emulated receipt printer, ESC/POS or a kin: for demos, training, tests in the field."""

from edge_agent.devices.emulators.escpos.dialects import DIALECTS
from edge_agent.devices.emulators.escpos.emulator import EscposEmulator
from edge_agent.devices.emulators.escpos.hands import FAULTS
from edge_agent.devices.emulators.escpos.papers import Paper, is_ticket

__all__ = ["DIALECTS", "FAULTS", "EscposEmulator", "Paper", "is_ticket"]
