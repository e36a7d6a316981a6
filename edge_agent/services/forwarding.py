"""Stored card payments on their way to the acquirer: one at a time, each final before the next.

The intent is committed before the acquirer is asked, and the payment's name is its key there: a
cut in between asks again and is answered the same. What the acquirer refuses is a late decline,
an open case.
"""

import asyncio
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

import structlog
from msgspec import Struct, json

from edge_agent import metrics
from edge_agent.journal.errors import JournalError
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Deed, Writing
from sync_protocol import events
from sync_protocol.events import CardProof
from sync_protocol.ids import parse_name

FIRST_S = 1.0
MOST_S = 300.0
TODO_LATE_DECLINE = (
    "The acquirer refused a card that was taken offline ({reason}); the ticket is out. Ask the "
    "customer for {amount_minor} minor units of {currency}, or write the loss off."
)


class StoredPayment(Struct, frozen=True):
    """What the acquirer is asked to take. ``payment`` is the key: the same key is the same ask.
    ``captured_ms`` is when the card was asked for, by the totem's clock.
    """

    payment: str
    sale: str
    method: str
    currency: str
    amount_minor: int
    captured_ms: int
    proof: CardProof


class Verdict(Struct, frozen=True):
    """``reference`` is the acquirer's own; ``reason`` a short code of a refusal."""

    outcome: Literal["accepted", "declined"]
    reference: str = ""
    reason: str = ""


class AcquirerError(Exception):
    """No verdict: not reached, or not now. Ask again later with the same key."""


class Acquirer(Protocol):
    """Where stored payments go."""

    async def forward(self, stored: StoredPayment) -> Verdict:
        """Raises AcquirerError."""


class Gate(NamedTuple):
    """``may_act``: false after a restore, until the journal has heard what it lost. ``told``: the
    figures at risk have changed, or whether it drains.
    """

    may_act: Callable[[], bool]
    told: Callable[[], None]


class Forwarder:
    """One background task. While it ``is_draining`` the acquirer answers and more is left to send:
    no other card is taken offline.
    """

    is_draining = False

    def __init__(self, journal: Journal, acquirer: Acquirer, gate: Gate) -> None:
        self._journal = journal
        self._acquirer = acquirer
        self._gate = gate
        self._poked = asyncio.Event()
        self._log = structlog.get_logger("forwarding")

    def poke(self) -> None:
        """Something may have been stored."""
        self._poked.set()

    async def run(self) -> None:
        """For ever; cancel to stop."""
        pause_s = FIRST_S
        while True:
            self._poked.clear()
            if await self.drain():
                pause_s = FIRST_S
                await self._poked.wait()
            else:
                await asyncio.sleep(pause_s)
                pause_s = min(MOST_S, pause_s * 2)

    async def drain(self) -> bool:
        """Forward all there is, oldest first. False when something is left for later."""
        if not self._gate.may_act():
            return False
        try:
            stored = await asyncio.to_thread(next_stored, self._journal)
            while stored is not None:
                await self._forward(stored)
                stored = await asyncio.to_thread(next_stored, self._journal)
                self._tell(is_draining=stored is not None)
        except (AcquirerError, JournalError) as error:
            self._log.info("stored payments wait", reason=str(error))
            self._tell(is_draining=False)
            return False
        return True

    async def _forward(self, stored: StoredPayment) -> None:
        await self._journal.do(forwarding(stored))
        verdict = await self._acquirer.forward(stored)
        await self._journal.do(answered(stored, verdict))
        metrics.PAYMENTS.labels(f"forward_{verdict.outcome}").inc()

    def _tell(self, *, is_draining: bool) -> None:
        self.is_draining = is_draining
        self._gate.told()


def next_stored(journal: Journal) -> StoredPayment | None:
    """The one under way, else the oldest that waits."""
    sql = (
        "SELECT payment, sale, method, currency, amount_minor, proof FROM payments "
        "WHERE state IN ('FORWARDING', 'STORED_OFFLINE') "
        "ORDER BY state = 'STORED_OFFLINE', payment LIMIT 1"
    )
    asked = "SELECT wall_ms FROM journal WHERE epoch = ? AND seq = ?"
    with journal.reading() as connection:
        row = connection.execute(sql).fetchone()
        if row is None:
            return None
        place = parse_name(row[0])
        at = connection.execute(asked, (place.epoch, place.seq)).fetchone()
    proof = json.decode(row[5], type=CardProof)
    return StoredPayment(row[0], row[1], row[2], row[3], row[4], at[0] if at else 0, proof)


def forwarding(stored: StoredPayment) -> Deed[None]:
    """The intent; nothing when it stands already."""

    def deed(writing: Writing) -> None:
        row = writing.row("SELECT state FROM payments WHERE payment = ?", stored.payment)
        if row is not None and row[0] == "STORED_OFFLINE":
            writing.append(events.PaymentForwarding(stored.payment, stored.sale))

    return deed


def answered(stored: StoredPayment, verdict: Verdict) -> Deed[None]:
    """The acquirer's word; a late decline opens a case."""
    payment, sale = stored.payment, stored.sale
    currency, amount_minor = stored.currency, stored.amount_minor

    def deed(writing: Writing) -> None:
        if verdict.outcome == "accepted":
            writing.append(
                events.PaymentForwarded(payment, sale, currency, amount_minor, verdict.reference)
            )
            return
        writing.append(
            events.PaymentDeclinedLate(payment, sale, currency, amount_minor, verdict.reason)
        )
        todo = TODO_LATE_DECLINE.format(
            reason=verdict.reason, amount_minor=amount_minor, currency=currency
        )
        writing.append(events.CaseOpened(sale, "declined_late", todo, payment))

    return deed
