"""What works at this moment: decided before money, fail closed."""

from collections.abc import Callable

from msgspec import Struct

from edge_agent.devices.fleet import Devices
from edge_agent.domain.stored_cards import beyond_stored_limits
from edge_agent.journal.journal import Journal
from edge_agent.services.attempts import is_any_unsettled
from edge_agent.services.shelf import Shelf
from sync_protocol.events import Method

NOT_OFFERED = "not_offered"
"""A method that this totem never has: not shown at all."""


class Link(Struct, frozen=True):
    """What the sync job knows. ``barred`` says why this machine may not sell: restored, copy.
    ``takes_money``: the lease is not over.
    """

    online: Callable[[], bool]
    barred: Callable[[], str]
    takes_money: Callable[[], bool]
    pix: Callable[[], bool | None] = lambda: None
    """Whether central makes PIX charges now; None where this totem asks for none."""


class Readiness:
    """Answers from device health, the journal's stored-card sums and the link to central."""

    def __init__(self, journal: Journal, shelf: Shelf, devices: Devices, link: Link) -> None:
        self._journal = journal
        self._shelf = shelf
        self._devices = devices
        self._link = link

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
        return "" if capabilities.confirm != "none" else self._beyond_limits(total_minor)

    def instalments_max(self, method: Method, total_minor: int) -> int:
        """Into how many parts this total may be split; 1 = at once only."""
        policy = self._shelf.catalogue.policy
        if method != "credit" or not self._devices.capabilities.instalments:
            return 1
        return max(1, min(policy.instalments_max, total_minor // policy.instalment_minor_min))

    def at_risk(self) -> tuple[int, int]:
        """(payments, minor units) that a card approved and no acquirer did yet."""
        with self._journal.reading() as connection:
            found: tuple[int, int] = connection.execute(
                "SELECT count, total_minor FROM stored_cards"
            ).fetchone()
        return found

    def _beyond_limits(self, total_minor: int) -> str:
        return beyond_stored_limits(self._shelf.catalogue.policy, self.at_risk(), total_minor)
