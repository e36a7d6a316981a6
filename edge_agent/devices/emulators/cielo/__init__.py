"""A Cielo POS that calls the kiosk, with a ledger of its own."""

from edge_agent.devices.emulators.cielo.emulator import CieloEmulator
from edge_agent.devices.emulators.cielo.pos import FAULTS, Behaviour, Payment, Timing

__all__ = ["FAULTS", "Behaviour", "CieloEmulator", "Payment", "Timing"]
