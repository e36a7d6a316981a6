"""A virtual ABECS pinpad with its own customer, cards and list of approvals."""

from edge_agent.devices.emulators.abecs.customer import OUTCOMES, Behaviour, Outcome
from edge_agent.devices.emulators.abecs.emulator import AbecsEmulator
from edge_agent.devices.emulators.abecs.faults import FAULTS, Fault
from edge_agent.devices.emulators.abecs.link import Timing
from edge_agent.devices.emulators.abecs.witness import Approval, Disclosure

__all__ = [
    "FAULTS",
    "OUTCOMES",
    "AbecsEmulator",
    "Approval",
    "Behaviour",
    "Disclosure",
    "Fault",
    "Outcome",
    "Timing",
]
