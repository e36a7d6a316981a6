"""What a technician may do at a card reader outside a payment, where its driver can."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


@runtime_checkable
class Administered(Protocol):
    """Opens the far end's own menu; what it printed, once somebody closed it, or DeviceError."""

    def administer(self) -> list[str]: ...


@runtime_checkable
class Asks(Protocol):
    """A card reader whose driver can use its display and keys outside a payment."""

    def ask(self, question: str, answers: Sequence[str], timeout_s: int) -> int | None:
        """The place of the answer that was chosen, from 0; None when none was. Raises DeviceError,
        DeviceRefusedError where it can only show.
        """

    def show(self, text: str) -> None:
        """Raises DeviceError."""
