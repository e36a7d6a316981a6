"""Central's charge port with a customer's bank app behind it; imports nothing of its client."""

from edge_agent.devices.emulators.charges.book import (
    OUTCOMES as OUTCOMES,
    Behaviour as Behaviour,
    Charge as Charge,
    Outcome as Outcome,
    Received as Received,
)
from edge_agent.devices.emulators.charges.emulator import (
    FAULTS as FAULTS,
    ChargesEmulator as ChargesEmulator,
)
