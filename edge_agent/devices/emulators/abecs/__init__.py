"""A virtual ABECS pinpad with its own customer, cards and list of approvals."""

from edge_agent.devices.emulators.abecs.customer import OUTCOMES, Behaviour, Outcome
from edge_agent.devices.emulators.abecs.emulator import AbecsEmulator
from edge_agent.devices.emulators.abecs.link import FAULTS, Fault, Timing
from edge_agent.devices.emulators.abecs.witness import Approval

__all__ = [
    "FAULTS",
    "OUTCOMES",
    "AbecsEmulator",
    "Approval",
    "Behaviour",
    "Fault",
    "Outcome",
    "Timing",
]
