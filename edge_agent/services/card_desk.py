"""The conversation between a customer's card and the journal: intent, reader, commit.

Whatever the reader says is on disk before it is acted upon. What nobody saw the end of becomes
UNKNOWN and goes to the resolver.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import structlog
from msgspec import Struct

from edge_agent import metrics
from edge_agent.devices.errors import DeviceError
from edge_agent.devices.ports import (
    CardIntent,
    CardKind,
    CardOutcome,
    CardReader,
    CardStep,
    ReaderCapabilities,
)
from edge_agent.devices.supervisor import Supervisor
from edge_agent.domain.machine import IllegalTransitionError
from edge_agent.journal.errors import JournalError
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Deed
from edge_agent.services import card_sale
from edge_agent.services.attempts import CARD_TIMEOUT_S, number_of, read_attempt
from edge_agent.services.board import Board
from edge_agent.services.card_sale import Asked, Requested
from edge_agent.services.checkout import Basket, Issued
from edge_agent.services.errors import RefusedError
from sync_protocol.events import Method

COMMIT_S = 10.0
TAKEN = ("approved_offline", "authorised", "approved")
"""What the reader says when money moved, or is held."""

APPROVED = "    APROVADO      RETIRE O CARTAO"
REFUSED = " NAO  CONCLUIDO    RETIRE O CARTAO"


class CardProgress(Struct):
    """How far a card payment is, as the screen shows it."""

    method: Method
    amount_minor: int
    payment: str = ""
    step: str = "starting"
    message: str = ""
    reason: str = ""
    instalments: int = 1
    cancelled: bool = False
    over: bool = False
    """The outcome is committed; the reader may still be saying goodbye."""


class Paid(NamedTuple):
    """How the conversation ended. ``issued`` is there when a ticket is."""

    end: Literal["approved", "refused", "checking"]
    issued: Issued | None = None


class Reader(NamedTuple):
    """The reader's supervisor, and what its driver promises."""

    supervisor: Supervisor[CardReader]
    capabilities: ReaderCapabilities


class CardDesk:
    """Runs one card payment at a time on the reader's own thread."""

    def __init__(
        self, journal: Journal, reader: Reader, board: Board, wall_ms: Callable[[], int]
    ) -> None:
        self._journal = journal
        self._reader = reader
        self._board = board
        self._wall_ms = wall_ms
        self._log = structlog.get_logger("payments")

    async def request(self, basket: Basket, method: Method, instalments: int = 1) -> Requested:
        """Commit the intent. Raises RefusedError beyond the limits for stored cards."""
        asked = Asked(method, self._reader.capabilities.confirm, instalments)
        return await self._journal.do(card_sale.request_card(basket, asked, "reader"))

    async def pay(self, basket: Basket, requested: Requested, card: CardProgress) -> Paid:
        """From the committed intent to the committed outcome. What could not be written, or was
        ended by somebody else meanwhile, is in doubt.
        """
        try:
            return await self._commit(basket, requested, card, await self._ask(requested, card))
        except (JournalError, IllegalTransitionError) as error:
            self._log.error("payment not written", payment=requested.payment, reason=str(error))
            card.step = "checking"
            self._board.changed()
            await self._journal.insist(card_sale.doubt(requested.payment, "not_written"))
            return Paid("checking")

    async def _commit(
        self, basket: Basket, requested: Requested, card: CardProgress, outcome: CardOutcome
    ) -> Paid:
        kind, data = outcome.kind, outcome.data
        is_right = outcome.amount_minor in (0, requested.amount_minor)
        reason = outcome.reason
        if kind in TAKEN and (data is None or not is_right):
            kind, reason = "unknown", "wrong_amount"
        payment = requested.payment
        deed: Deed[Issued | None] | Deed[Issued]
        if kind == "approved_offline" and data is not None:
            deed = card_sale.approve_card(basket, requested, card.method, data)
        elif kind == "approved" and data is not None:
            deed = card_sale.confirm_and_issue(payment, data, basket.prefix)
        elif kind == "authorised" and data is not None:
            deed = card_sale.authorise_and_issue(payment, data, basket.prefix)
        elif kind == "unknown":
            await self._journal.do(card_sale.doubt(payment, reason or "unclear"))
            metrics.PAYMENTS.labels("unknown").inc()
            return Paid("checking")
        else:
            return await self._refuse(requested, card, outcome)
        card.step = "approved"
        issued: Issued | None
        try:
            issued = await self._journal.do(deed)
        except RefusedError:
            return await self._refuse(requested, card, CardOutcome("declined", "limit_reached"))
        if issued is None:
            return Paid("checking")
        metrics.PAYMENTS.labels("stored" if kind == "approved_offline" else kind).inc()
        return Paid("approved", issued)

    async def _refuse(self, requested: Requested, card: CardProgress, outcome: CardOutcome) -> Paid:
        await self._journal.do(card_sale.refuse_card(requested, outcome))
        metrics.PAYMENTS.labels(outcome.kind).inc()
        card.step = "cancelled" if outcome.kind == "cancelled" else "declined"
        card.reason = outcome.reason
        return Paid("refused")

    async def say_goodbye(self, message: str) -> None:
        try:
            await asyncio.wrap_future(
                self._reader.supervisor.submit(lambda reader: reader.finish(message))
            )
        except DeviceError:
            return

    async def _ask(self, requested: Requested, card: CardProgress) -> CardOutcome:
        held = await asyncio.to_thread(read_attempt, self._journal, requested.payment)
        intent = CardIntent(
            attempt=requested.payment,
            amount_minor=requested.amount_minor,
            currency=held.attempt.intent.currency,
            kind=_kind(card.method),
            timeout_s=CARD_TIMEOUT_S,
            allow_offline=True,
            wall_ms=self._wall_ms(),
            instalments=held.attempt.intent.instalments,
            number=number_of(requested.payment),
        )
        talk = JournalTalk(self._journal, requested, card, self._board)

        def pay(reader: CardReader) -> CardOutcome:
            talk.started = True
            return reader.pay(intent, talk)

        try:
            return await asyncio.wrap_future(self._reader.supervisor.submit(pay))
        except DeviceError as error:
            is_sure = not talk.started or self._reader.capabilities.recovery == "local_journal"
            if is_sure:
                return CardOutcome("failed", "reader_gone")
            return CardOutcome("unknown", _short(error))


class JournalTalk:
    """What a driver says while it pays, on the device's thread: progress to the board, the rest to
    disk before it returns.
    """

    def __init__(
        self, journal: Journal, requested: Requested, card: CardProgress, board: Board
    ) -> None:
        self._journal = journal
        self._requested = requested
        self._card = card
        self._board = board
        self.started = False

    def tell(self, step: CardStep, text: str) -> None:
        self._card.step, self._card.message = step, text
        self._board.changed_from_thread()

    def cancelled(self) -> bool:
        return self._card.cancelled

    def keep(self, notes: Mapping[str, str]) -> None:
        sale, payment, _ = self._requested
        self._write(card_sale.note(payment, sale, dict(notes)))

    def authorised(self, outcome: CardOutcome) -> None:
        if outcome.data is not None:
            self._write(card_sale.authorise(self._requested.payment, outcome.data))

    def _write(self, deed: Deed[None]) -> None:
        try:
            self._journal.submit(deed).result(COMMIT_S)
        except (JournalError, TimeoutError) as error:
            raise DeviceError(f"not written to the journal: {error}") from error


def _kind(method: Method) -> CardKind:
    match method:
        case "credit" | "voucher":
            return method
        case _:
            return "debit"


def _short(error: DeviceError) -> str:
    return type(error).__name__.removesuffix("Error").lower()
