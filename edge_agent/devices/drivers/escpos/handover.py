"""A cut paper at the presenter's mouth: offered, taken or drawn back.

Only a paper that was seen at the mouth counts as printed: the best proof a kiosk can have. One that
the printer calls jammed there is in nobody's hand.
"""

from edge_agent.devices.drivers.escpos.dialect import Dialect, Presenter
from edge_agent.devices.drivers.escpos.health import Health
from edge_agent.devices.drivers.escpos.link import EscposLink
from edge_agent.devices.errors import DeviceError, DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import Clock, PrintResult

LOOK_S = 0.25
APPEAR_S = 5.0
RETRACT_S = 5.0


class Handover:
    """``present_s``: how long a paper waits for its reader."""

    def __init__(
        self, dialect: Dialect, presenter: Presenter, clock: Clock, present_s: float
    ) -> None:
        self._presenter = presenter
        self._dialect = dialect
        self._clock = clock
        self._present_s = present_s

    def free_mouth(self, link: EscposLink) -> None:
        """Draw back what the last customer left. Raises DeviceRefusedError when it stays."""
        link.send(self._presenter.retract)
        end = self._clock.monotonic() + RETRACT_S
        while self._clock.monotonic() < end:
            if not self._dialect.health_between(link).mouth:
                return
            self._clock.sleep(LOOK_S)
        raise DeviceRefusedError("jam", "the paper at the mouth cannot be drawn back")

    def offer(self, link: EscposLink) -> PrintResult:
        """Raises DeviceError only while the paper was not seen at the mouth yet."""
        link.send(self._presenter.present)
        if (result := self._await_paper(link)) is not None:
            return result
        try:
            return self._await_reader(link)
        except DeviceError:
            return PrintResult("printed")

    def _await_paper(self, link: EscposLink) -> PrintResult | None:
        """None once it is at the mouth."""
        end = self._clock.monotonic() + APPEAR_S
        while self._clock.monotonic() < end:
            health = self._dialect.health_between(link)
            if health.mouth:
                return None
            if health.stops:
                return PrintResult("failed", self._cause(link, health))
            self._clock.sleep(LOOK_S)
        is_jammed = self._is_jammed(link)
        return PrintResult("failed", "jam") if is_jammed else PrintResult("likely")

    def _await_reader(self, link: EscposLink) -> PrintResult:
        end = self._clock.monotonic() + self._present_s
        while self._clock.monotonic() < end:
            health = self._dialect.health_between(link)
            if not health.mouth:
                return PrintResult("printed")
            if health.cause == "jam":
                return PrintResult("failed", "jam")
            self._clock.sleep(LOOK_S)
        try:
            self.free_mouth(link)
        except DeviceRefusedError as refused:
            return PrintResult("printed", refused.code)
        return PrintResult("printed", "retracted")

    def _cause(self, link: EscposLink, health: Health) -> str:
        return "jam" if health.cause == "unrecoverable" and self._is_jammed(link) else health.cause

    def _is_jammed(self, link: EscposLink) -> bool:
        try:
            return self._presenter.is_jammed(link)
        except DeviceTimeoutError:
            return False
