"""Taps that go wrong: the statuses 080 to 087, because the customer does it or a fault says so.

Some troubles pass with the next tap, others last as long as the antenna is on; nothing but a tap
counts, so a kiosk may cancel and begin anew in between.
"""

from collections.abc import Set as AbstractSet

from edge_agent.devices.emulators.abecs.faults import Fault
from edge_agent.devices.emulators.abecs.message import Status, StatusError

PASSING: dict[Fault, int] = {
    "ctls_multiple": Status.CTLS_MULTIPLE,
    "ctls_error": Status.CTLS_ERROR,
    "ctls_phone": Status.CTLS_PHONE,
}
LASTING: dict[Fault, int] = {
    "ctls_error_twice": Status.CTLS_ERROR,
    "ctls_invalidated": Status.CTLS_INVALIDATED,
    "ctls_problems": Status.CTLS_PROBLEMS,
    "ctls_no_app": Status.CTLS_NO_APP,
    "ctls_refused": Status.CTLS_REFUSED,
    "ctls_interface": Status.CTLS_INTERFACE,
}


class Antenna:
    """``owner_asked`` after a phone wanted its owner, until a tap is read."""

    def __init__(self, faults: AbstractSet[Fault]) -> None:
        self._faults = faults
        self._passed = False
        self.owner_asked = False

    @property
    def troubled(self) -> bool:
        """A fault turns every card that comes into a tap."""
        return not self._faults.isdisjoint(PASSING.keys() | LASTING.keys())

    def judge(self, trouble: int) -> None:
        """One tap; ``trouble`` is the status the customer caused, 0 for none. Raises
        StatusError."""
        status = trouble or self._faulty()
        self.owner_asked |= status == Status.CTLS_PHONE
        if status:
            raise StatusError(status)

    def _faulty(self) -> int:
        for fault, status in LASTING.items():
            if fault in self._faults:
                return status
        passing = [status for fault, status in PASSING.items() if fault in self._faults]
        self._passed = bool(passing) and not self._passed
        return passing[0] if self._passed else 0
