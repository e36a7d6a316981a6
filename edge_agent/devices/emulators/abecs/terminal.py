"""What the pinpad does with each command: its state between GCX, GOX and FCX, and its answers.

An instant command answers at once; a blocking one is a coroutine that waits for the customer and
may be cancelled at any of its waits. Between a card's approval and the answer there is no wait:
whoever cancels comes before or after.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Literal

from edge_agent.devices.emulators.abecs.cards import (
    AAC,
    ARQC,
    LIST_DEFAULT,
    TC,
    Deal,
    emv_data,
    emv_tags,
)
from edge_agent.devices.emulators.abecs.customer import IDLE_TEXT, Customer, Panel, Prompt
from edge_agent.devices.emulators.abecs.dictionary import Par, Res, digits, identity, need
from edge_agent.devices.emulators.abecs.message import (
    Request,
    Status,
    StatusError,
    name_of,
    parse,
    refusal,
    response,
)
from edge_agent.devices.emulators.abecs.sale import Order, card_values, order_from
from edge_agent.devices.emulators.abecs.witness import Approval, Witness

TIMEOUT_S = 60
CPF_INDEX, CPF_TYPED = 0x0007, "12345678909"
EVENT_CARD_IN, EVENT_CARD_OUT, EVENT_CANCEL = b"92", b"91", b"13"

Notify = Callable[[str], None]
Answer = bytes | Callable[[], Coroutine[Any, Any, bytes]]


class Terminal:
    """One pinpad behind all its lines."""

    def __init__(self, serial: str, panel: Panel, customer: Customer, witness: Witness) -> None:
        self._serial = serial
        self._panel = panel
        self._customer = customer
        self._witness = witness
        self._deal: Deal | None = None
        self._instant: dict[str, Callable[[Request], bytes]] = {
            "OPN": self._opn,
            "GIX": self._gix,
            "DSP": self._dsp,
            "DEX": self._dsp,
            "CLX": self._clx,
            "CLO": self._dsp_and_close,
            "FCX": self._fcx,
        }
        self._blocking: dict[str, Callable[[Request, Notify], Awaitable[bytes]]] = {
            "GCX": self._gcx,
            "GOX": self._gox,
            "CEX": self._cex,
            "GCD": self._gcd,
            "RMC": self._rmc,
        }

    def answer(self, data: bytes, notify: Notify) -> Answer:
        """The response, or what to await for it: it comes when the customer has acted."""
        name = name_of(data)
        if name not in self._instant and name not in self._blocking:
            return b"ERR010"
        try:
            request = parse(data)
            if name in self._instant:
                return self._instant[name](request)
        except StatusError as error:
            return refusal(name, error.status)
        return partial(self._block, request, notify)

    def reset(self) -> None:
        """Forget the transaction, as after CAN, OPN and CLX."""
        self._deal = None
        self._panel.show(IDLE_TEXT)
        self._customer.leave()

    async def _block(self, request: Request, notify: Notify) -> bytes:
        try:
            return await self._blocking[request.command](request, notify)
        except StatusError as error:
            self._panel.show(IDLE_TEXT)
            return refusal(request.command, error.status)

    # ---- conversation and display

    def _opn(self, _: Request) -> bytes:
        self.reset()
        return response("OPN")

    def _gix(self, request: Request) -> bytes:
        wanted = request.parameters().get(Par.ID_LIST)
        values = identity(self._serial)
        if wanted is not None:
            ids = [int.from_bytes(wanted[at : at + 2], "big") for at in range(0, len(wanted), 2)]
            values = {number: values[number] for number in ids if number in values}
        return response("GIX", values)

    def _dsp(self, request: Request) -> bytes:
        self._panel.show(_text(request))
        return response(request.command)

    def _dsp_and_close(self, request: Request) -> bytes:
        self.reset()
        if request.blocks:
            self._panel.show(_text(request))
        return response(request.command)

    def _clx(self, request: Request) -> bytes:
        message = request.parameters().get(Par.TEXT)
        self.reset()
        if message is not None:
            self._panel.show(message.decode("latin-1"))
        return response("CLX")

    # ---- the customer's part

    @asynccontextmanager
    async def _customer_asked(self, prompt: Prompt) -> AsyncIterator[None]:
        reaction = asyncio.create_task(self._customer.react(prompt))
        try:
            yield
        finally:
            reaction.cancel()

    async def _ask(self, prompt: Prompt, done: Callable[[], bool], patience: bytes | None) -> None:
        seconds = int.from_bytes(patience, "big") if patience else TIMEOUT_S
        async with self._customer_asked(prompt):
            await self._panel.wait(prompt, done, seconds * self._customer.behaviour.second_s)

    def _tell(self, first: str, second: str, notify: Notify) -> None:
        text = first.center(16)[:16] + second.center(16)[:16]
        self._panel.show(text)
        notify(text)

    async def _rmc(self, request: Request, notify: Notify) -> bytes:
        if self._panel.inserted:
            text = _text(request).ljust(32)
            self._tell(text[:16], text[16:32], notify)
            await self._ask("remove", lambda: self._panel.inserted is None, None)
        return response("RMC")

    async def _cex(self, request: Request, _: Notify) -> bytes:
        parameters = request.parameters()
        options = digits(need(parameters, Par.CEX_OPTIONS), 6)
        timeout = parameters.get(Par.TIMEOUT)
        keys, chip = options[0] == "1", options[2]
        try:
            if chip == "2":
                await self._ask("remove", lambda: self._panel.inserted is None, timeout)
                return response("CEX", {Res.EVENT: EVENT_CARD_OUT})
            await self._ask("insert", lambda: self._panel.inserted is not None, timeout)
        except StatusError as error:
            if error.status == Status.CANCEL and keys:
                return response("CEX", {Res.EVENT: EVENT_CANCEL})
            raise
        return response("CEX", {Res.EVENT: EVENT_CARD_IN})

    async def _gcd(self, request: Request, notify: Notify) -> bytes:
        parameters = request.parameters()
        index = int.from_bytes(need(parameters, Par.MESSAGE_INDEX), "big")
        least = int.from_bytes(parameters.get(Par.DIGITS_MIN, b"\x01"), "big")
        self._tell("DIGITE O CPF" if index == CPF_INDEX else "DIGITE O NUMERO", "", notify)
        await self._ask("type", lambda: self._panel.obeyed, parameters.get(Par.TIMEOUT))
        typed = CPF_TYPED if index == CPF_INDEX else "1" * max(least, 1)
        return response("GCD", {Res.TYPED: typed.encode()})

    # ---- the sale

    async def _gcx(self, request: Request, notify: Notify) -> bytes:
        self._deal = None
        parameters = request.parameters()
        order = order_from(parameters)
        options = digits(parameters.get(Par.GCX_OPTIONS, b"00000"), 5)
        amount = "" if options[1] == "1" else _reais(order.amount_minor)
        self._tell(amount or "TOTEM", "INSIRA O CARTAO", notify)
        if self._panel.inserted is None:
            await self._ask(
                "insert", lambda: self._panel.inserted is not None, parameters.get(Par.TIMEOUT)
            )
        self._tell("LENDO CARTAO", "AGUARDE...", notify)
        await asyncio.sleep(self._customer.behaviour.delay_s)
        self._deal = self._read_card(order)
        return response("GCX", card_values(self._deal, parameters, self._serial))

    def _read_card(self, order: Order) -> Deal:
        inserted = self._panel.inserted
        if inserted is None:
            raise StatusError(Status.NO_CARD)
        if inserted.fate == "card_mute":
            raise StatusError(Status.MUTE_CARD)
        return Deal(
            card=inserted.card,
            kind=order.kind,
            fate=inserted.fate,
            amount_minor=order.amount_minor,
            cashback_minor=order.cashback_minor,
            currency=order.currency,
            date_yymmdd=order.date_yymmdd,
            type_code=order.type_code,
            with_pin=self._customer.behaviour.pin,
        )

    async def _gox(self, request: Request, notify: Notify) -> bytes:
        parameters = request.parameters()
        deal = self._deal_at("read")
        for number in (Par.ACQUIRER, Par.PIN_METHOD, Par.KEY_INDEX):
            need(parameters, number)
        if Par.AMOUNT in parameters:
            deal.amount_minor = int(digits(parameters[Par.AMOUNT], 12))
        options = digits(parameters.get(Par.GOX_OPTIONS, b"00000"), 5)
        deal.offline_forbidden = options[1] == "1"
        await self._verify_holder(deal, parameters, notify)
        return self._decide(deal, parameters)

    async def _verify_holder(
        self, deal: Deal, parameters: dict[int, bytes], notify: Notify
    ) -> None:
        label = deal.application.label
        self._tell(label, "DIGITE A SENHA" if deal.with_pin else "AGUARDE...", notify)

        def settled() -> bool:
            return self._panel.obeyed or self._panel.inserted is None

        await self._ask("pin", settled, parameters.get(Par.TIMEOUT))
        self._tell(label, "PROCESSANDO...", notify)
        await asyncio.sleep(self._customer.behaviour.delay_s)
        if self._panel.inserted is None:
            self._deal = None
            raise StatusError(Status.NO_CARD)

    def _decide(self, deal: Deal, parameters: dict[int, bytes]) -> bytes:
        deal.card.atc += 1
        deal.unpredictable = secrets.token_bytes(4)
        if deal.fate == "decline":
            word, first = AAC, "1"
        elif deal.fate == "approve_offline" and not deal.offline_forbidden:
            word, first = TC, "0"
        else:
            word, first = ARQC, "2"
        deal.stage = "online" if word == ARQC else "over"
        result = f"{first}0{int(deal.with_pin)}000"
        return self._conclude("GOX", {Res.GOX_RESULT: result.encode()}, parameters, word)

    def _fcx(self, request: Request) -> bytes:
        parameters = request.parameters()
        deal = self._deal_at("online")
        option = digits(need(parameters, Par.FCX_OPTIONS), 4)[0]
        if deal.fate == "card_removed_online":
            self._panel.remove()
        if self._panel.inserted is None:
            self._deal = None
            raise StatusError(Status.NO_CARD)
        willing = deal.fate == "online_then_approve"
        word = TC if option == "0" or (option == "2" and willing) else AAC
        deal.stage = "over"
        result = b"000" if word == TC else b"100"
        return self._conclude("FCX", {Res.FCX_RESULT: result}, parameters, word)

    def _conclude(
        self,
        command: Literal["GOX", "FCX"],
        values: dict[int, bytes],
        parameters: dict[int, bytes],
        word: int,
    ) -> bytes:
        """The card has spoken: witness an approval, then answer."""
        assert self._deal is not None
        tags = emv_tags(self._deal, self._serial, word)
        if word == TC:
            self._witness.record(self._approval(self._deal, command, tags))
        values[Res.EMV] = emv_data(tags, parameters.get(Par.TAG_LIST, LIST_DEFAULT))
        self._panel.show("PROCESSADO".center(16) + "AGUARDE...".center(16))
        return response(command, values)

    def _approval(
        self, deal: Deal, command: Literal["GOX", "FCX"], tags: dict[str, bytes]
    ) -> Approval:
        return Approval(
            reader_serial=self._serial,
            amount_minor=deal.amount_minor,
            currency=deal.currency,
            kind=deal.kind,
            masked_pan=deal.card.masked(),
            label=deal.application.label,
            aid=deal.application.aid,
            cryptogram=tags["9F26"].hex().upper(),
            atc=tags["9F36"].hex().upper(),
            decided_by=command,
            at_ms=time.time_ns() // 1_000_000,
        )

    def _deal_at(self, stage: str) -> Deal:
        if self._deal is None or self._deal.stage != stage:
            raise StatusError(Status.INVALID_CALL)
        return self._deal


def _text(request: Request) -> str:
    return b"".join(request.blocks).decode("latin-1")


def _reais(amount_minor: int) -> str:
    return f"R$ {amount_minor // 100},{amount_minor % 100:02d}"
