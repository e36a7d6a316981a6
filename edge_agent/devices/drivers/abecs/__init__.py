"""The ABECS 2.12 pinpad driver; ``DRIVER`` is what the entry point names."""

from edge_agent.devices.drivers.abecs.keypad import CardEvent, Keypad, Prompt
from edge_agent.devices.drivers.abecs.pinpad import DRIVER, AbecsReader, two_lines

__all__ = ["DRIVER", "AbecsReader", "CardEvent", "Keypad", "Prompt", "two_lines"]
