"""A card payment from GCX to FCX: read a card, have it decide, and say what it decided.

Between a card's approval and the answer there is no wait: whoever cancels comes before or after.
"""

import secrets
import time
from typing import Literal

from edge_agent.devices.emulators.abecs.antenna import Antenna
from edge_agent.devices.emulators.abecs.cards import (
    AAC,
    ARQC,
    LIST_DEFAULT,
    TC,
    Card,
    Deal,
    emv_data,
    emv_tags,
)
from edge_agent.devices.emulators.abecs.ciphers import encrypt
from edge_agent.devices.emulators.abecs.customer import PIN
from edge_agent.devices.emulators.abecs.desk import Desk, Notify
from edge_agent.devices.emulators.abecs.dictionary import Par, Res, counted, digits, need
from edge_agent.devices.emulators.abecs.hardware import Hardware
from edge_agent.devices.emulators.abecs.keypad import pin_block
from edge_agent.devices.emulators.abecs.message import Request, Status, StatusError, response
from edge_agent.devices.emulators.abecs.panel import Ask, Presented, Way
from edge_agent.devices.emulators.abecs.sale import (
    Order,
    card_values,
    order_from,
    stripe_values,
)
from edge_agent.devices.emulators.abecs.sealing import Remembered
from edge_agent.devices.emulators.abecs.tracks import of_chip, of_stripe
from edge_agent.devices.emulators.abecs.witness import Approval

TIMEOUT_S = 60
CHIP_SOUND, CHIP_UNREADABLE = b"0", b"1"
CONTENT_ALONE = ("approve_offline", "signature")
"""Fates that need no host."""


class Payment:
    """At most one card deal at a time."""

    def __init__(self, hardware: Hardware, desk: Desk, remembered: Remembered) -> None:
        self._hardware = hardware
        self._panel = hardware.panel
        self._desk = desk
        self._remembered = remembered
        self._antenna = Antenna(hardware.faults)
        self._deal: Deal | None = None
        self._chip_state = CHIP_SOUND

    def forget(self) -> None:
        self._deal = None

    # ---- GCX

    async def gcx(self, request: Request, notify: Notify) -> bytes:
        self._deal = None
        self._remembered.forget()
        parameters = request.parameters()
        if "table_version" in self._hardware.faults:
            raise StatusError(Status.TABLES_DIFFER)
        order = order_from(parameters)
        options = digits(parameters.get(Par.GCX_OPTIONS, b"00000"), 5)
        chip_state, self._chip_state = self._chip_state, CHIP_SOUND
        amount = "" if options[1] == "1" else _reais(order.amount_minor)
        self._desk.tell(amount or "TOTEM", "INSIRA O CARTAO", notify)
        shown = None
        if self._panel.inserted is None:
            shown = await self._wait_for_card(options[0] == "1", parameters)
        self._desk.tell("LENDO CARTAO", "AGUARDE...", notify)
        await self._desk.pause()
        if shown is not None and shown.way == "stripe":
            tracks = of_stripe(shown.card)
            self._remembered.keep(tracks, shown.card.masked())
            return response("GCX", stripe_values(tracks, chip_state, parameters))
        self._deal = deal = self._read_card(order, shown)
        tracks = of_chip(deal.card)
        values = card_values(deal, tracks, parameters, self._hardware.serial)
        self._remembered.keep(tracks, deal.card.masked())
        return response("GCX", values)

    async def _wait_for_card(
        self, antenna_wanted: bool, parameters: dict[int, bytes]
    ) -> Presented | None:
        """What was shown, None for a card in the slot. Raises StatusError for a tap that
        failed."""
        antenna = antenna_wanted and self._desk.customer.behaviour.contactless
        ways: set[Way] = {"keys", "chip", "stripe"}
        if antenna:
            ways.add("antenna")
        await self._desk.ask(
            Ask("insert", ways=frozenset(ways)),
            lambda: self._panel.inserted is not None or self._panel.presented is not None,
            _seconds(parameters),
        )
        if antenna and self._antenna.troubled and self._panel.inserted is not None:
            self._panel.tap_inserted()
        shown = self._panel.presented
        if shown is not None and shown.way == "antenna":
            self._antenna.judge(shown.trouble)
        return shown

    def _read_card(self, order: Order, shown: Presented | None) -> Deal:
        inserted = self._panel.inserted
        by_phone, self._antenna.owner_asked = self._antenna.owner_asked, False
        if shown is not None:
            return _deal(order, shown.card, way="antenna", by_phone=by_phone)
        if inserted is None:
            raise StatusError(Status.NO_CARD)
        if inserted.fate == "card_mute":
            self._chip_state = CHIP_UNREADABLE
            raise StatusError(Status.MUTE_CARD)
        deal = _deal(order, inserted.card)
        deal.fate = inserted.fate
        with_pin = self._desk.customer.behaviour.pin or deal.fate == "online_pin"
        deal.with_pin = with_pin and deal.fate != "signature"
        return deal

    # ---- GOX and FCX

    async def gox(self, request: Request, notify: Notify) -> bytes:
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
        self._desk.tell(label, "DIGITE A SENHA" if deal.with_pin else "AGUARDE...", notify)

        def settled() -> bool:
            return self._panel.obeyed or self._panel.inserted is None

        if deal.way == "chip":
            await self._desk.ask(Ask("pin"), settled, _seconds(parameters))
        self._desk.tell(label, "PROCESSANDO...", notify)
        await self._desk.pause()
        self._check_card(deal)

    def _decide(self, deal: Deal, parameters: dict[int, bytes]) -> bytes:
        deal.card.atc += 1
        deal.unpredictable = secrets.token_bytes(4)
        if deal.fate == "decline" or "decline" in self._hardware.faults:
            word, first = AAC, "1"
        elif deal.fate in CONTENT_ALONE and not deal.offline_forbidden:
            word, first = TC, "0"
        else:
            word, first = ARQC, "2"
        deal.stage = "online" if word == ARQC else "over"
        values = {Res.GOX_RESULT: f"{first}{deal.holder}00".encode()}
        if deal.fate == "online_pin":
            values |= self._sealed_pin(deal, parameters)
        return self._conclude("GOX", values, parameters, word)

    def _sealed_pin(self, deal: Deal, parameters: dict[int, bytes]) -> dict[int, bytes]:
        """The PIN for the host to verify, under the slot's next DUKPT key."""
        slot = int(digits(parameters[Par.KEY_INDEX], 2))
        key, ksn = self._hardware.keys.spend("pin", slot)
        return {Res.PIN_BLOCK: encrypt(key, pin_block(PIN, deal.card.pan)), Res.KSN: ksn}

    def fcx(self, request: Request) -> bytes:
        parameters = request.parameters()
        deal = self._deal_at("online")
        option = digits(need(parameters, Par.FCX_OPTIONS), 4)[0]
        if deal.fate == "card_removed_online":
            self._panel.remove()
        self._check_card(deal)
        willing = deal.fate in ("online_then_approve", "online_pin")
        word = TC if option == "0" or (option == "2" and willing) else AAC
        deal.stage = "over"
        result = b"000" if word == TC else b"100"
        return self._conclude("FCX", {Res.FCX_RESULT: result}, parameters, word)

    def _check_card(self, deal: Deal) -> None:
        if deal.way == "chip" and self._panel.inserted is None:
            self._deal = None
            raise StatusError(Status.NO_CARD)

    def _conclude(
        self,
        command: Literal["GOX", "FCX"],
        values: dict[int, bytes],
        parameters: dict[int, bytes],
        word: int,
    ) -> bytes:
        """The card has spoken: witness an approval, then answer."""
        assert self._deal is not None
        tags = emv_tags(self._deal, self._hardware.serial, word)
        if word == TC:
            self._hardware.witness.record(self._approval(self._deal, command, tags))
        if "wrong_amount" in self._hardware.faults:
            tags["9F02"] = bytes.fromhex(f"{self._deal.amount_minor + 100:012d}")
        values[Res.EMV] = emv_data(tags, parameters.get(Par.TAG_LIST, LIST_DEFAULT))
        self._panel.show("PROCESSADO".center(16) + "AGUARDE...".center(16))
        return response(command, values)

    def _approval(
        self, deal: Deal, command: Literal["GOX", "FCX"], tags: dict[str, bytes]
    ) -> Approval:
        return Approval(
            reader_serial=self._hardware.serial,
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


def _deal(
    order: Order, card: Card, way: Literal["chip", "antenna"] = "chip", by_phone: bool = False
) -> Deal:
    return Deal(
        card=card,
        kind=order.kind,
        fate="approve_offline",
        amount_minor=order.amount_minor,
        cashback_minor=order.cashback_minor,
        currency=order.currency,
        date_yymmdd=order.date_yymmdd,
        type_code=order.type_code,
        way=way,
        by_phone=by_phone,
    )


def _seconds(parameters: dict[int, bytes]) -> float:
    sent = parameters.get(Par.TIMEOUT)
    return float(counted(sent)) if sent else TIMEOUT_S


def _reais(amount_minor: int) -> str:
    return f"R$ {amount_minor // 100},{amount_minor % 100:02d}"
