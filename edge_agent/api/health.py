"""How the agent is: for technicians, the demo and Prometheus. Read-only, loopback only."""

from collections.abc import Callable

from litestar import Controller, Response, get
from msgspec import Struct

from edge_agent.devices.fleet import Devices
from edge_agent.journal.journal import Journal
from edge_agent.journal.outbox import Outbox
from edge_agent.works import WorkHealth


class Health(Struct, frozen=True):
    """``outbox`` = head - acked events; ``printing`` = jobs not at their end; ``at_risk``:
    card payments that no acquirer took yet, and their sum in minor units. ``help_wanted``: a
    customer called a person and nobody came yet.
    """

    totem: str
    epoch: int
    head: int
    acked: int
    outbox: int
    online: bool
    sync_state: str
    sync_error: str
    printer: str
    reader: str
    tickets: int
    printing: int
    cases_open: int
    lease_days: int
    at_risk: int
    at_risk_minor: int
    help_wanted: bool = False
    pix_open: int = 0
    """PIX attempts that nobody knows the end of."""

    works: list[WorkHealth] = []


class Vitals(Struct, frozen=True):
    """What a Health is read from. ``sync``: (online, state, last error)."""

    journal: Journal
    outbox: Outbox
    devices: Devices
    sync: Callable[[], tuple[bool, str, str]]
    lease_days: Callable[[], int]
    exposition: Callable[[], bytes]
    help_wanted: Callable[[], bool]
    works: Callable[[], list[WorkHealth]]

    def read(self) -> Health:
        head = self.journal.head()
        acked = self.outbox.acked_seq()
        online, state, error = self.sync()
        with self.journal.reading() as connection:
            tickets, printing, cases = connection.execute(
                "SELECT (SELECT count(*) FROM tickets), (SELECT count(*) FROM prints "
                "WHERE state IN ('QUEUED', 'SENDING')), (SELECT count(*) FROM cases WHERE open = 1)"
            ).fetchone()
            pix_open = connection.execute(
                "SELECT count(*) FROM payments WHERE method = 'pix' "
                "AND state IN ('REQUESTED', 'ACTIVE', 'UNKNOWN')"
            ).fetchone()[0]
            at_risk = connection.execute("SELECT count, total_minor FROM stored_cards").fetchone()
        return Health(
            totem=head.totem,
            epoch=head.epoch,
            head=head.seq,
            acked=acked,
            outbox=head.seq - acked,
            online=online,
            sync_state=state,
            sync_error=error,
            printer=self.devices.printer.health().state,
            reader=self.devices.reader.health().state,
            tickets=tickets,
            printing=printing,
            cases_open=cases,
            lease_days=self.lease_days(),
            at_risk=at_risk[0],
            at_risk_minor=at_risk[1],
            help_wanted=self.help_wanted(),
            pix_open=pix_open,
            works=self.works(),
        )


class Inside(Controller):
    """Health and metrics."""

    @get("/v1/health", sync_to_thread=True)
    def health(self, vitals: Vitals) -> Health:
        return vitals.read()

    @get("/metrics", sync_to_thread=True)
    def metrics(self, vitals: Vitals) -> Response[bytes]:
        return Response(vitals.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")
