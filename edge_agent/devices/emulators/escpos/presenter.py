"""The presenter of a kiosk printer, and the customer at its mouth.

A cut ticket waits inside until the host presents it at the mouth; there a customer takes it, or
nobody does and the host retracts it into the bin. Promise: one ticket at a time, and its paper
always says where it lies; a jam keeps it from the customer until staff clears it.
"""

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from edge_agent.devices.emulators.escpos.papers import Paper, Tray, Where
from edge_agent.devices.emulators.escpos.sensors import Sensors
from edge_agent.devices.emulators.escpos.setup import RefusedError

TAKEN_S = 1.0


class Presenter:
    """Holds the newest paper of the tray while that lies inside or at the mouth."""

    def __init__(self, tray: Tray, sensors: Sensors) -> None:
        self._tray = tray
        self._sensors = sensors
        self._blocked = False

    @property
    def held(self) -> Paper | None:
        newest = next((it for it in reversed(self._tray.papers) if it.complete), None)
        return newest if newest and newest.where in ("presenter", "mouth") else None

    @property
    def at_mouth(self) -> bool:
        return self.held is not None and self.held.where == "mouth"

    # ---- commands

    def receive(self, paper: Paper) -> None:
        """The cutter let a ticket go; one that still lay here is pushed out."""
        self.eject()
        self._tray.drop(replace(paper, where="presenter"))

    def present(self) -> None:
        """To the mouth, where it jams when something blocks it."""
        if self.held is None:
            raise RefusedError("no ticket to present")
        self._put("mouth")
        self._sensors.mouth_jam = self._blocked

    def retract(self) -> None:
        """Into the bin. Nothing happens when the customer was faster."""
        self._put("retracted")

    def eject(self) -> None:
        """Out of the mouth, onto the floor if nobody holds a hand there."""
        self._put("ejected")

    # ---- hands

    def take(self) -> None:
        """The customer takes what lies at the mouth. A stuck ticket does not come."""
        if self.at_mouth and not self._sensors.mouth_jam:
            self._put("taken")

    def block(self) -> None:
        """Something is in the mouth: a ticket there is stuck, else the next one will be."""
        self._blocked = True
        self._sensors.mouth_jam = self.at_mouth

    def clear(self) -> None:
        """Staff frees the mouth and keeps the ticket that was stuck in it."""
        if self._sensors.mouth_jam:
            self._put("cleared")
        self._blocked = self._sensors.mouth_jam = False

    def _put(self, where: Where) -> None:
        if self.held is not None:
            self._tray.move(self.held.number, where)


class Customer:
    """Whoever waits at the mouth; takes a ticket ``taken_s`` after it came, with None never."""

    def __init__(self) -> None:
        self.taken_s: float | None = TAKEN_S
        self._waiting: tuple[int, float] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def look(self, presenter: Presenter, jammed: bool, take: Callable[[], None]) -> None:
        """Something may have changed; ``take`` is called when the time has come."""
        ticket = presenter.held if presenter.at_mouth and not jammed else None
        waiting = (ticket.number, self.taken_s) if ticket and self.taken_s is not None else None
        if waiting == self._waiting:
            return
        self.leave()
        self._waiting = waiting
        if waiting is not None:
            self._timer = asyncio.get_running_loop().call_later(waiting[1], take)

    def leave(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._waiting = None
