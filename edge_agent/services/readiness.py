"""What works at this moment: decided before money, fail closed."""

from collections.abc import Callable

from msgspec import Struct

from edge_agent.devices.fleet import Devices
from edge_agent.journal.journal import Journal
from edge_agent.services.attempts import is_any_unsettled
from edge_agent.services.shelf import Shelf
from edge_agent.services.stored_cards import stored_off
from sync_protocol.events import Method

NOT_OFFERED = "not_offered"
"""A method that this totem never has: not shown at all."""


class Link(Struct, frozen=True):
    """What the jobs that speak to others know. ``barred`` says why this machine may not sell:
    restored, copy. ``takes_money``: the lease is not over.
    """

    online: Callable[[], bool]
    barred: Callable[[], str]
    takes_money: Callable[[], bool]
    pix: Callable[[], bool | None] = lambda: None
    """Whether central makes PIX charges now; None where this totem asks for none."""
    drains: Callable[[], bool] = lambda: False
    """Whether the acquirer takes stored cards at this moment."""


class Readiness:
    """Answers from device health, the journal's stored cards and the lines to others."""

    def __init__(
        self,
        journal: Journal,
        shelf: Shelf,
        devices: Devices,
        link: Link,
        wall_ms: Callable[[], int],
    ) -> None:
        self._journal = journal
        self._shelf = shelf
        self._devices = devices
        self._link = link
        self._wall_ms = wall_ms

    def online(self) -> bool:
        return self._link.online()

    def out_of_order(self) -> str:
        """Words key of why nothing can be sold; empty when all is well."""
        barred = self._link.barred()
        if barred:
            return barred
        if not self._shelf.catalogue.services:
            return "no_catalogue"
        health = self._devices.printer.health()
        if health.state not in ("ready", "busy"):
            return "no_printer"
        return "no_paper" if health.paper == "end" else ""

    def method_off(self, method: Method, total_minor: int) -> str:
        """Words key of why this method cannot be used now; empty when it can."""
        if method != "free" and not self._link.takes_money():
            return "lease_over"
        if method in ("free", "counter"):
            return ""
        if method == "pix":
            return {None: NOT_OFFERED, False: "no_network", True: ""}[self._link.pix()]
        capabilities = self._devices.capabilities
        if method not in capabilities.kinds:
            return "no_reader"
        health = self._devices.reader.health()
        if health.state not in ("ready", "busy"):
            return "no_reader"
        if is_any_unsettled(self._journal):
            return "reader_checking"
        return "" if capabilities.confirm != "none" else self._stored_off(total_minor)

    def instalments_max(self, method: Method, total_minor: int) -> int:
        """Into how many parts this total may be split; 1 = at once only."""
        policy = self._shelf.catalogue.policy
        if method != "credit" or not self._devices.capabilities.instalments:
            return 1
        return max(1, min(policy.instalments_max, total_minor // policy.instalment_minor_min))

    def _stored_off(self, total_minor: int) -> str:
        if self._link.drains():
            return "forwarding"
        policy = self._shelf.catalogue.policy
        with self._journal.reading() as connection:
            return stored_off(connection, policy, total_minor, self._wall_ms())
