"""Brings every payment in doubt to its end: asks the far end, tells it our word, never guesses.

UNKNOWN: the reader is asked what became of the attempt. AUTHORISED by a two-phase reader: confirmed
or undone by what became of the ticket (see domain.delivery). The same at boot and in the middle of
a sale; one attempt at a time, tried again with growing pauses for as long as it takes.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import structlog

from edge_agent.devices.errors import DeviceError, DeviceRefusedError
from edge_agent.devices.ports import CardData, CardOutcome, CardReader
from edge_agent.devices.supervisor import Supervisor
from edge_agent.domain.machine import IllegalTransitionError
from edge_agent.journal.errors import JournalError
from edge_agent.journal.journal import Journal
from edge_agent.services import card_doubt, card_sale
from edge_agent.services.attempts import Held, unsettled
from edge_agent.services.checkout import Issued

FIRST_S = 1.0
MOST_S = 60.0


class Ears(NamedTuple):
    """Who hears of the end while a customer waits for it. ``waiting`` is the sale on the screen,
    ``paying`` the attempt that its own conversation still runs, which is nobody else's business;
    ``paid`` and ``not_paid`` are told what came of it. Nothing is asked or told while not
    ``may_act``: after a restore the journal first hears what it lost.
    """

    may_act: Callable[[], bool]
    waiting: Callable[[], str]
    paying: Callable[[], str]
    prefix_of: Callable[[str], str]
    paid: Callable[[str, Issued], None]
    not_paid: Callable[[str, str], None]


class Resolver:
    """One background task. ``poke`` after anything that may let an attempt end."""

    def __init__(self, journal: Journal, reader: Supervisor[CardReader], ears: Ears) -> None:
        self._journal = journal
        self._reader = reader
        self._ears = ears
        self._poked = asyncio.Event()
        self._log = structlog.get_logger("payments")

    def poke(self) -> None:
        self._poked.set()

    async def run(self) -> None:
        """For ever; cancel to stop."""
        pause_s = FIRST_S
        while True:
            self._poked.clear()
            left = await self.settle_all()
            if not left:
                pause_s = FIRST_S
            try:
                async with asyncio.timeout(pause_s if left else None):
                    await self._poked.wait()
                pause_s = FIRST_S
            except TimeoutError:
                pause_s = min(MOST_S, pause_s * 2)

    async def settle_all(self) -> int:
        """One try at every attempt in doubt; returns how many are left that time alone may help."""
        if not self._ears.may_act():
            return 1
        left, paying = 0, self._ears.paying()
        for held in await asyncio.to_thread(unsettled, self._journal):
            if held.payment in (paying, self._ears.paying()):
                continue
            try:
                left += not await self._settle(held)
            except (DeviceError, JournalError, IllegalTransitionError) as error:
                self._log.info("payment still open", payment=held.payment, reason=str(error))
                left += 1
        return left

    async def _settle(self, held: Held) -> bool:
        """Whether the attempt came to its end, or waits for the customer or the printer, whose
        news poke us. Raises DeviceError, JournalError.
        """
        if held.state == "AUTHORISED" and held.confirm == "host_two_phase":
            return await self._deliver(held)
        return await self._ask(held)

    async def _deliver(self, held: Held) -> bool:
        is_there = held.sale == self._ears.waiting()
        match await self._journal.do(card_doubt.deliver(held.payment, is_there=is_there)):
            case "confirm":
                await self._confirm(held)
            case "undo":
                await self._undo(held, "not_delivered")
        return True

    async def _confirm(self, held: Held) -> None:
        try:
            await self._at_reader(lambda reader: reader.confirm(held.attempt))
        except DeviceRefusedError:
            await self._journal.do(card_doubt.undone_though_delivered(held.payment))
            return
        self._tell(await self._journal.do(card_doubt.confirm_delivered(held.payment)))

    async def _undo(self, held: Held, reason: str) -> None:
        try:
            await self._at_reader(lambda reader: reader.undo(held.attempt))
        except DeviceRefusedError as refused:
            self._log.warning("undo refused", payment=held.payment, reason=str(refused))
            await self._journal.do(card_doubt.undo_refused(held.payment))
            return
        await self._close_unpaid(held, reason)

    async def _ask(self, held: Held) -> bool:
        outcome = await self._resolve(held)
        is_watched = held.sale == self._ears.waiting()
        data = outcome.data or _kept(held)
        is_right = outcome.amount_minor in (0, held.attempt.intent.amount_minor)
        match outcome.kind:
            case "unknown":
                return False
            case "approved" | "approved_offline" if data is None or not is_right:
                wrong = card_doubt.wrong_amount(held.payment, outcome.amount_minor, data)
                await self._journal.do(wrong)
            case "approved" | "approved_offline" if data is not None:
                confirm = card_sale.confirm_and_issue if is_watched else card_doubt.confirm_late
                deed = confirm(held.payment, data, self._ears.prefix_of(held.sale))
                self._tell(await self._journal.do(deed))
            case "authorised" if data is not None and is_watched and is_right:
                issue = card_sale.authorise_and_issue(
                    held.payment, data, self._ears.prefix_of(held.sale)
                )
                self._tell(await self._journal.do(issue))
                self.poke()
            case "authorised":
                await self._undo(held, "nobody_waited" if is_right else "wrong_amount")
            case _:
                await self._close_unpaid(held, outcome.reason or outcome.kind)
        return True

    async def _close_unpaid(self, held: Held, reason: str) -> None:
        is_watched = held.sale == self._ears.waiting()
        undone = card_doubt.undo(held.payment, reason, ends_sale=not is_watched)
        if await self._journal.do(undone):
            self._ears.not_paid(held.sale, reason)

    def _tell(self, issued: Issued | None) -> None:
        """None where somebody else had the last word."""
        if issued is not None:
            self._ears.paid(issued.sale, issued)

    async def _resolve(self, held: Held) -> CardOutcome:
        return await asyncio.wrap_future(
            self._reader.submit(lambda reader: reader.resolve(held.attempt))
        )

    async def _at_reader(self, deed: Callable[[CardReader], None]) -> None:
        await asyncio.wrap_future(self._reader.submit(deed))


def _kept(held: Held) -> CardData | None:
    return card_sale.proof_data(held.proof) if held.proof else None
